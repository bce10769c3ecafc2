//go:build e2e

package e2e_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

const (
	killContacts = 300
	kills        = 5
)

// TestKillsLoseAndDoubleNothing kills the whole program again and again in the middle of a campaign.
// The provider is another process that lives on, as the real one does.
func TestKillsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	endpoint, journal := startFakeSES(t)
	p := start(t, sesSettings(endpoint)...)
	c := signIn(t, p)
	c.importCSV("people.csv", people(killContacts))
	first := c.createEmail("First", "First", `<p><a href="https://example.com/">Look</a></p>`)
	second := c.createEmail("Second", "Second", `<p><a href="https://example.com/">Look again</a></p>`)
	campaign := c.publish("Under fire", underFire(first, second))
	if added := c.addToCampaign(campaign, map[string]any{"everyone": true}); added != killContacts {
		t.Fatalf("%d contacts came into the campaign, want %d.", added, killContacts)
	}

	clicks := clickAway(t, endpoint)
	killAtRandom(t, p)
	waitForTheEnd(t, p.database(), 4*time.Minute)
	acknowledged := clicks.stop()

	db := p.database()
	entries, err := fakeses.ReadJournal(journal)
	if err != nil {
		t.Fatal(err)
	}
	checkEffectivelyOnce(t, db, entries)
	checkIntentions(t, db)
	checkClicks(t, db, acknowledged)
	checkPeople(t, db, killContacts)
	p.stop()
}

// underFire asks for two mails of everyone, the second after an awaited decision.
func underFire(first, second int64) []step {
	seconds := func(n int) map[string]any { return map[string]any{"amount": n, "unit": "seconds"} }
	return []step{
		{ID: "first", Kind: "send_email", Settings: map[string]any{"email": first}},
		{ID: "pause", Kind: "wait", Settings: map[string]any{"for": seconds(2)}},
		{
			ID: "clicked", Kind: "decision", Settings: map[string]any{"did": "clicked", "step": "first", "within": seconds(5)},
			Branches: []branch{{ID: "yes", Steps: []step{{ID: "tag", Kind: "change_tags", Settings: map[string]any{"add": []string{"clicker"}}}}}},
		},
		{ID: "second", Kind: "send_email", Settings: map[string]any{"email": second}},
	}
}

func people(n int) []byte {
	file := bytes.NewBufferString("email,firstname\n")
	for i := range n {
		fmt.Fprintf(file, "person-%d@example.com,Person %d\n", i, i)
	}
	return file.Bytes()
}

// startFakeSES runs the SES stand-in as its own process. It is built here, because it is no part
// of the product.
func startFakeSES(t *testing.T) (endpoint, journal string) {
	t.Helper()
	folder := t.TempDir()
	program, journal := filepath.Join(folder, "fakeses"), filepath.Join(folder, "journal")
	build := exec.Command("go", "build", "-o", program, "github.com/mauntic/mauntic/activities/provider/ses/fakeses/cmd/fakeses")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build fakeses: %v\n%s", err, output)
	}
	cmd := exec.Command(program, "-addr", "127.0.0.1:0", "-journal", journal, "-latency", "50ms")
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("fakeses does not say where it listens: %v", err)
	}
	return strings.TrimSpace(line), journal
}

// killAtRandom kills the program at random moments of its work, every other time with its
// Postgres, and starts it again.
func killAtRandom(t *testing.T, p *program) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("The moments of the kills have the seed %d.", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for n := range kills {
		time.Sleep(500*time.Millisecond + time.Duration(random.Int64N(int64(3*time.Second))))
		if n%2 == 1 {
			p.killPostgres()
		}
		p.kill()
		p.launch()
		p.waitReady()
		t.Logf("Kill %d: %d journeys were open.", n+1, one[int](t, p.database(), `select count(*)::int from campaign.journeys where state <> 'ended'`))
	}
}
