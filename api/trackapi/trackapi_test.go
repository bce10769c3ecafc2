package trackapi_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/activities/provider/inbox"
	"github.com/mauntic/mauntic/api/trackapi"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

// bench is a contact who got a mail, and the public addresses.
type bench struct {
	t       testing.TB
	app     *fiber.App
	crm     *crm.Service
	org     domain.OrgID
	contact crm.ContactID
	open    string // path of the pixel
	click   string // path of the link
	short   string // path of the link in an SMS to the contact
}

const target = "https://example.com/start?a=1&b=2"

func setup(t testing.TB) *bench {
	t.Helper()
	db := storetest.New(t)
	b := &bench{t: t, org: storetest.Org(t, db, "Acme")}
	ctx := identity.WithActor(t.Context(), identity.System(b.org))
	b.crm = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: make([]byte, 32)}})
	must(t, err)
	store := messagingstore.New(db)
	service := messaging.New(messaging.Deps{
		Store: store, Tx: db, Contacts: b.crm, Provider: inbox.New(store), SMS: inbox.NewSMS(store), Signer: signer,
		BaseURL: "http://mail.test", Log: slog.New(slog.DiscardHandler),
	})
	address := "anna@example.com"
	contact, err := b.crm.CreateContact(ctx, b.org, crm.ContactInput{Email: &address, Phone: new("+12025550123")})
	must(t, err)
	b.contact = contact.ID
	email, err := service.CreateEmail(ctx, b.org, messaging.EmailInput{Name: "W", Subject: "Hi", HTML: `<a href="https://example.com/start?a=1&amp;b=2">go</a>`})
	must(t, err)
	message, err := service.Decide(ctx, b.org, messaging.Decision{Key: "k", Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: contact.ID, Email: email.ID})
	must(t, err)
	_, err = service.Deliver(ctx, b.org, message.ID)
	must(t, err)
	mail, err := service.InboxMail(ctx, b.org, 1)
	must(t, err)
	parts, err := mail.Parts()
	must(t, err)
	b.open = strings.TrimPrefix(regexp.MustCompile(`http://mail\.test/t/o/[^"]+`).FindString(parts.HTML), "http://mail.test")
	b.click = strings.TrimPrefix(regexp.MustCompile(`http://mail\.test/t/c/[^"]+`).FindString(parts.HTML), "http://mail.test")
	sms, err := service.CreateSMS(ctx, b.org, messaging.SMSInput{Name: "S", Body: "Hi, see " + target})
	must(t, err)
	message, err = service.Decide(ctx, b.org, messaging.Decision{Key: "s", Channel: messaging.ChannelSMS, Class: messaging.ClassMarketing, Contact: contact.ID, SMS: sms.ID})
	must(t, err)
	_, err = service.Deliver(ctx, b.org, message.ID)
	must(t, err)
	talks, err := service.Conversations(ctx, b.org, domain.PageQuery{})
	must(t, err)
	b.short = regexp.MustCompile(`/s/[\w-]+`).FindString(talks.Items[0].Body)

	recorder, err := trackapi.NewRecorder(service, t.TempDir(), slog.New(slog.DiscardHandler))
	must(t, err)
	go recorder.Run(t.Context())
	b.app = fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true})
	trackapi.Register(b.app, service, recorder)
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) do(method, path string, headers ...string) *http.Response {
	b.t.Helper()
	request := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.app.Test(request, -1)
	must(b.t, err)
	return response
}

func (b *bench) events(kind string) []crm.Event {
	b.t.Helper()
	ctx := identity.WithActor(b.t.Context(), identity.System(b.org))
	all, err := b.crm.Timeline(ctx, b.org, b.contact, 0, 100)
	must(b.t, err)
	var found []crm.Event
	for _, event := range all {
		if event.Type == kind {
			found = append(found, event)
		}
	}
	return found
}

func TestAnOpenIsAnEventWhenThePixelIsAnswered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	response := b.do(http.MethodGet, b.open)
	if response.StatusCode != 200 || response.ContentLength != 43 || response.Header.Get("Content-Type") != "image/gif" ||
		!strings.Contains(response.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("%d, %d bytes, %v", response.StatusCode, response.ContentLength, response.Header)
	}
	if opened := b.events(crm.EventEmailOpened); len(opened) != 1 || opened[0].Data["machine"] != nil {
		t.Errorf("events %+v", opened)
	}
}

func TestAnyTokenGetsThePixel(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{"/t/o/x.gif", "/t/o/x", b.open[:len(b.open)-6] + "xx.gif", "/t/o/" + strings.Repeat("A", 3000)} {
		if response := b.do(http.MethodGet, path); response.StatusCode != 200 || response.ContentLength != 43 {
			t.Errorf("%.40s: %d", path, response.StatusCode)
		}
	}
	if opened := b.events(crm.EventEmailOpened); len(opened) != 0 {
		t.Errorf("events %+v", opened)
	}
}

func TestAClickLeadsToTheTargetAndIsAnEvent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 2 {
		response := b.do(http.MethodGet, b.click)
		if response.StatusCode != http.StatusFound || response.Header.Get("Location") != target {
			t.Errorf("%d to %s", response.StatusCode, response.Header.Get("Location"))
		}
	}
	if clicked := b.events(crm.EventEmailClicked); len(clicked) != 2 || clicked[0].Data["url"] != target {
		t.Errorf("events %+v", clicked)
	}
}

func TestProgramsThatLookAheadAreFlagged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.do(http.MethodHead, b.click)
	b.do(http.MethodGet, b.click, "Sec-Purpose", "prefetch;prerender")
	b.do(http.MethodGet, b.click, "X-Moz", "prefetch")
	b.do(http.MethodGet, b.open, "Purpose", "prefetch")
	clicked, opened := b.events(crm.EventEmailClicked), b.events(crm.EventEmailOpened)
	if len(clicked) != 3 || len(opened) != 1 {
		t.Fatalf("%d clicks, %d opens", len(clicked), len(opened))
	}
	for _, event := range append(clicked, opened...) {
		if event.Data["machine"] != true {
			t.Errorf("%+v", event)
		}
	}
}

func TestForgedClicksRedirectNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := strings.TrimPrefix(b.click, "/t/c/")
	forged := []string{"x", "https:%2F%2Fevil.example", token + "?url=https://evil.example&x=" + token, strings.TrimSuffix(strings.TrimPrefix(b.open, "/t/o/"), ".gif")}
	for i := range token {
		changed := "A"
		if token[i] == 'A' {
			changed = "B"
		}
		forged = append(forged, token[:i]+changed+token[i+1:])
	}
	for _, f := range forged {
		response := b.do(http.MethodGet, "/t/c/"+f)
		location := response.Header.Get("Location")
		if strings.HasPrefix(f, token) { // a parameter changes nothing
			if location != target {
				t.Errorf("%s leads to %q", f, location)
			}
			continue
		}
		if response.StatusCode != http.StatusNotFound || location != "" {
			t.Errorf("%s: %d to %q", f, response.StatusCode, location)
		}
	}
}

func TestAShortLinkLeadsToItsTargetAndIsAClickInTheSMS(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{b.short, b.short + "?url=https://evil.example"} { // a parameter changes nothing
		response := b.do(http.MethodGet, path)
		if response.StatusCode != http.StatusFound || response.Header.Get("Location") != target || !strings.Contains(response.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s: %d to %s", path, response.StatusCode, response.Header.Get("Location"))
		}
		if clicked := b.events(crm.EventSMSClicked); clicked[0].Data["url"] != target || clicked[0].Data["machine"] != nil || clicked[0].MessageID == nil {
			t.Errorf("event %+v", clicked[0])
		}
	}
	b.do(http.MethodGet, b.short, "User-Agent", "WhatsApp/2.23.20.0") // looks ahead as soon as the phone shows the link
	clicked := b.events(crm.EventSMSClicked)
	if len(clicked) != 3 || clicked[0].Data["machine"] != true || len(b.events(crm.EventEmailClicked)) != 0 {
		t.Errorf("events %+v", clicked)
	}
}

func TestAlteredShortLinksRedirectNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	token := strings.TrimPrefix(b.short, "/s/")
	altered := []string{
		"x", "AAAAAAAAAAAA", token + "A", token + "=", token[:len(token)-1], token[1:], strings.ToUpper(token) + "_", strings.TrimPrefix(b.click, "/t/c/"),
		"https:%2F%2Fevil.example", "%2F%2Fevil.example", "..%2F..%2Fapp", "%00", "%0d%0aLocation:%20https:%2F%2Fevil.example", strings.Repeat("A", 3000),
	}
	for i := range token {
		changed := "A"
		if token[i] == 'A' {
			changed = "B"
		}
		altered = append(altered, token[:i]+changed+token[i+1:])
	}
	for _, a := range altered {
		response := b.do(http.MethodGet, "/s/"+a)
		if location := response.Header.Get("Location"); response.StatusCode != http.StatusNotFound || location != "" {
			t.Errorf("%.60s: %d to %q", a, response.StatusCode, location)
		}
	}
	if clicked := b.events(crm.EventSMSClicked); len(clicked) != 0 {
		t.Errorf("events %+v", clicked)
	}
}
