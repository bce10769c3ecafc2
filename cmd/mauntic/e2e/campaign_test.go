//go:build e2e

package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

// How the readers of the test behave, by the first word of their address.
const (
	clicksSoon = "soon"    // opens and clicks at once
	clicksLate = "late"    // opens at once, clicks when the journey waits for it
	opensOnly  = "opens"   // never clicks
	silent     = "silent"  // does nothing
	leaves     = "leaves"  // unsubscribes by the mail's header
	blocked    = "blocked" // must not be written to in the first place
)

var behaviours = []string{clicksSoon, clicksLate, opensOnly, silent, leaves, blocked}

const readersEach = 2

// awkwardCSV has a byte-order mark, quotes, a duplicate, addresses that are none, a name that would
// add a header to a mail, a row that is too long, and two rows for each behaviour.
func awkwardCSV() []byte {
	rows := []string{"\ufeffE-Mail;First Name;Nachname;Company"}
	for _, behaviour := range behaviours {
		for n := range readersEach {
			rows = append(rows, fmt.Sprintf(`%s-%d@example.com;Reader %d;"of %s; the ""best""";Acme`, behaviour, n, n, behaviour))
		}
	}
	rows = append(rows,
		`SOON-0@Example.com;Reader 0;Twice;Acme`, // a second time: an update
		"silent-1@example.com;\"Eve\r\nBcc: victim@example.com\";Injected;Acme",
		`not an address;Nobody;Nowhere;Acme`,
		`two@@example.com;Nobody;Nowhere;Acme`,
		`long@example.com;Too;Many;Cells;In;This;Row`,
	)
	return []byte(strings.Join(rows, "\r\n") + "\r\n")
}

// welcome sends a mail, asks what became of it, and takes a way for each answer.
func welcome(first, second int64) []step {
	email := func(id string, email int64) step {
		return step{ID: id, Kind: "send_email", Settings: map[string]any{"email": email}}
	}
	tag := func(id, name string) step {
		return step{ID: id, Kind: "change_tags", Settings: map[string]any{"add": []string{name}}}
	}
	seconds := func(n int) map[string]any { return map[string]any{"amount": n, "unit": "seconds"} }
	clicked := step{
		ID: "clicked", Kind: "decision", Settings: map[string]any{"did": "clicked", "step": "first", "within": seconds(15)},
		Branches: []branch{{ID: "yes", Steps: []step{tag("tag-clicker", "clicker")}}, {ID: "no", Steps: []step{tag("tag-reader", "reader")}}},
	}
	opened := step{
		ID: "opened", Kind: "decision", Settings: map[string]any{"did": "opened", "step": "first"},
		Branches: []branch{
			{ID: "yes", Steps: []step{clicked}},
			{ID: "no", Steps: []step{email("second", second), {ID: "leave", Kind: "exit", Settings: map[string]any{}}}},
		},
	}
	hot := step{
		ID: "hot", Kind: "condition", Settings: map[string]any{"tag": "clicker"},
		Branches: []branch{{ID: "yes", Steps: []step{{ID: "stage", Kind: "update_contact", Settings: map[string]any{"fields": map[string]string{"stage": "hot"}}}}}},
	}
	wait := step{ID: "pause", Kind: "wait", Settings: map[string]any{"for": seconds(8)}}
	return []step{email("first", first), wait, opened, hot}
}

// paths is what each behaviour leads to.
var paths = map[string]string{
	clicksSoon: "first pause opened:yes clicked:yes tag-clicker hot:yes stage",
	clicksLate: "first pause opened:yes clicked:yes tag-clicker hot:yes stage",
	opensOnly:  "first pause opened:yes clicked:no tag-reader hot:no",
	silent:     "first pause opened:no second leave",
	leaves:     "first pause opened:no second leave",
	blocked:    "first pause opened:no second leave",
}

func TestACampaignFromCSVToInbox(t *testing.T) {
	t.Parallel()
	ses, err := fakeses.New(fakeses.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := ses.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ses.Close() })
	p := start(t, sesSettings(ses.URL())...)
	c := signIn(t, p)

	importReaders(c)
	readers := c.allContacts()
	for n := range readersEach {
		id := readers[fmt.Sprintf("%s-%d@example.com", blocked, n)].ID
		do[any](c, http.MethodPut, fmt.Sprintf("/api/crm/contacts/%d/do-not-contact/email", id), map[string]string{"reason": "manual"})
	}
	first := c.createEmail("First", "Hello {{contact.firstname}}", `<p>Hello. <a href="https://example.com/offer?a=1&amp;b=2">The offer</a></p>`)
	second := c.createEmail("Second", "Did you miss it?", `<p>Again. <a href="https://example.com/">Us</a></p>`)
	campaign := c.publish("Welcome", welcome(first, second))
	if added := c.addToCampaign(campaign, map[string]any{"everyone": true}); added != len(readers) {
		t.Fatalf("%d contacts came into the campaign, want all %d.", added, len(readers))
	}
	if again := c.addToCampaign(campaign, map[string]any{"everyone": true}); again != 0 {
		t.Errorf("%d contacts came in a second time.", again)
	}

	db := p.database()
	behave(t, db, ses, len(readers)-readersEach)
	waitForTheEnd(t, db, time.Minute)
	checkPaths(c, campaign, readers)
	checkCampaignLedger(t, db, ses.Journal())
	checkContacts(t, c.allContacts())
	checkPeople(t, db, len(readers))
	p.stop()
}

// sesSettings make the program send through the fake at endpoint.
func sesSettings(endpoint string) []string {
	return []string{
		"MAUNTIC_MAIL=ses", "MAUNTIC_ALLOW_UNVERIFIED_SENDERS=true", "MAUNTIC_SES_ENDPOINT=" + endpoint, "MAUNTIC_SES_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_EC2_METADATA_DISABLED=true",
	}
}

func importReaders(c *client) {
	c.t.Helper()
	done := c.importCSV("awkward.csv", awkwardCSV())
	if done.Created != len(behaviours)*readersEach || done.Updated != 1 || done.Rejected != 4 || done.RowsDone != done.Created+done.Updated+done.Rejected {
		c.t.Fatalf("import = %+v, want %d created, 1 updated, 4 rejected.", done, len(behaviours)*readersEach)
	}
	_, rejects := c.try(http.MethodGet, fmt.Sprintf("/api/crm/imports/%d/rejects", done.ID), nil)
	for _, row := range []string{"not an address", "two@@example.com", "long@example.com", "victim@example.com"} {
		if !strings.Contains(string(rejects), row) {
			c.t.Errorf("The rejects do not name %q: %s", row, rejects)
		}
	}
	if got := c.allContacts()["silent-0@example.com"]; text(got.Lastname) != `of silent; the "best"` || text(got.Firstname) != "Reader 0" {
		c.t.Errorf("A quoted row became %s %s.", text(got.Firstname), text(got.Lastname))
	}
}

// checkPaths reads every journey by the API and compares the steps it took.
func checkPaths(c *client, campaign int64, readers map[string]contact) {
	c.t.Helper()
	journeys := do[page[journey]](c, http.MethodGet, fmt.Sprintf("/api/campaign/journeys?limit=100&campaign=%d", campaign), nil)
	if journeys.Total != len(readers) {
		c.t.Errorf("There are %d journeys for %d readers.", journeys.Total, len(readers))
	}
	emails := map[int64]string{}
	for email, reader := range readers {
		emails[reader.ID] = strings.ToLower(email)
	}
	for _, item := range journeys.Items {
		j := do[journey](c, http.MethodGet, fmt.Sprintf("/api/campaign/journeys/%d", item.ID), nil)
		email := emails[j.Contact]
		behaviour, _, _ := strings.Cut(email, "-")
		if got := j.path(); got != paths[behaviour] || j.State != "ended" {
			c.t.Errorf("%s is %s and went\n%s, want\n%s", email, j.State, got, paths[behaviour])
		}
		for _, step := range j.Steps {
			if !strings.HasSuffix(step.Outcome, ".") {
				c.t.Errorf("%s at %s: the outcome %q is no sentence.", email, step.Step, step.Outcome)
			}
		}
	}
}

// path writes the steps of a journey as paths does.
func (j journey) path() string {
	var steps []string
	for _, s := range j.Steps {
		if s.Branch != "" {
			s.Step += ":" + s.Branch
		}
		steps = append(steps, s.Step)
	}
	return strings.Join(steps, " ")
}

// checkCampaignLedger compares every row of the ledger with what the provider accepted.
func checkCampaignLedger(t *testing.T, db *pgxpool.Pool, journal []fakeses.Entry) {
	t.Helper()
	accepted := map[string]fakeses.Entry{}
	for _, entry := range journal {
		accepted[entry.Sid] = entry
	}
	rows := many[ledgerRow](t, db, selectLedger)
	if len(rows) == 0 || len(accepted) != len(journal) {
		t.Fatalf("%d rows, %d mails under %d sids.", len(rows), len(journal), len(accepted))
	}
	for _, row := range rows {
		behaviour, _, _ := strings.Cut(row.Email, "-")
		unwanted := behaviour == blocked || behaviour == leaves && row.StepID == "second"
		entry, sent := accepted[row.Sid]
		switch {
		case unwanted && (row.State != "skipped" || sent || !strings.HasSuffix(row.Reason.English(), ".")):
			t.Errorf("%s at %s: %s %q, sent %v; want it skipped with a sentence.", row.Email, row.StepID, row.State, row.Reason, sent)
		case !unwanted && (row.State != "sent" || entry.MessageID != row.ProviderID || !strings.EqualFold(entry.To, row.Email)):
			t.Errorf("%s at %s: %s %q, provider id %q; want it sent as %+v.", row.Email, row.StepID, row.State, row.Reason, row.ProviderID, entry)
		}
		delete(accepted, row.Sid)
	}
	if len(accepted) > 0 {
		t.Errorf("%d mails have no row in the ledger: %v", len(accepted), accepted)
	}
}

// checkContacts looks at what the steps did to the contacts.
func checkContacts(t *testing.T, readers map[string]contact) {
	t.Helper()
	for email, reader := range readers {
		behaviour, _, _ := strings.Cut(strings.ToLower(email), "-")
		clicker := behaviour == clicksSoon || behaviour == clicksLate
		if slices.Contains(reader.Tags, "clicker") != clicker || (text(reader.Stage) == "hot") != clicker {
			t.Errorf("%s has the tags %v and the stage %q.", email, reader.Tags, text(reader.Stage))
		}
		if slices.Contains(reader.Tags, "reader") != (behaviour == opensOnly) {
			t.Errorf("%s has the tags %v.", email, reader.Tags)
		}
	}
}
