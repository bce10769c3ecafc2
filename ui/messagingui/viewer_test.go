package messagingui_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// changes are the controls of a page that send something.
const changes = "main [hx-post], main form[method=post], main [formaction], dialog form[method=post]"

func TestWhoOnlyLooksIsOfferedNoChange(t *testing.T) {
	t.Parallel()
	b := setup(t)
	empty := []string{"/app/emails", "/app/sms", "/app/suppressions"}
	for _, path := range empty {
		b.offersOnlyWhatViewersMay(path)
	}
	b.create()
	b.post("/app/emails/1/test", url.Values{"to": {"me@example.com"}})
	b.post("/app/sms", url.Values{"name": {"Hello"}, "body": {"Hi {{ contact.firstname }}"}, "validMinutes": {"90"}})
	b.post("/app/suppressions", url.Values{"channel": {"email"}, "address": {"gone@example.com"}})
	for _, row := range []string{
		`insert into messaging.messages (org_id, sid, key, channel, class, state, address, reason, call_deadline)
			values ($1, 'a', 'a', 'email', 'marketing', 'unknown', 'anna@example.com', 'Lost.', now() - interval '1 hour')`,
		`insert into messaging.sms_inbox (org_id, sid, number, body) values ($1, 'a', '+493012345', 'Hi')`,
	} {
		if _, err := b.db.Pool().Exec(t.Context(), row, b.as.Org); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range append(empty, "/app/emails/1", "/app/sms/1", "/app/messages/2", "/app/inbox/sms/1") {
		b.offersOnlyWhatViewersMay(path)
	}
	for _, path := range []string{"/app/emails/new", "/app/sms/new", "/app/suppressions/new", "/app/suppressions/import"} {
		b.as.Role = identity.RoleViewer
		if a := b.get(path); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

// offersOnlyWhatViewersMay opens a page as a marketer, who finds something to change there, and as somebody
// who may only look.
func (b *browser) offersOnlyWhatViewersMay(path string) {
	b.t.Helper()
	b.as.Role = identity.RoleUser
	marketer := b.get(path)
	b.as.Role = identity.RoleViewer
	viewer := b.get(path)
	if viewer.StatusCode != http.StatusOK || viewer.text("h1") != marketer.text("h1") {
		b.t.Errorf("%s: %d %s", path, viewer.StatusCode, viewer.text("h1"))
	}
	const links = `main a[href^="/app/"]`
	if marketer.doc.Find(changes).Length() == 0 && marketer.doc.Find(links).Length() == viewer.doc.Find(links).Length() {
		b.t.Errorf("%s has nothing to hide.", path)
	}
	viewer.doc.Find(changes).Each(func(_ int, s *goquery.Selection) {
		html, _ := goquery.OuterHtml(s)
		b.t.Errorf("%s offers %.200s", path, html)
	})
	viewer.doc.Find(links).Each(func(_ int, s *goquery.Selection) {
		if to := s.AttrOr("href", ""); b.get(to).StatusCode == http.StatusForbidden {
			b.t.Errorf("%s leads to %s.", path, to)
		}
	})
	b.as.Role = identity.RoleUser
}

func TestWhoOnlyLooksReadsTheEmailAndFillsInItsPreview(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.mail.CreateEmail(identity.WithActor(t.Context(), b.as), b.as.Org, messaging.EmailInput{
		Name: "Welcome", Subject: "Hi {{ contact.firstname }}", FromEmail: "team@example.com", Text: "Plain words", HTML: "<p>Hello</p>",
	}); err != nil {
		t.Fatal(err)
	}
	b.as.Role = identity.RoleViewer
	a := b.get("/app/emails/1")
	for _, part := range []string{"Hi firstname", "team@example.com", "Plain words"} {
		if !strings.Contains(a.text("main"), part) {
			t.Errorf("%q is missing: %s", part, a.text("main"))
		}
	}
	form := a.doc.Find("form#email-form")
	if form.AttrOr("target", "-") != a.doc.Find("iframe").AttrOr("name", "") || a.doc.Find(`button[form="email-form"]`).Length() != 1 {
		t.Errorf("%s", a.text("main"))
	}
	if preview := b.get(form.AttrOr("action", "") + "?as="); preview.StatusCode != http.StatusOK || !strings.Contains(preview.body, "Hi Anna") {
		t.Errorf("%d %s", preview.StatusCode, preview.body)
	}
}
