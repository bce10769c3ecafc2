//go:build e2e

package e2e_test

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

const outageContacts = 60

// TestOutagesBurnNothing takes away, one after the other, what a split installation needs: the
// provider, a worker that freezes in the middle of its calls, and everything that Temporal knew.
func TestOutagesBurnNothing(t *testing.T) {
	t.Parallel()
	port, journal := freePort(t), filepath.Join(t.TempDir(), "journal")
	provider := newFakeSES(t, port, journal, "-latency", "1s")
	s := startSplit(t, sesSettings(fmt.Sprintf("http://127.0.0.1:%d", port))...) // nobody listens there yet
	c := signInAt(t, s.base)
	c.importCSV("people.csv", people(outageContacts))
	first := c.createEmail("First", "First", "<p>First</p>")
	second := c.createEmail("Second", "Second", "<p>Second</p>")
	seconds := func(n int) map[string]any { return map[string]any{"amount": n, "unit": "seconds"} }
	campaign := c.publish("Outages", []step{
		{ID: "first", Kind: "send_email", Settings: map[string]any{"email": first}},
		{ID: "pause", Kind: "wait", Settings: map[string]any{"for": seconds(20)}},
		{ID: "second", Kind: "send_email", Settings: map[string]any{"email": second}},
	})
	if added := c.addToCampaign(campaign, map[string]any{"everyone": true}); added != outageContacts {
		t.Fatalf("%d contacts came into the campaign, want %d.", added, outageContacts)
	}
	db := s.database()

	s.checkNotice(c, campaign)
	if burnt := one[int](t, db, `select count(*)::int from messaging.messages where state <> 'ready'`); burnt > 0 {
		t.Errorf("%d messages ended although the provider was away.", burnt)
	}
	provider.launch()
	eventually(t, 90*time.Second, "everybody has the first mail soon after the provider is back", func() error {
		return atLeast(one[int](t, db, `select count(*)::int from messaging.messages where step_id = 'first' and state = 'sent'`), outageContacts)
	})
	if lost := one[int](t, db, `select count(*)::int from messaging.messages where state not in ('sent', 'ready', 'calling')`); lost > 0 {
		t.Errorf("%d messages were not sent because of an outage in which no call was answered.", lost)
	}

	eventually(t, time.Minute, "the second mails are on their way", func() error {
		return atLeast(one[int](t, db, `select count(*)::int from messaging.messages where state = 'calling'`), 1)
	})
	s.workers[0].freeze()
	s.loseTemporal()
	t.Logf("%d calls are under way or frozen.", one[int](t, db, `select count(*)::int from messaging.messages where state = 'calling'`))
	time.Sleep(35 * time.Second) // until the deadlines of the frozen calls and their grace have passed
	s.workers[0].thaw()
	waitForTheEnd(t, db, 3*time.Minute)

	entries, err := fakeses.ReadJournal(journal)
	if err != nil {
		t.Fatal(err)
	}
	checkEffectivelyOnce(t, db, entries)
	type journey struct{ Messages, Steps int }
	for _, j := range many[journey](t, db, `
		select (select count(*)::int from messaging.messages m where m.journey_id = j.id) as messages,
			(select count(*)::int from campaign.step_log l where l.journey_id = j.id) as steps
		from campaign.journeys j`) {
		if j != (journey{Messages: 2, Steps: 3}) {
			t.Errorf("journey = %+v, want two messages and every step once.", j)
		}
	}
	if known := s.printed("the Temporal namespace has changed"); !known {
		t.Error("No worker noticed that Temporal had lost everything.")
	}
}

func atLeast(got, want int) error {
	if got < want {
		return fmt.Errorf("there are %d of %d", got, want)
	}
	return nil
}

// checkNotice waits until the campaign's page says that its messages wait for the provider.
func (s *split) checkNotice(c *client, campaign int64) {
	s.t.Helper()
	browser := signedIn(s.t, s.base)
	eventually(s.t, time.Minute, "the campaign's page says why nothing goes out", func() error {
		page := string(read(browser, fmt.Sprintf("%s/app/campaigns/%d", s.base, campaign)))
		if !strings.Contains(page, fmt.Sprintf("%d messages wait", outageContacts)) || !strings.Contains(page, "Nothing is lost") {
			return fmt.Errorf("it does not")
		}
		return nil
	})
}

// loseTemporal kills Temporal, deletes its databases, and starts it anew.
func (s *split) loseTemporal() {
	s.t.Helper()
	s.temporal.kill()
	_, url, _ := strings.Cut(s.settings[0], "=")
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, name := range []string{"temporal", "temporal_visibility"} {
		if _, err := conn.Exec(context.Background(), "drop database "+name+" with (force)"); err != nil {
			s.t.Fatal(err)
		}
	}
	s.temporal.launch()
}

// printed says whether a worker has said something.
func (s *split) printed(words string) bool {
	for _, p := range s.workers {
		if strings.Contains(p.said(), words) {
			return true
		}
	}
	return false
}

// newFakeSES builds the SES stand-in, to be launched on a port.
func newFakeSES(t *testing.T, port int, journal string, flags ...string) *piece {
	t.Helper()
	program := filepath.Join(t.TempDir(), "fakeses")
	build := exec.Command("go", "build", "-o", program, "github.com/mauntic/mauntic/activities/provider/ses/fakeses/cmd/fakeses")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build fakeses: %v\n%s", err, output)
	}
	args := append([]string{"-addr", fmt.Sprintf("127.0.0.1:%d", port), "-journal", journal}, flags...)
	return newPiece(t, "fakeses", func() *exec.Cmd { return exec.Command(program, args...) })
}
