package messagingui_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/identity"
)

func TestAnAddressIsPutOnTheListAndTakenOff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if a := b.get("/app/suppressions"); a.StatusCode != 200 || !strings.Contains(a.text("#suppressions"), "Nobody is on the list") || a.doc.Find("h1").Length() != 1 {
		t.Errorf("%d %s", a.StatusCode, a.text("#suppressions"))
	}
	if a := b.post("/app/suppressions", url.Values{"channel": {"email"}, "address": {"anna"}}); a.StatusCode != 422 || a.doc.Find("input[name=address]").AttrOr("value", "") != "anna" {
		t.Errorf("refused: %d %s", a.StatusCode, a.body)
	}
	if a := b.post("/app/suppressions", url.Values{"channel": {"email"}, "address": {"Anna@example.com"}, "comment": {"<b>asked</b>"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("put: %d %s", a.StatusCode, a.body)
	}
	a := b.get("/app/suppressions?search=reason:manual+anna")
	if !strings.Contains(a.text("tbody"), "anna@example.com") || !strings.Contains(a.text("tbody"), "<b>asked</b>") || !strings.Contains(a.text("tbody"), "Added by hand") {
		t.Errorf("list: %s", a.text("tbody"))
	}
	if a := b.get("/app/suppressions?search=reason:complaint"); !strings.Contains(a.text("#suppressions"), "Nothing matches") {
		t.Errorf("filtered: %s", a.text("#suppressions"))
	}
	if a := b.get("/app/suppressions/export"); !strings.Contains(a.body, "anna@example.com,email,manual") {
		t.Errorf("export: %s", a.body)
	}
	org := b.as.Org
	b.as.Org++
	if a := b.post("/app/suppressions/1/remove", nil); a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusForbidden {
		t.Errorf("another organization removes it: %d", a.StatusCode)
	}
	b.as.Org = org
	if a := b.post("/app/suppressions/1/remove", nil); a.StatusCode != http.StatusSeeOther {
		t.Errorf("remove: %d", a.StatusCode)
	}
	if a := b.post("/app/suppressions/1/remove", nil); a.StatusCode != http.StatusNotFound {
		t.Errorf("remove again: %d", a.StatusCode)
	}
}

func TestAListIsImportedFromAFileOrPasted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	upload := func(file, pasted string) answer {
		body := &bytes.Buffer{}
		form := multipart.NewWriter(body)
		if file != "" {
			part, err := form.CreateFormFile("file", "old.csv")
			if err == nil {
				_, err = part.Write([]byte(file))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for name, value := range map[string]string{"channel": "email", "addresses": pasted} {
			if err := form.WriteField(name, value); err != nil {
				t.Fatal(err)
			}
		}
		if err := form.Close(); err != nil {
			t.Fatal(err)
		}
		return b.send(http.MethodPost, "/app/suppressions/import", body.String(), "Content-Type", form.FormDataContentType())
	}
	if a := upload("", " "); a.StatusCode != 422 || !strings.Contains(a.body, "Choose a file, or paste addresses.") {
		t.Errorf("nothing: %d %s", a.StatusCode, a.body)
	}
	a := upload("email\nanna@example.com\nnonsense\n", "")
	if a.StatusCode != 200 || !strings.Contains(a.text("[role=status]"), "1 address is new on the list") || !strings.Contains(a.text("[role=status]"), "Row 3") {
		t.Errorf("file: %d %s", a.StatusCode, a.text("main"))
	}
	a = upload("", "anna@example.com\nbob@example.com")
	if a.StatusCode != 200 || !strings.Contains(a.text("[role=status]"), "1 address is new on the list") {
		t.Errorf("pasted: %d %s", a.StatusCode, a.text("main"))
	}
}

func TestAnUnknownMessageOffersWhatPeopleCanDo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.db.Pool().Exec(t.Context(), `insert into messaging.messages (org_id, sid, key, channel, class, state, address, reason, call_deadline)
		values ($1, 'a', 'a', 'email', 'marketing', 'unknown', 'anna@example.com', 'Lost.', now() - interval '1 hour')`, b.as.Org); err != nil {
		t.Fatal(err)
	}
	if a := b.get("/app/messages?search=is:overdue"); a.doc.Find("#messages tbody tr").Length() != 1 {
		t.Errorf("overdue: %s", a.text("#messages"))
	}
	a := b.get("/app/messages/1")
	if a.doc.Find(`button[hx-post="/app/messages/1/arrived"]`).Length() != 1 || a.doc.Find(`button[hx-post="/app/messages/1/send-again"]`).Length() != 1 {
		t.Errorf("page: %s", a.text("main"))
	}
	if a := b.post("/app/messages/1/arrived", nil); a.StatusCode != http.StatusSeeOther {
		t.Errorf("arrived: %d %s", a.StatusCode, a.body)
	}
	a = b.get("/app/messages/1")
	if a.doc.Find(`button[hx-post$="/arrived"]`).Length() != 0 || !strings.Contains(a.text("dl"), "Somebody knew that it arrived.") {
		t.Errorf("page: %s", a.text("main"))
	}
}

func TestPausedSendersAreShownAndLifted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if a := b.get("/app/reputation"); a.StatusCode != 200 || !strings.Contains(a.text("#stops"), "All is well") {
		t.Errorf("%d %s", a.StatusCode, a.text("#stops"))
	}
	if _, err := b.db.Pool().Exec(t.Context(), `insert into messaging.stops (org_id, scope, subject, level, rule, reason, sent, faults)
		values ($1, 'domain', 'example.com', 'paused', 'bounces', 'Too many came back.', 100, 50)`, b.as.Org); err != nil {
		t.Fatal(err)
	}
	a := b.get("/app/reputation")
	if !strings.Contains(a.text("tbody"), "Too many came back.") || a.doc.Find(`button[hx-post]`).Length() != 0 {
		t.Errorf("as a marketer: %s", a.text("tbody"))
	}
	b.as.Role = identity.RoleAdmin
	if a := b.get("/app/reputation"); a.doc.Find(`button[hx-post="/app/reputation/1/lift"]`).Length() != 1 {
		t.Errorf("as an administrator: %s", a.text("tbody"))
	}
	if a := b.post("/app/reputation/1/lift", nil); a.StatusCode != http.StatusSeeOther {
		t.Errorf("lift: %d", a.StatusCode)
	}
	if a := b.get("/app/reputation?show=all"); !strings.Contains(a.text("tbody"), "Over") {
		t.Errorf("all: %s", a.text("tbody"))
	}
}
