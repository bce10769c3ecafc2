package messagingui_test

import (
	"net/http"
	"testing"
)

func TestMessagesAreSearchedByCommands(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, row := range [][]string{{"a", "sent", "ann@example.org"}, {"b", "failed", "bob@example.org"}, {"c", "failed", "cem@example.net"}} {
		if _, err := b.db.Pool().Exec(t.Context(), `insert into messaging.messages (org_id, sid, key, channel, class, state, address)
			values ($1, $2, $2, 'email', 'marketing', $3, $4)`, b.as.Org, row[0], row[1], row[2]); err != nil {
			t.Fatal(err)
		}
	}
	a := b.get("/app/messages?search=to:example.org+state:failed")
	if got := a.text("#messages .row-link"); got != "bob@example.org" {
		t.Errorf("found %q", got)
	}
	if a.doc.Find(`#messages nav a[aria-current][href$="search=to%3Aexample.org+state%3Afailed"]`).Length() != 1 {
		t.Error("The filter that the search asks for is not shown as chosen.")
	}
	if a.doc.Find(`#messages nav a:contains("Came back")[href$="search=to%3Aexample.org+delivery%3Abounced"]`).Length() != 1 {
		t.Error("Another filter does not keep the rest of the search.")
	}
	if a.doc.Find(`#messages nav a:contains("All")[href$="search=to%3Aexample.org"]`).Length() != 1 {
		t.Error("All does not take the filter out.")
	}
	if a := b.get("/app/messages/suggest?search=state:fa&at=8"); a.doc.Find(`[role=option][data-insert="failed "]`).Length() != 1 {
		t.Errorf("suggested: %s", a.body)
	}
	b.create()
	if a := b.get("/app/messages/suggest?search=email:&at=6"); a.doc.Find(`[role=option]`).Length() != 1 {
		t.Errorf("names of emails: %s", a.body)
	}
	if a := b.get("/app/messages/suggest?search=email:%00x&at=8"); a.StatusCode != http.StatusOK {
		t.Errorf("what no text holds: %d", a.StatusCode)
	}
	wrong := b.get("/app/messages?search=stat:failed")
	if wrong.StatusCode != http.StatusUnprocessableEntity || wrong.doc.Find(`#messages a[href$="search=state%3Afailed"]`).Length() == 0 || wrong.doc.Find("h1").Length() != 1 {
		t.Errorf("%d %s", wrong.StatusCode, wrong.text("#messages"))
	}
}
