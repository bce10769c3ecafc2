//go:build e2e

package e2e_test

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

// TestAnyProcessMayDie kills every process of a split installation at random moments of a campaign and
// starts it again. The others go on by themselves.
func TestAnyProcessMayDie(t *testing.T) {
	t.Parallel()
	endpoint, journal := startFakeSES(t)
	s := startSplit(t, sesSettings(endpoint)...)
	c := signInAt(t, s.base)
	c.importCSV("people.csv", people(killContacts))
	first := c.createEmail("First", "First", `<p><a href="https://example.com/">Look</a></p>`)
	second := c.createEmail("Second", "Second", `<p><a href="https://example.com/">Look again</a></p>`)
	campaign := c.publish("Under fire", underFire(first, second))
	if added := c.addToCampaign(campaign, map[string]any{"everyone": true}); added != killContacts {
		t.Fatalf("%d contacts came into the campaign, want %d.", added, killContacts)
	}

	clicks := clickAway(t, endpoint)
	s.killEachAtRandom()
	db := s.database()
	waitForTheEnd(t, db, 4*time.Minute)
	acknowledged := clicks.stop()

	entries, err := fakeses.ReadJournal(journal)
	if err != nil {
		t.Fatal(err)
	}
	checkEffectivelyOnce(t, db, entries)
	checkIntentions(t, db)
	checkClicks(t, db, acknowledged)
	checkPeople(t, db, killContacts)
	for _, p := range []*piece{s.workers[0], s.workers[1], s.serve, s.temporal} {
		p.stop()
	}
}

// killEachAtRandom kills the processes one after the other, in an order and at moments that a seed
// decides, and starts each again after a moment.
func (s *split) killEachAtRandom() {
	s.t.Helper()
	seed := uint64(time.Now().UnixNano())
	s.t.Logf("The order and the moments of the kills have the seed %d.", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	upTo := func(d time.Duration) time.Duration { return time.Duration(random.Int64N(int64(d))) }
	owner := signedIn(s.t, s.base)
	victims := []*piece{s.workers[0], s.serve, s.temporal, s.postgres, s.workers[1], s.postgres}
	random.Shuffle(len(victims), func(i, j int) { victims[i], victims[j] = victims[j], victims[i] })
	for _, victim := range victims {
		time.Sleep(500*time.Millisecond + upTo(3*time.Second))
		victim.kill()
		if victim == s.temporal || victim == s.postgres {
			s.checkHealth(http.StatusServiceUnavailable)
		}
		if victim == s.temporal && len(read(owner, s.base+"/app/campaigns")) == 0 {
			s.t.Error("The pages don't work without Temporal.")
		}
		time.Sleep(upTo(3 * time.Second))
		s.revive(victim)
		s.t.Logf("Killed %s and started it again.", victim.name)
		if victim == s.serve {
			s.waitReady()
		}
	}
	for _, p := range append([]*piece{s.postgres, s.temporal, s.serve}, s.workers...) {
		if !p.running() {
			s.t.Errorf("%s ended by itself.", p.name)
		}
	}
}

// revive starts a process again, as a supervisor does. Postgres refuses to start while processes of the
// server that was killed are still about, so it is started until it stays.
func (s *split) revive(p *piece) {
	s.t.Helper()
	p.launch()
	if p != s.postgres {
		return
	}
	db := s.database()
	defer db.Close()
	eventually(s.t, time.Minute, "Postgres takes connections again", func() error {
		if !p.running() {
			p.launch()
		}
		return db.Ping(s.t.Context())
	})
}
