package crmui_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/ui/crmui"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

// browser is somebody who is signed in.
type browser struct {
	t        *testing.T
	app      *fiber.App
	contacts *crm.Service
	letters  *messaging.Service
	org      domain.OrgID
	ctx      context.Context
	db       *store.DB
	actor    *identity.Actor // who is signed in; an API key until somebody else is put here
	database *outage
}

func setup(t *testing.T) *browser {
	t.Helper()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	database := &outage{Store: crmstore.New(db)}
	service := crm.New(crm.Deps{Store: database, Tx: db, Starter: starter{}, Jobs: starter{}})
	app := fiber.New(fiber.Config{
		Immutable: true, StreamRequestBody: true, DisablePreParseMultipartForm: true,
		ErrorHandler: layout.ErrorHandler(slog.New(slog.NewTextHandler(t.Output(), nil))),
	})
	actor := &identity.Actor{Org: org, APIKey: 1, Name: "Owner", Role: identity.RoleAdmin}
	b := &browser{t: t, app: app, contacts: service, org: org, ctx: identity.WithActor(t.Context(), *actor), db: db, actor: actor, database: database}
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(identity.WithActor(c.UserContext(), *actor))
		return c.Next()
	}, page.Middleware(organizations{}))
	b.letters = letters(t, db, service)
	crmui.Register(app, crmui.Deps{
		Contacts: service, Messaging: b.letters, Identity: identity.New(identity.Deps{Store: identitystore.New(db), Tx: db}),
	})
	return b
}

// outage is a database whose lists of contacts can be away.
type outage struct {
	*crmstore.Store
	away bool
}

func (o *outage) Contacts(ctx context.Context, org domain.OrgID, q crm.ContactQuery) (domain.Page[crm.Contact], error) {
	if o.away {
		return domain.Page[crm.Contact]{}, domain.ErrAway
	}
	return o.Store.Contacts(ctx, org, q)
}

type starter struct{}

func (starter) StartImport(context.Context, domain.OrgID, crm.ImportID) error { return nil }

func (starter) StartJob(context.Context, domain.OrgID, crm.JobID) error { return nil }

type organizations struct{}

func (organizations) Preference(context.Context, domain.OrgID, string, any) error { return nil }

func (organizations) Organization(_ context.Context, org domain.OrgID) (identity.Organization, error) {
	return identity.Organization{ID: org, Name: "Acme", TimeZone: "Europe/Berlin"}, nil
}

type answer struct {
	*http.Response
	doc *goquery.Document
}

func (a answer) text(selector string) string {
	return strings.Join(strings.Fields(a.doc.Find(selector).Text()), " ")
}

func (b *browser) get(path string, headers ...string) answer {
	return b.do(httptest.NewRequest(http.MethodGet, path, nil), headers)
}

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(request, headers)
}

func (b *browser) upload(name, file string) answer {
	body := &bytes.Buffer{}
	form := multipart.NewWriter(body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, file)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, "/app/imports", body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return b.do(request, nil)
}

func (b *browser) do(request *http.Request, headers []string) answer {
	b.t.Helper()
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.app.Test(request, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	doc, err := goquery.NewDocumentFromReader(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{response, doc}
}

func (b *browser) is(got, want string) {
	b.t.Helper()
	if got != want {
		b.t.Errorf("got %q, want %q", got, want)
	}
}

func fragment(id string) []string {
	return []string{"HX-Request", "true", "HX-Target", "section#" + id}
}

func TestAnEmptyListSaysWhatToDo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.get("/app/contacts")
	b.is(a.text("#contacts h2"), "No contacts yet")
	b.is(a.doc.Find("#contacts a[href='/app/imports/new']").First().Text(), "Import contacts")
	b.is(a.text("#contacts button[hx-post='/app/demo']"), "Load the demo")
}

func TestContactsAreAddedFoundAndChanged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.post("/app/contacts", url.Values{"firstname": {"Anna"}, "email": {"anna@example.com"}, "tags": {"news, vip"}, "points": {"7"}})
	b.is(a.Header.Get("Location"), "/app/contacts/1")
	b.post("/app/contacts", url.Values{"firstname": {"<b>Ben"}})

	a = b.get("/app/contacts?search=anna", fragment("contacts")...)
	b.is(a.text("tbody a.row-link"), "Anna")
	if a.doc.Find("h1").Length() != 0 {
		t.Error("htmx got the whole page")
	}
	b.is(b.get("/app/contacts?search=tag:NEWS").text("tbody a.row-link"), "Anna")
	b.is(b.get("/app/contacts?search=nobody").text("#contacts h2"), "Nothing matches “nobody”")
	b.is(b.get("/app/contacts/2").text("h1"), "<b>Ben")

	a = b.get("/app/contacts/1")
	b.is(a.text("#contact-tags li a"), "newsvip")
	b.is(a.doc.Find("#timeline li p").First().Text(), "Became a contact")
	if b.get("/app/contacts/1?tab=journeys").doc.Find("[hx-get='/app/contacts/1/journeys'][hx-trigger=load]").Length() != 1 {
		t.Error("the page does not load the journeys")
	}

	a = b.post("/app/contacts/1", url.Values{"firstname": {"Anna"}, "lastname": {"Berg"}, "email": {""}, "points": {"8"}}, "HX-Request", "true")
	b.is(a.Header.Get("HX-Redirect"), "/app/contacts/1")
	a = b.get("/app/contacts/1")
	b.is(a.text("h1"), "Anna Berg")
	b.is(a.doc.Find("#timeline li p").First().Text(), "Changed: Last name, Email, Points")
}

func TestARefusedFormComesBackWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.post("/app/contacts", url.Values{"email": {"anna@example.com"}})
	for field, form := range map[string]url.Values{
		"email":     {"email": {"Anna@example.com"}},
		"firstname": {"firstname": {strings.Repeat("x", 10_000)}},
		"points":    {"points": {"many"}},
		"tags":      {"tags": {strings.Repeat("x", 101)}},
	} {
		a := b.post("/app/contacts", form, fragment("contact-form")...)
		if a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("h1").Length() != 0 {
			t.Errorf("%s: status %d", field, a.StatusCode)
		}
		input := a.doc.Find("input[name='" + field + "'][aria-invalid=true], select[name='" + field + "'][aria-invalid=true] option[selected]")
		if value, _ := input.Attr("value"); value != form.Get(field) || a.text("#f-"+field+"-error") == "" {
			t.Errorf("%s: shows %.40q and %q", field, value, a.text("#f-"+field+"-error"))
		}
	}
}

func TestTheFocusGoesOnFromARemovedChip(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.post("/app/contacts", url.Values{"firstname": {"Anna"}, "email": {"anna@example.com"}})
	htmx := []string{"HX-Request", "true"}
	added := b.post("/app/contacts/1/tags", url.Values{"add": {"one, three, two"}}, htmx...)
	if n := added.doc.Find("[autofocus]").Length(); n != 0 {
		t.Errorf("%d elements take the focus after a tag was added", n)
	}
	focused := func(address string, removed url.Values) string {
		t.Helper()
		found := b.post(address, removed, htmx...).doc.Find("[autofocus]")
		if found.Length() != 1 {
			t.Errorf("%d elements want the focus", found.Length())
		}
		return found.AttrOr("aria-label", "") + found.AttrOr("id", "")
	}
	b.is(focused("/app/contacts/1/tags", url.Values{"remove": {"three"}, "at": {"1"}}), "Remove the tag two")
	b.is(focused("/app/contacts/1/tags", url.Values{"remove": {"two"}, "at": {"1"}}), "f-add")
	for _, name := range []string{"Fair", "Guests"} {
		b.post("/app/segments", url.Values{"name": {name}, "isPublished": {"true"}})
	}
	for _, id := range []string{"1", "2"} {
		b.post("/app/contacts/1/segments", url.Values{"add": {id}}, htmx...)
	}
	b.is(focused("/app/contacts/1/segments", url.Values{"remove": {"1"}, "at": {"0"}}), "Take out of the segment Guests")
	b.is(focused("/app/contacts/1/segments", url.Values{"remove": {"2"}, "at": {"0"}}), "f-add-segment")
}

func TestMarksChangeInPlace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.post("/app/contacts", url.Values{"firstname": {"Anna"}})
	htmx := []string{"HX-Request", "true"}
	b.is(b.post("/app/contacts/1/tags", url.Values{"add": {"News, vip"}}, htmx...).text("#contact-tags li a"), "Newsvip")
	b.is(b.post("/app/contacts/1/tags", url.Values{"remove": {"news"}}, htmx...).text("#contact-tags li a"), "vip")
	a := b.post("/app/contacts/1/tags", url.Values{"add": {strings.Repeat("x", 101)}}, htmx...)
	if a.StatusCode != http.StatusUnprocessableEntity || a.text("[role=alert]") == "" {
		t.Errorf("a long tag: %d %s", a.StatusCode, a.text("[role=alert]"))
	}
	a = b.post("/app/contacts/1/do-not-contact", url.Values{"channel": {"email"}, "allow": {"false"}}, htmx...)
	b.is(a.doc.Find("#contact-channels li").First().Find("button[data-open]").Text(), "Allow")
	a = b.post("/app/contacts/1/do-not-contact", url.Values{"channel": {"email"}, "allow": {"true"}}, htmx...)
	b.is(a.doc.Find("#contact-channels li").First().Find("button[data-open]").Text(), "Stop")
	b.is(b.post("/app/contacts/1/delete", nil, htmx...).Header.Get("HX-Redirect"), "/app/contacts")
	if a := b.get("/app/contacts/1"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a deleted contact: %d", a.StatusCode)
	}
}

func TestTheTimelineShowsEarlierEntriesOnRequest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.post("/app/contacts", url.Values{"firstname": {"Anna"}})
	var events []crm.EventInput
	for range 30 {
		events = append(events, crm.EventInput{Contact: 1, Type: "order.paid", Data: map[string]any{"total": 3}})
	}
	if _, err := b.contacts.RecordEvents(b.ctx, b.org, events); err != nil {
		t.Fatal(err)
	}
	a := b.get("/app/contacts/1")
	b.is(a.doc.Find("#timeline li p").First().Text(), "Order paid")
	b.is(a.doc.Find("#timeline li p").Eq(1).Text(), "total: 3")
	more, _ := a.doc.Find("#timeline button").Attr("hx-get")
	a = b.get(more, "HX-Request", "true")
	b.is(a.doc.Find("li p.font-medium").Last().Text(), "Became a contact")
	if n := a.doc.Find("li").Length(); n != 6 {
		t.Errorf("%d earlier entries", n)
	}
}

func TestAFileBecomesContacts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	a := b.upload("people.csv", "E-Mail;Vorname;Farbe\nanna@example.com;Anna;rot\nkaputt;=1+1;blau\n")
	b.is(a.Header.Get("Location"), "/app/imports/1")
	a = b.get("/app/imports/1")
	b.is(a.text("h1"), "people.csv")
	b.is(a.text("select[name='column-0'] option[selected]"), "Email")
	b.is(a.text("select[name='column-2'] option[selected]"), "Leave out")
	b.is(a.doc.Find("tbody tr").First().Find("td").Last().Find("p").First().Text(), "anna@example.com")

	form := url.Values{
		"column-0": {"email"}, "column-1": {"email"}, "column-2": {"new"}, "tags": {"spring"}, "existing": {"update"}, "match": {"email"},
		"delimiter": {";"}, "header": {"true"}, "dateOrder": {"dmy"}, "segment": {"new"},
	}
	a = b.post("/app/imports/1/mapping", form, fragment("mapping-form")...)
	if a.StatusCode != http.StatusOK || a.doc.Find("#f-column-1[aria-invalid]").Length() != 1 || a.doc.Find("[role=alert]").Length() != 0 {
		t.Errorf("a clash is not shown beside its column: %d %s", a.StatusCode, a.text("form"))
	}
	b.is(a.doc.Find("input[name='new-label-2']").AttrOr("value", ""), "Farbe")
	b.is(a.text("select[name='new-type-2'] option[selected]"), "Text")
	b.is(a.doc.Find("input[name='newList']").AttrOr("value", ""), "people")
	form.Set("do", "check")
	if a = b.post("/app/imports/1/mapping", form, fragment("mapping-form")...); a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("[role=alert]").Length() != 1 {
		t.Errorf("a file whose columns clash is checked: %d", a.StatusCode)
	}
	form.Set("column-1", "firstname")
	form.Set("new-label-2", "Colour")
	form.Set("new-type-2", "text")
	b.is(b.post("/app/imports/1/mapping", form, "HX-Request", "true").Header.Get("HX-Redirect"), "/app/imports/1")

	a = b.get("/app/imports/1")
	b.is(a.doc.Find("#import-status").AttrOr("hx-sse:connect", ""), "/app/imports/1/events")
	b.is(a.text("#import-status dl dt"), "RowsCreatedUpdatedUnchangedRejected")
	run := func() {
		t.Helper()
		if _, err := b.contacts.RunImport(b.ctx, b.org, 1, func(crm.Import) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	run()
	a = b.get("/app/imports/1")
	b.is(a.text("form[action='/app/imports/1/start'] button"), "Import now: 1 new, 0 updated")
	b.is(a.text("details summary span.font-medium"), `Column “E-Mail”: “…” is not an email address.`)
	b.is(b.get("/app/contacts").text("#contacts h2"), "No contacts yet")
	b.is(b.post("/app/imports/1/start", nil).Header.Get("Location"), "/app/imports/1")
	run()
	a = b.get("/app/imports/1")
	if _, live := a.doc.Find("#import-status").Attr("hx-sse:connect"); live {
		t.Error("a finished import still listens")
	}
	b.is(a.text("#import-status dl dd"), "21001")
	a = b.get("/app/imports/1/events")
	b.is(a.Header.Get("Content-Type"), "text/event-stream")
	if stream := a.text("body"); !strings.Contains(stream, "Show the contacts") || !strings.Contains(stream, "event: end") {
		t.Errorf("the stream of a finished import says %s", stream)
	}
	b.is(fmt.Sprint(b.get("/app/imports/99/events").StatusCode), "404")
	b.is(a.doc.Find("a[href='/app/contacts?search=import_id%3A1']").Text(), "Show the contacts")
	b.is(b.get("/app/imports/1/rejects.csv").text("body"), "\ufeff"+`Row;Reason;E-Mail;Vorname;Farbe 3;Column “E-Mail”: “kaputt” is not an email address.;kaputt;'=1+1;blau`)
	b.is(b.get("/app/contacts?search=tag:spring").text("tbody a.row-link"), "Anna")
	b.is(b.get("/app/imports").text("tbody a.row-link"), "people.csv")
	b.is(b.get("/app/imports?search=state:failed").text("#imports h2"), "Nothing matches “state:failed”")
	b.is(b.post("/app/imports/1/undo", nil).Header.Get("Location"), "/app/imports/1")
	run()
	b.is(b.get("/app/imports/1").doc.Find("#import-status li").First().Text(), "1 contact that the import had made is in the trash, where it stays for 30 days.")
}

func TestAFileThatIsNoneIsRefusedOnTheForm(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for want, file := range map[string]string{"The file is empty.": "", "Save it as CSV": "PK\x03\x04", "The file has no rows.": "\n"} {
		a := b.upload("x.csv", file)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.text("#f-file-error"), want) {
			t.Errorf("%d %s, want %s", a.StatusCode, a.text("#f-file-error"), want)
		}
	}
	if a := b.post("/app/imports", url.Values{}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no file: %d", a.StatusCode)
	}
}

// letters are the messages of contacts, with nobody to send them.
func letters(t *testing.T, db *store.DB, contacts *crm.Service) *messaging.Service {
	t.Helper()
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: make([]byte, 32)}})
	if err != nil {
		t.Fatal(err)
	}
	return messaging.New(messaging.Deps{Store: messagingstore.New(db), Tx: db, Contacts: contacts, Signer: signer, Log: slog.New(slog.DiscardHandler)})
}

func TestAContactWhoseAddressIsSuppressedSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new("Anna@example.com")})
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/app/contacts/%d", contact.ID)
	if a := b.get(path); strings.Contains(a.text("#contact-channels"), "Suppressed") {
		t.Errorf("before: %s", a.text("#contact-channels"))
	}
	if _, err := b.letters.Suppress(b.ctx, b.org, messaging.SuppressionInput{Address: "anna@example.com"}); err != nil {
		t.Fatal(err)
	}
	a := b.get(path)
	if !strings.Contains(a.text("#contact-channels"), "Suppressed") || a.doc.Find(`#contact-channels a[href="/app/suppressions?search=anna%40example.com"]`).Length() != 1 {
		t.Errorf("after: %s", a.text("#contact-channels"))
	}
}

func TestAFileWithATitleIsReadFromItsHeaderOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.upload("people.csv", "Export of 3 March\nE-Mail;Vorname\nanna@example.com;Anna\n")
	a := b.get("/app/imports/1")
	if !strings.Contains(a.text("#mapping-form"), "The header is in line 2, it seems") || a.doc.Find("#mapping-form tbody tr").Length() != 1 {
		t.Fatalf("before: %s", a.text("#mapping-form"))
	}
	b.is(b.post("/app/imports/1/mapping", url.Values{"do": {"below-title"}}).Header.Get("Location"), "/app/imports/1")
	a = b.get("/app/imports/1")
	b.is(a.text("#mapping-form tbody th span.block:first-child"), "E-MailVorname")
	b.is(a.text("#mapping-form button[value=first-line]"), "Begin with the first line")
	b.is(b.post("/app/imports/1/mapping", url.Values{"do": {"start"}, "column-0": {"email"}, "column-1": {"firstname"}}).Header.Get("Location"), "/app/imports/1")
	if _, err := b.contacts.RunImport(b.ctx, b.org, 1, func(crm.Import) error { return nil }); err != nil {
		t.Fatal(err)
	}
	b.is(b.get("/app/contacts").text("tbody a.row-link"), "Anna")
}
