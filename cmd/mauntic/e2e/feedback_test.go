//go:build e2e

package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

const feedbackContacts = 5

// TestTheQueueSettlesMailsWhoseAnswerWasLost lets every answer of the provider get lost, and the
// provider tell by its queue what became of the mails.
func TestTheQueueSettlesMailsWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	server, err := fakeses.New(fakeses.Options{Queue: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	server.Plan(fakeses.Plan{Mode: fakeses.AcceptFail, Times: feedbackContacts})
	server.PlanEvents(
		fakeses.Events{Times: 1, Outcomes: []fakeses.Outcome{{Kind: fakeses.Bounce, Status: "5.1.1"}}, After: time.Second},
		fakeses.Events{Outcomes: []fakeses.Outcome{{Kind: fakeses.Deliver}}, Doubled: true, Shuffled: true, After: time.Second},
	)
	p := start(t, append(sesSettings(server.URL()),
		"MAUNTIC_SES_QUEUE_URL=https://sqs.eu-central-1.amazonaws.com/123456789012/ses-events", "MAUNTIC_SQS_ENDPOINT="+server.URL())...)
	c := signIn(t, p)
	c.importCSV("people.csv", people(feedbackContacts))
	email := c.createEmail("Only", "Only", `<p>Hello</p>`)
	campaign := c.publish("Lost answers", []step{{ID: "only", Kind: "send_email", Settings: map[string]any{"email": email}}})
	if added := c.addToCampaign(campaign, map[string]any{"everyone": true}); added != feedbackContacts {
		t.Fatalf("%d contacts came into the campaign, want %d.", added, feedbackContacts)
	}
	db := p.database()
	const settled = `select count(*) from messaging.messages where state = 'sent' and settled_by = 'event' and delivery in ('delivered', 'bounced')`
	for deadline := time.Now().Add(2 * time.Minute); one[int](t, db, settled) < feedbackContacts; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d messages were settled: %v", one[int](t, db, settled), many[string](t, db, `select state || ' ' || delivery || ' ' || reason from messaging.messages`))
		}
	}
	if sent := len(server.Journal()); sent != feedbackContacts {
		t.Errorf("%d mails were sent, want %d", sent, feedbackContacts)
	}
	if n := one[int](t, db, `select count(*) from messaging.suppressions`); n != 1 {
		t.Errorf("%d addresses are suppressed, want the one that bounced", n)
	}
	eventually(t, time.Minute, "the queue empties", func() error { // a message leaves it after what it says is stored
		if waiting, dead := server.Queued(); waiting+dead != 0 {
			return fmt.Errorf("%d messages wait, %d are dead", waiting, dead)
		}
		return nil
	})
	p.stop()
}
