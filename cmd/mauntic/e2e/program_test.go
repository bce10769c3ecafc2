//go:build e2e

package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Who owns the installations that the tests start.
const (
	ownerEmail    = "owner@example.com"
	ownerPassword = "correct horse battery staple"
)

// How long things may take on a busy machine.
const (
	startPatience = 3 * time.Minute
	stopPatience  = 40 * time.Second
)

// program is an installation in a temporary folder, run as `mauntic up` by the real binary.
type program struct {
	t        *testing.T
	dir      string // MAUNTIC_DATA_DIR
	base     string // where the web listens
	settings []string
	log      string // file with everything it printed

	cmd   *exec.Cmd
	ended chan struct{}
}

// start runs a new installation and returns when it is ready. Settings are MAUNTIC_… variables.
func start(t *testing.T, settings ...string) *program {
	t.Helper()
	p := prepare(t, settings...)
	p.launch()
	p.waitReady()
	return p
}

// prepare makes an installation that does not run yet.
func prepare(t *testing.T, settings ...string) *program {
	t.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", freePort(t))
	dir := dataDir(t)
	p := &program{
		t: t, dir: dir, base: "http://" + address, log: filepath.Join(t.TempDir(), "mauntic.log"),
		settings: append([]string{
			"MAUNTIC_ADDR=" + address,
			"MAUNTIC_DATA_DIR=" + dir,
			"MAUNTIC_TEMPORAL_PORT=" + strconv.Itoa(freePort(t)),
			"MAUNTIC_ADMIN_EMAIL=" + ownerEmail,
			"MAUNTIC_ADMIN_PASSWORD=" + ownerPassword,
		}, settings...),
	}
	t.Cleanup(func() {
		if p.cmd != nil && p.running() {
			p.stop()
		}
		if t.Failed() {
			t.Logf("The end of what mauntic printed:\n%s", p.lastWords())
		}
	})
	return p
}

// dataDir makes a folder that Postgres's own user can enter; t.TempDir lies in one that it can't.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mauntic-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil { // others pass through, but see nothing
		t.Fatal(err)
	}
	return dir
}

// binary is bin/mauntic of this checkout.
func binary(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../../bin/mauntic")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("There is no %s: run the tests with `make e2e`, which builds it.", path)
	}
	return path
}

// command prepares bin/mauntic with the installation's settings.
func (p *program) command(args ...string) *exec.Cmd {
	p.t.Helper()
	cmd := exec.Command(binary(p.t), args...)
	cmd.Env = p.settings
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "MAUNTIC_") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	return cmd
}

// run runs another command of the installation and returns what it printed.
func (p *program) run(args ...string) string {
	p.t.Helper()
	output, err := p.command(args...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("mauntic %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return string(output)
}

// launch starts `mauntic up` in a process group of its own, without waiting for it.
func (p *program) launch() {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	p.cmd = p.command("up")
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatalf("start mauntic: %v", err)
	}
	ended := make(chan struct{})
	p.ended = ended
	go func(cmd *exec.Cmd) {
		_ = cmd.Wait() // how it ended is told by ProcessState
		close(ended)
	}(p.cmd)
}

func (p *program) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// waitReady returns when the program can do its work.
func (p *program) waitReady() {
	p.t.Helper()
	eventually(p.t, startPatience, "mauntic is ready", func() error {
		if !p.running() {
			p.t.Fatalf("mauntic ended while it started:\n%s", p.lastWords())
		}
		response, err := http.Get(p.base + "/ready")
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("/ready answers %s", response.Status)
		}
		return nil
	})
}

// stop asks the program to end and checks that it does so in time and without complaint.
func (p *program) stop() {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			p.t.Errorf("mauntic ended with code %d.", code)
		}
	case <-time.After(stopPatience):
		p.kill()
		p.t.Errorf("mauntic did not stop within %s.", stopPatience)
	}
}

// kill ends the program and everything in its process group at once, as a crash would.
func (p *program) kill() {
	p.t.Helper()
	if err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Fatalf("kill mauntic: %v", err)
	}
	<-p.ended
}

// killPostgres kills the database server too, so that it has no time to put anything in order.
func (p *program) killPostgres() {
	p.t.Helper()
	pidFile, err := os.ReadFile(filepath.Join(p.dir, "postgres", "postmaster.pid"))
	if err != nil {
		return // it is gone already
	}
	first, _, _ := strings.Cut(string(pidFile), "\n")
	if pid, err := strconv.Atoi(first); err == nil && pid > 1 {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// database connects to the installation's private Postgres.
func (p *program) database() *pgxpool.Pool {
	p.t.Helper()
	folder, err := os.ReadFile(filepath.Join(p.dir, "postgres.run"))
	if err != nil {
		p.t.Fatalf("find the database: %v", err)
	}
	url := fmt.Sprintf("host=%s user=postgres dbname=mauntic sslmode=disable pool_max_conns=4", strings.TrimSpace(string(folder)))
	pool, err := pgxpool.New(context.Background(), url)
	if err != nil {
		p.t.Fatalf("open the database: %v", err)
	}
	p.t.Cleanup(pool.Close)
	return pool
}

// lastWords returns the last lines that the program printed, without those about requests.
func (p *program) lastWords() string {
	const enough = 60
	data, _ := os.ReadFile(p.log)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, `"msg":"request"`) })
	return strings.Join(lines[max(0, len(lines)-enough):], "\n")
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// eventually tries again until fn succeeds.
func eventually(t *testing.T, limit time.Duration, what string, fn func() error) {
	t.Helper()
	deadline := time.Now().Add(limit)
	for {
		err := fn()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("It is not true that %s, after %s: %v", what, limit, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}
