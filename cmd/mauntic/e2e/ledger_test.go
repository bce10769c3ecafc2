//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
	"github.com/mauntic/mauntic/domain"
)

// waitForTheEnd returns when no journey is open and no message is on its way.
func waitForTheEnd(t *testing.T, db *pgxpool.Pool, limit time.Duration) {
	t.Helper()
	type rest struct{ Journeys, Messages int }
	eventually(t, limit, "every journey has ended", func() error {
		left, err := query[rest](db, `select
			(select count(*)::int from campaign.journeys where state <> 'ended') as journeys,
			(select count(*)::int from messaging.messages where state in ('ready', 'leased', 'calling')) as messages`)
		if err == nil && left[0] != (rest{}) {
			err = fmt.Errorf("%d journeys and %d messages are open", left[0].Journeys, left[0].Messages)
		}
		return err
	})
}

// ledgerRow is a row of the ledger with the contact it is for.
type ledgerRow struct {
	Sid, State, ProviderID, StepID, Email string
	Reason                                domain.Kept
	JourneyID                             int64
}

const selectLedger = `
	select m.sid, m.state, m.reason, m.provider_id, m.step_id, m.journey_id, c.email_norm as email
	from messaging.messages m join crm.contacts c on c.id = m.contact_id
	order by m.id`

// checkEffectivelyOnce compares the ledger with what the provider accepted.
func checkEffectivelyOnce(t *testing.T, db *pgxpool.Pool, journal []fakeses.Entry) {
	t.Helper()
	accepted := map[string]int{}
	for _, entry := range journal {
		accepted[entry.Sid]++
		if accepted[entry.Sid] == 2 {
			t.Errorf("The message %s was sent twice.", entry.Sid)
		}
	}
	states, unknownAccepted := map[string]int{}, 0
	for _, row := range many[ledgerRow](t, db, selectLedger) {
		states[row.State]++
		switch n := accepted[row.Sid]; row.State {
		case "sent":
			if n != 1 {
				t.Errorf("The message %s counts as sent, and the provider has it %d times.", row.Sid, n)
			}
		case "unknown":
			unknownAccepted += n
		case "failed", "skipped":
			if n != 0 {
				t.Errorf("The message %s counts as %s, and the provider has it.", row.Sid, row.State)
			}
		default:
			t.Errorf("The message %s is still %s.", row.Sid, row.State)
		}
		if row.State != "sent" && !strings.HasSuffix(row.Reason.English(), ".") {
			t.Errorf("The message %s is %s without a sentence that says why: %q", row.Sid, row.State, row.Reason)
		}
		delete(accepted, row.Sid)
	}
	t.Logf("%d mails accepted; in the ledger: %v, %d of the unknown arrived.", len(journal), states, unknownAccepted)
	if len(accepted) > 0 {
		t.Errorf("%d mails have no row in the ledger.", len(accepted))
	}
	if len(journal) != states["sent"]+unknownAccepted {
		t.Errorf("%d mails were accepted; %d count as sent and %d of the unknown arrived.", len(journal), states["sent"], unknownAccepted)
	}
}

// checkIntentions checks that every journey went the whole way, with one message for each send.
func checkIntentions(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	type journey struct {
		ID             int64
		Outcome        string
		First, Second  int
		Steps, Visited int
	}
	journeys := many[journey](t, db, `
		select j.id, j.outcome,
			(select count(*)::int from messaging.messages m where m.journey_id = j.id and m.step_id = 'first') as first,
			(select count(*)::int from messaging.messages m where m.journey_id = j.id and m.step_id = 'second') as second,
			(select count(*)::int from campaign.step_log l where l.journey_id = j.id) as steps,
			(select count(distinct step_id)::int from campaign.step_log l where l.journey_id = j.id) as visited
		from campaign.journeys j order by j.id`)
	if len(journeys) != killContacts {
		t.Errorf("There are %d journeys, want %d.", len(journeys), killContacts)
	}
	for _, j := range journeys {
		if j.First != 1 || j.Second != 1 || j.Steps != j.Visited || j.Visited < 4 {
			t.Errorf("journey = %+v, want one message for each send and every step once.", j)
		}
	}
	if waits := one[int](t, db, `select count(*)::int from campaign.waits`); waits != 0 {
		t.Errorf("%d waits are left over.", waits)
	}
}

// checkClicks checks that every click that was answered is an event.
func checkClicks(t *testing.T, db *pgxpool.Pool, acknowledged map[string]int) {
	t.Helper()
	type clicked struct {
		Sid string
		N   int
	}
	events := map[string]int{}
	for _, c := range many[clicked](t, db, `
		select m.sid, count(*)::int as n
		from crm.events e join messaging.messages m on m.org_id = e.org_id and m.id = e.message_id
		where e.type = 'email.clicked' group by m.sid`) {
		events[c.Sid] = c.N
	}
	for sid, n := range acknowledged {
		if events[sid] < n {
			t.Errorf("%d clicks in %s were acknowledged, %d are known.", n, sid, events[sid])
		}
	}
	t.Logf("%d clicks were acknowledged.", len(acknowledged))
	if len(acknowledged) < killContacts/10 {
		t.Errorf("Only %d clicks were acknowledged, so little was tested.", len(acknowledged))
	}
}

// checkPeople checks the counters of the campaign page: nobody is left, everybody came by.
func checkPeople(t *testing.T, db *pgxpool.Pool, people int) {
	t.Helper()
	type count struct {
		StepID       string
		Here, Passed int
		Logged       int
	}
	for _, c := range many[count](t, db, `
		select step_id, sum(here)::int as here, sum(passed)::int as passed,
			(select count(*)::int from campaign.step_log l where l.step_id = s.step_id) as logged
		from campaign.step_counters s where step_id <> '' group by step_id`) {
		if c.Here != 0 || c.Passed != c.Logged || c.StepID == "first" && c.Passed != people {
			t.Errorf("Step %s has %d people here, %d passed, %d in the log.", c.StepID, c.Here, c.Passed, c.Logged)
		}
	}
}
