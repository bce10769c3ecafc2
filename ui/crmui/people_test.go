package crmui_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
)

const attack = `<script>alert("x")</script>`

var asked = []string{"HX-Request", "true"} // by htmx

// anna stores a contact, the first of its database.
func (b *browser) anna() crm.Contact {
	b.t.Helper()
	email := "anna@example.com"
	contact, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Email: &email})
	if err != nil {
		b.t.Fatal(err)
	}
	return contact
}

// attach sends a file of the first contact.
func (b *browser) attach(name, content string, headers ...string) answer {
	b.t.Helper()
	body := &bytes.Buffer{}
	form := multipart.NewWriter(body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, "/app/contacts/1/files", body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return b.do(request, headers)
}

// body reads an answer that is no page.
func (b *browser) body(path string) (*http.Response, string) {
	b.t.Helper()
	response, err := b.app.Test(httptest.NewRequest(http.MethodGet, path, nil), -1)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return response, string(content)
}

func TestNotesAreWrittenChangedAndTakenBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna()
	a := b.post("/app/contacts/1/notes", url.Values{"type": {"call"}, "text": {"Call\nback " + attack}, "happenedAt": {"2026-01-02T10:00"}}, asked...)
	b.is(a.text("#notes li p.whitespace-pre-line"), "Call back "+attack)
	if at, _ := a.doc.Find("#notes time").Attr("datetime"); at != "2026-01-02T09:00:00Z" {
		t.Errorf("it happened at %s, want 10:00 in Berlin", at)
	}
	a = b.post("/app/contacts/1/notes", url.Values{"text": {" "}}, asked...)
	if a.StatusCode != http.StatusUnprocessableEntity || a.text("#f-text-error") == "" {
		t.Errorf("an empty note: %d", a.StatusCode)
	}
	a = b.get("/app/contacts/1?tab=notes&edit=1")
	b.is(a.doc.Find("#note-1 textarea").Text(), "Call\nback "+attack)
	if value, _ := a.doc.Find("#note-1 input[name=happenedAt]").Attr("value"); value != "2026-01-02T10:00" {
		t.Errorf("the form says %s", value)
	}
	b.is(b.post("/app/notes/1", url.Values{"type": {"meeting"}, "text": {"Better."}, "happenedAt": {""}}).Header.Get("Location"), "/app/contacts/1?tab=notes")
	a = b.get("/app/contacts/1")
	b.is(a.text("#timeline li:last-child p.whitespace-pre-line"), "Better.")
	a = b.post("/app/notes/1/delete", nil, asked...)
	if !strings.Contains(a.Header.Get("HX-Trigger"), "/app/notes/1/restore") || a.doc.Find("#notes li").Length() != 0 {
		t.Errorf("deleting says %q", a.Header.Get("HX-Trigger"))
	}
	b.post("/app/notes/1/restore", nil, asked...)
	b.is(b.get("/app/contacts/1?tab=notes").text("#notes li p.whitespace-pre-line"), "Better.")
}

func TestFilesAreAttachedAndNeverShownInline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna()
	b.is(b.attach("offer <b>.pdf", "%PDF-1.7 "+attack).Header.Get("Location"), "/app/contacts/1?tab=files")
	a := b.get("/app/contacts/1?tab=files")
	b.is(a.text("#files li a"), "offer <b>.pdf")
	response, content := b.body("/app/files/1")
	if content != "%PDF-1.7 "+attack || !strings.HasPrefix(response.Header.Get("Content-Disposition"), "attachment;") ||
		response.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(response.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the download is %q with %v", content, response.Header)
	}
	a = b.attach("a.png", "%PDF-1.7")
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.text("#f-file-error"), "PDF document") || a.doc.Find("h1").Length() != 1 {
		t.Errorf("a PDF called PNG: %d %s", a.StatusCode, a.text("#f-file-error"))
	}
	a = b.attach("page.html", attack, "Accept", "application/json")
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.doc.Text(), `"message":"Only pictures`) {
		t.Errorf("a page, by script: %d %s", a.StatusCode, a.doc.Text())
	}
	if a = b.attach("a.gif", "GIF89a", "Accept", "application/json"); a.StatusCode != http.StatusCreated || !strings.Contains(a.doc.Text(), "tab=files") {
		t.Errorf("by script: %d %s", a.StatusCode, a.doc.Text())
	}
	a = b.post("/app/files/1/delete", nil, asked...)
	if !strings.Contains(a.Header.Get("HX-Trigger"), "/app/files/1/restore") || strings.Contains(a.text("#files li"), "offer") {
		t.Errorf("deleting says %q", a.Header.Get("HX-Trigger"))
	}
	if response, _ := b.body("/app/files/1"); response.StatusCode != http.StatusNotFound {
		t.Errorf("a deleted file: %d", response.StatusCode)
	}
	b.post("/app/files/1/restore", nil, asked...)
	if response, _ := b.body("/app/files/1"); response.StatusCode != http.StatusOK {
		t.Errorf("a restored file: %d", response.StatusCode)
	}
}

func TestSegmentsAreMadeFilledAndDeletedWithNumbers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna()
	b.is(b.get("/app/segments").text("#segments h2"), "No segments yet")
	b.is(b.post("/app/segments", url.Values{"name": {attack}, "isPublished": {"true"}}).Header.Get("Location"), "/app/segments/1")
	b.is(b.get("/app/segments").text("#segments tbody a"), attack)
	a := b.post("/app/segments", url.Values{"name": {"Other"}, "alias": {"script-alert-x-script"}})
	if a.StatusCode != http.StatusUnprocessableEntity || a.text("#f-alias-error") == "" {
		t.Errorf("a twin: %d", a.StatusCode)
	}
	a = b.post("/app/contacts/1/segments", url.Values{"add": {"1"}}, asked...)
	b.is(a.text("#contact-segments li a"), attack)
	a = b.get("/app/segments/1")
	b.is(a.text("h1"), attack)
	if link, _ := a.doc.Find("main header a.btn").Attr("href"); link != "/app/contacts?search=segment%3Ascript-alert-x-script" {
		t.Errorf("its contacts are at %s", link)
	}
	if warns, _ := a.doc.Find("button.btn-error").Attr("hx-confirm"); !strings.HasPrefix(warns, "1 contact is in it and stays") {
		t.Errorf("deleting warns %q", warns)
	}
	b.is(b.get("/app/contacts?search=segment:script-alert-x-script").text("#contacts tbody td:nth-child(2) a"), "anna@example.com")
	b.is(b.post("/app/segments/1", url.Values{"name": {"Fair"}, "alias": {"fair"}}).Header.Get("Location"), "/app/segments/1")
	if got := b.get("/app/segments").text("#segments tbody .badge"); got != "Hidden" {
		t.Errorf("a segment that is not offered says %q", got)
	}
	b.is(b.post("/app/segments/1/delete", nil, asked...).Header.Get("HX-Redirect"), "/app/segments")
	b.is(b.get("/app/contacts/1").text("#contact-segments li a"), "")
	b.post("/app/segments/1/restore", nil, asked...)
	b.is(b.get("/app/contacts/1").text("#contact-segments li a"), "Fair")
	b.is(b.post("/app/contacts/1/segments", url.Values{"remove": {"1"}}, asked...).text("#contact-segments li a"), "")
}

func TestTagsAreRenamedMergedAndDeletedWithNumbers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna()
	b.is(b.get("/app/settings/tags").text("#tags h2"), "No tags yet")
	b.post("/app/contacts/1/tags", url.Values{"add": {attack + ", vip"}}, asked...)
	b.is(b.get("/app/settings/tags").doc.Find("#tags tbody a").First().Text(), attack)
	a := b.post("/app/settings/tags/1", url.Values{"name": {"VIP"}})
	b.is(a.doc.Find("form[action='/app/settings/tags/1/merge'] button").First().Text(), "Merge into “vip”")
	b.is(b.post("/app/settings/tags/1/merge", url.Values{"into": {"VIP"}}).Header.Get("Location"), "/app/settings/tags")
	b.is(b.get("/app/contacts/1").text("#contact-tags li a"), "vip")
	a = b.post("/app/settings/tags/2/merge", url.Values{"into": {"nobody"}})
	if a.StatusCode != http.StatusUnprocessableEntity || a.text("#f-into-error") == "" {
		t.Errorf("merging into nothing: %d", a.StatusCode)
	}
	if warns, _ := b.get("/app/settings/tags/2").doc.Find("button.btn-error").Attr("hx-confirm"); !strings.HasPrefix(warns, "1 contact loses the tag.") {
		t.Errorf("deleting warns %q", warns)
	}
	b.post("/app/settings/tags/2/delete", nil, asked...)
	b.is(b.get("/app/contacts/1").text("#contact-tags li a"), "")
	b.post("/app/settings/tags/2/restore", nil, asked...)
	b.is(b.get("/app/contacts/1").text("#contact-tags li a"), "vip")
	b.is(b.post("/app/settings/tags", url.Values{"name": {"new"}, "description": {"For tests."}}).Header.Get("Location"), "/app/settings/tags")
	a = b.post("/app/settings/tags", url.Values{"name": {""}, "description": {"kept"}}, append(asked, "HX-Target", "form#new-tag-form")...)
	if a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("#tags").Length() != 0 || a.text("#f-name-error") == "" || a.text("#f-description") != "kept" {
		t.Errorf("a tag without a name: %d, in its dialog %q", a.StatusCode, a.text("body"))
	}
}

func TestStoppingAChannelSaysWhyAndIsLogged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna()
	a := b.post("/app/contacts/1/do-not-contact", url.Values{"channel": {"email"}, "reason": {"unsubscribed"}, "comment": {"Told me " + attack}}, asked...)
	if got := a.text("#contact-channels li:first-child"); !strings.Contains(got, "Told me "+attack) || !strings.Contains(got, "A program with an API key said so") {
		t.Errorf("the card says %s", got)
	}
	a = b.get("/app/contacts/1?tab=consent")
	if got := a.text("#consents li"); !strings.Contains(got, "Taken back") || !strings.Contains(got, "Told me "+attack) {
		t.Errorf("the log says %s", got)
	}
	b.is(strings.TrimSpace(a.doc.Find("header .badge").First().Text()), "No email")
	b.is(b.post("/app/contacts/1/consents", url.Values{"purpose": {"profiling"}, "state": {"granted"}, "wording": {"=Yes"}}).Header.Get("Location"), "/app/contacts/1?tab=consent")
	if a := b.post("/app/contacts/1/consents", url.Values{"purpose": {""}, "state": {"granted"}}); a.StatusCode != http.StatusUnprocessableEntity || a.text("#f-purpose-error") == "" {
		t.Errorf("a consent to nothing: %d", a.StatusCode)
	}
	_, file := b.body("/app/contacts/1/consents.csv")
	if !strings.Contains(file, "profiling,granted,api,,'=Yes") || strings.Count(file, "\n") != 3 {
		t.Errorf("the file is %s", file)
	}
}

func TestTheTimelineIsFilteredAndExported(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna()
	if _, err := b.contacts.RecordEvents(b.ctx, b.org, []crm.EventInput{{Contact: 1, Type: "order.paid", Data: map[string]any{"what": attack, "id": "=1"}}}); err != nil {
		t.Fatal(err)
	}
	b.is(b.get("/app/contacts/1?kind=custom").doc.Find("#timeline li p.font-medium").Text(), "Order paid")
	b.is(b.get("/app/contacts/1/timeline?kind=changes", asked...).doc.Find("#timeline-panel li p.font-medium").Text(), "Became a contact")
	b.is(b.get("/app/contacts/1/timeline?search=SCRIPT", asked...).doc.Find("#timeline li p.font-medium").Text(), "Order paid")
	if got := b.get("/app/contacts/1/timeline?search=nothing", asked...).text("#timeline-panel"); !strings.Contains(got, "Nothing of that kind") {
		t.Errorf("an empty filter says %s", got)
	}
	if got := b.get("/app/contacts/1/timeline?to=2020-01-01", asked...); got.doc.Find("#timeline li").Length() != 0 {
		t.Error("days are passed over")
	}
	if a := b.get("/app/contacts/1/timeline?from=2026-01-02&to=2026-01-01", asked...); a.StatusCode != http.StatusUnprocessableEntity || a.text("[role=alert]") == "" {
		t.Errorf("an end before the beginning: %d", a.StatusCode)
	}
	response, file := b.body("/app/contacts/1/timeline.csv?kind=custom")
	if !strings.Contains(response.Header.Get("Content-Disposition"), "contact-1-timeline.csv") || strings.Count(file, "\n") != 2 || !strings.Contains(file, "Order paid,") {
		t.Errorf("the file is %s", file)
	}
}

func TestEveryTypeThatTheProgramWritesHasWords(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	types := []string{
		crm.EventContactCreated, crm.EventContactUpdated, crm.EventContactDeleted, crm.EventContactRestored, crm.EventTagsChanged, crm.EventPointsChanged,
		crm.EventAddedToSegment, crm.EventRemovedFromSegment, crm.EventConsentChanged, crm.EventDoNotContactSet, crm.EventDoNotContactCleared,
		crm.EventEmailSent, crm.EventEmailOpened, crm.EventEmailClicked, crm.EventUnsubscribed, crm.EventResubscribed, crm.EventEmailBounced,
		crm.EventEmailComplained, crm.EventSMSBounced, crm.EventSMSSent, crm.EventSMSClicked, crm.EventSMSReceived,
	}
	for _, kind := range types {
		if _, err := b.contacts.AppendEvents(b.ctx, b.org, []crm.Event{{Contact: anna.ID, Type: kind, Data: map[string]any{"added": []any{"vip"}, "segment": "Fair", "purpose": "email", "channel": "email"}}}); err != nil {
			t.Fatal(err)
		}
	}
	timeline := b.get("/app/contacts/1").text("#timeline")
	for _, kind := range types {
		plain := strings.ToUpper(kind[:1]) + strings.NewReplacer(".", " ", "_", " ").Replace(kind[1:])
		if strings.Contains(timeline, plain) {
			t.Errorf("%s is told as %q", kind, plain)
		}
	}
}

func TestAnotherOrganizationsPagesAreNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.anna()
	for _, path := range []string{
		"/app/contacts/9", "/app/contacts/9/timeline", "/app/contacts/9/timeline.csv", "/app/contacts/9/consents.csv", "/app/contacts/9/notes",
		"/app/segments/9", "/app/settings/tags/9", "/app/files/9",
	} {
		if a := b.get(path, asked...); a.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, a.StatusCode)
		}
	}
	for _, path := range []string{
		"/app/contacts/9/notes", "/app/notes/9", "/app/notes/9/delete", "/app/notes/9/restore", "/app/files/9/delete", "/app/files/9/restore",
		"/app/contacts/9/segments", "/app/segments/9", "/app/segments/9/delete", "/app/segments/9/restore", "/app/contacts/9/consents",
		"/app/settings/tags/9", "/app/settings/tags/9/merge", "/app/settings/tags/9/delete", "/app/settings/tags/9/restore",
	} {
		form := url.Values{"text": {"a"}, "add": {"1"}, "name": {"a"}, "into": {"a"}, "purpose": {"email"}, "state": {"granted"}}
		if a := b.post(path, form, asked...); a.StatusCode != http.StatusNotFound {
			t.Errorf("POST %s: %d", path, a.StatusCode)
		}
	}
}
