//go:build e2e

package e2e_test

import (
	"errors"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
)

func TestASecondStartGoesOnWhereTheFirstStopped(t *testing.T) {
	t.Parallel()
	p := start(t)
	c := signIn(t, p)
	do[record](c, "POST", "/api/crm/contacts", map[string]string{"email": "anna@example.com"})
	p.stop()
	p.launch()
	p.waitReady()
	if _, known := c.allContacts()["anna@example.com"]; !known {
		t.Error("The contact is gone after a restart.")
	}

	t.Run("and a twin in the same folder is refused", func(t *testing.T) {
		refused(t, p, "MAUNTIC_ADDR=127.0.0.1:0")
	})
	if printed := p.run("apikey", "create", "--name", "Second key"); !strings.Contains(printed, "mk_") {
		t.Errorf("apikey create prints %q, not a key.", printed)
	}
	p.kill()
	p.killPostgres()
	p.launch()
	p.waitReady()
	if _, known := c.allContacts()["anna@example.com"]; !known {
		t.Error("The contact is gone after a crash.")
	}
}

func TestABusyPortIsNamed(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	for _, setting := range []string{fmt.Sprintf("MAUNTIC_ADDR=127.0.0.1:%d", port), fmt.Sprintf("MAUNTIC_TEMPORAL_PORT=%d", port)} {
		if said := refused(t, &program{t: t}, "MAUNTIC_DATA_DIR="+dataDir(t), setting); !strings.Contains(said, fmt.Sprint(port)) {
			t.Errorf("With %s it says %q, which does not name the port.", setting, said)
		}
	}
}

// refused runs `mauntic up` with settings that can't work and returns the one sentence it says.
func refused(t *testing.T, p *program, settings ...string) string {
	t.Helper()
	cmd := p.command("up")
	cmd.Env = append(cmd.Env, settings...)
	said := new(strings.Builder)
	cmd.Stderr = said
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("mauntic up %v: %v, want exit code 1.", settings, err)
	}
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	last := lines[len(lines)-1]
	if !strings.HasSuffix(last, ".") {
		t.Errorf("mauntic up %v says %q, want a sentence at the end.", settings, said)
	}
	return last
}
