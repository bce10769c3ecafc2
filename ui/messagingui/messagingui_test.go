package messagingui_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/activities/provider/dns"
	"github.com/mauntic/mauntic/activities/provider/dns/dnstest"
	"github.com/mauntic/mauntic/activities/provider/inbox"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/messagingui"
	"github.com/mauntic/mauntic/ui/page"
)

// browser is somebody of an organization who is signed in.
type browser struct {
	t    *testing.T
	app  *fiber.App
	db   *store.DB
	crm  *crm.Service
	mail *messaging.Service
	zone *dnstest.Server // DNS as the program sees it
	as   identity.Actor
}

func setup(t *testing.T) *browser {
	t.Helper()
	db := storetest.New(t)
	b := &browser{t: t, db: db, zone: dnstest.New(t), as: identity.Actor{Org: storetest.Org(t, db, "Acme"), User: 1, Email: "me@example.com", Role: identity.RoleUser}}
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: make([]byte, 32)}})
	if err != nil {
		t.Fatal(err)
	}
	b.crm = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	letters := messagingstore.New(db)
	service := messaging.New(messaging.Deps{
		Store: letters, Tx: db, Contacts: b.crm, Provider: inbox.New(letters), Signer: signer,
		BaseURL: "http://mail.test", Log: slog.New(slog.DiscardHandler), DNS: dns.New(b.zone.Address()),
	})
	b.mail = service
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	b.app = fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, ErrorHandler: layout.ErrorHandler(log)})
	b.app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(identity.WithActor(c.UserContext(), b.as))
		return c.Next()
	}, page.Middleware(identity.New(identity.Deps{Store: identitystore.New(db), Tx: db})))
	messagingui.Register(b.app, messagingui.Deps{Messaging: service, CRM: b.crm})
	return b
}

type answer struct {
	*http.Response
	body string
	doc  *goquery.Document
}

func (a answer) text(selector string) string { return strings.TrimSpace(a.doc.Find(selector).Text()) }

func (b *browser) do(method, path string, form url.Values, headers ...string) answer {
	b.t.Helper()
	if form != nil {
		headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	}
	return b.send(method, path, form.Encode(), headers...)
}

func (b *browser) send(method, path, sent string, headers ...string) answer {
	b.t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(sent))
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.app.Test(request, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{response, string(body), doc}
}

func (b *browser) get(path string, headers ...string) answer {
	return b.do(http.MethodGet, path, nil, headers...)
}

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	return b.do(http.MethodPost, path, form, headers...)
}

func welcome() url.Values {
	return url.Values{
		"name": {"Welcome"}, "subject": {"Hi {{ contact.firstname }}"},
		"html": {`<!DOCTYPE html><html><body style="color:red"><script>alert(1)</script><a href="https://example.com">go</a></body></html>`},
	}
}

func (b *browser) create() {
	b.t.Helper()
	if a := b.post("/app/emails", welcome()); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/app/emails/1" {
		b.t.Fatalf("create: %d %s", a.StatusCode, a.body)
	}
}

func TestAnEmailIsWrittenAndFoundAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if a := b.get("/app/emails"); a.StatusCode != 200 || !strings.Contains(a.text("#emails"), "No emails yet") {
		t.Errorf("%d %s", a.StatusCode, a.text("#emails"))
	}
	b.create()
	if a := b.get("/app/emails?search=wel"); a.text("#emails .row-link") != "Welcome" {
		t.Errorf("list: %s", a.text("#emails"))
	}
	fragment := b.get("/app/emails", "HX-Request", "true", "HX-Target", "section#emails")
	if fragment.doc.Find("h1").Length() != 0 || fragment.doc.Find("#emails").Length() != 1 {
		t.Errorf("fragment: %.300s", fragment.body)
	}
	a := b.get("/app/emails/1")
	if a.doc.Find("textarea[name=html]").Text() != welcome().Get("html") || a.doc.Find("iframe").AttrOr("src", "") != "/app/emails/1/preview" {
		t.Errorf("edit page: %s", a.body)
	}
	if a := b.get("/app/emails/99"); a.StatusCode != http.StatusNotFound {
		t.Errorf("absent: %d", a.StatusCode)
	}
}

func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.create()
	form := welcome()
	form.Set("html", "a\n{% if x %} typed for an hour")
	form.Set("revision", "1")
	a := b.post("/app/emails/1", form)
	if a.StatusCode != 422 || a.doc.Find("textarea[name=html]").Text() != form.Get("html") || !strings.Contains(a.text("[role=alert]"), "Line 2:") {
		t.Errorf("%d %s", a.StatusCode, a.text("form"))
	}
	form = welcome()
	form.Set("revision", "1")
	if a := b.post("/app/emails/1", form); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("save: %d", a.StatusCode)
	}
	form.Set("subject", "Mine")
	a = b.post("/app/emails/1", form)
	if a.StatusCode != 422 || a.doc.Find("input[name=subject]").AttrOr("value", "") != "Mine" || !strings.Contains(a.text("[role=alert]"), "Somebody else") {
		t.Errorf("conflict: %d %s", a.StatusCode, a.text("[role=alert]"))
	}
}

func TestAPreviewIsADocumentOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	name, address := "Bert", "bert@example.com"
	_, err := b.crm.CreateContact(identity.WithActor(t.Context(), b.as), b.as.Org, crm.ContactInput{Firstname: &name, Email: &address})
	if err != nil {
		t.Fatal(err)
	}
	if a := b.get("/app/emails/people?find=ber"); a.doc.Find("input[type=radio]").Length() != 2 || !strings.Contains(a.body, address) {
		t.Errorf("people: %s", a.body)
	}
	form := welcome()
	form.Set("as", "1")
	form.Set("subject", "Hi {{ contact.firstname }} {{ contact.nosuch }}")
	a := b.post("/app/emails/preview", form)
	if a.StatusCode != 200 || !strings.Contains(a.text("header"), "Hi Bert") || !strings.Contains(a.text(".warnings"), "nosuch") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	frame := a.doc.Find("iframe")
	if sandbox, ok := frame.Attr("sandbox"); !ok || sandbox != "" || !strings.Contains(frame.AttrOr("srcdoc", ""), "color:red") {
		t.Errorf("frame: %s", a.body)
	}
	csp := a.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script-src") || !strings.Contains(csp, "frame-ancestors 'self'") {
		t.Errorf("policy %s", csp)
	}
	form.Set("html", "{{ x")
	if a := b.post("/app/emails/preview", form); a.StatusCode != 200 || a.text(".problem") != "HTML: Line 1: {{ is never closed." {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestATestMailArrivesInTheInbox(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.create()
	if a := b.get("/app/emails/1"); a.doc.Find("#test-form input[name=to]").AttrOr("value", "") != "me@example.com" {
		t.Error("the test does not offer my own address")
	}
	if a := b.post("/app/emails/1/test", url.Values{"to": {"nonsense"}}, "HX-Request", "true"); a.StatusCode != 422 || a.doc.Find("#test-form").Length() != 1 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	a := b.post("/app/emails/1/test", url.Values{"to": {"me@example.com"}}, "HX-Request", "true")
	if a.StatusCode != 200 || !strings.Contains(a.text("[role=note]"), "me@example.com") {
		t.Errorf("%d %v %s", a.StatusCode, a.Header, a.body)
	}
	if a := b.get("/app/inbox"); a.text("#inbox .row-link") != "Hi Anna" {
		t.Errorf("inbox: %s", a.text("#inbox"))
	}
	a = b.get("/app/inbox/1")
	if a.doc.Find("iframe").AttrOr("src", "") != "/app/inbox/1/html" || !strings.Contains(a.text("dl"), "List-Unsubscribe") || strings.Contains(a.text("dl"), "<me@example.com>") {
		t.Errorf("mail: %s", a.body)
	}
	html := b.get("/app/inbox/1/html")
	if !strings.HasPrefix(html.body, `<!DOCTYPE html><base target="_blank"><html>`) || !strings.Contains(html.body, "http://mail.test/t/c/") {
		t.Errorf("html: %s", html.body)
	}
	if csp := html.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox allow-popups") || !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %s", csp)
	}
	for _, show := range []string{"text", "source"} {
		if a := b.get("/app/inbox/1?show=" + show); a.StatusCode != 200 || a.doc.Find("pre").Length() != 1 {
			t.Errorf("%s: %d", show, a.StatusCode)
		}
	}
	if a := b.get("/app/emails/1/messages?search=state:sent"); a.doc.Find("#messages tbody tr").Length() != 1 {
		t.Errorf("messages: %s", a.text("#messages"))
	}
	if a := b.get("/app/messages/1"); a.StatusCode != 200 || !strings.Contains(a.text("dl"), "me@example.com") || a.doc.Find(`dl a[href="/app/inbox/1"]`).Length() != 1 {
		t.Errorf("message: %s", a.text("dl"))
	}
}

func TestAMessageThatWaitsIsListedUnderTheNameOfItsContact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.create()
	if a := b.get("/app/emails"); a.text("#emails tbody td:nth-child(2) .text-muted") != "firstname" || strings.Contains(a.text("#emails"), "{{") {
		t.Errorf("The subject is listed as %q.", a.text("#emails tbody"))
	}
	ctx := identity.WithActor(t.Context(), b.as)
	first, last, email := "Anna", "Berg", "anna@example.com"
	anna, err := b.crm.CreateContact(ctx, b.as.Org, crm.ContactInput{Firstname: &first, Lastname: &last, Email: &email})
	if err != nil {
		t.Fatal(err)
	}
	decision := messaging.Decision{Key: "k", Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: anna.ID, Email: 1}
	if _, err := b.mail.Decide(ctx, b.as.Org, decision); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/app/messages", "/app/emails/1/messages"} {
		if a := b.get(path); a.text("#messages .row-link") != "Anna Berg" {
			t.Errorf("%s lists %q.", path, a.text("#messages .row-link"))
		}
	}
	if a := b.get("/app/messages/1"); a.text("dl a[href='/app/contacts/1']") != "Anna Berg" || a.text("h1") != "Message to Anna Berg" {
		t.Errorf("The message: %q, %q.", a.text("h1"), a.text("dl"))
	}
}

func TestMailsOfOthersAreNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.create()
	b.post("/app/emails/1/test", url.Values{"to": {"me@example.com"}})
	b.as.Org++
	for _, path := range []string{"/app/emails/1", "/app/emails/1/preview", "/app/emails/1/messages", "/app/messages/1", "/app/inbox/1", "/app/inbox/1/html"} {
		if a := b.get(path); a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}
