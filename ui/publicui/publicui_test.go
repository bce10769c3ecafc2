package publicui_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/activities/provider/inbox"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/ui/publicui"
)

// reader is somebody who got a mail and is signed in nowhere.
type reader struct {
	t           *testing.T
	app         *fiber.App
	crm         *crm.Service
	org         domain.OrgID
	contact     crm.ContactID
	unsubscribe string // path in the mail
	view        string // path in the mail
}

func setup(t *testing.T) *reader {
	t.Helper()
	db := storetest.New(t)
	r := &reader{t: t, org: storetest.Org(t, db, "Acme & Söhne")}
	ctx := identity.WithActor(t.Context(), identity.System(r.org))
	r.crm = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: make([]byte, 32)}})
	r.must(err)
	letters := messagingstore.New(db)
	service := messaging.New(messaging.Deps{
		Store: letters, Tx: db, Contacts: r.crm, Provider: inbox.New(letters), Signer: signer,
		BaseURL: "http://mail.test", Log: slog.New(slog.DiscardHandler),
	})
	address := "anna@example.com"
	contact, err := r.crm.CreateContact(ctx, r.org, crm.ContactInput{Email: &address})
	r.must(err)
	r.contact = contact.ID
	email, err := service.CreateEmail(ctx, r.org, messaging.EmailInput{
		Name: "W", Subject: "Hi", HTML: `<p style="color:red">Hello</p><a href="{{ view_url }}">view</a><a href="https://example.com">go</a>`,
	})
	r.must(err)
	message, err := service.Decide(ctx, r.org, messaging.Decision{Key: "k", Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: contact.ID, Email: email.ID})
	r.must(err)
	_, err = service.Deliver(ctx, r.org, message.ID)
	r.must(err)
	mail, err := service.InboxMail(ctx, r.org, 1)
	r.must(err)
	parts, err := mail.Parts()
	r.must(err)
	r.unsubscribe = regexp.MustCompile(`/u/[\w-]+`).FindString(parts.HTML)
	r.view = regexp.MustCompile(`/v/[\w-]+`).FindString(parts.HTML)
	r.app = fiber.New(fiber.Config{Immutable: true, StreamRequestBody: true, DisableStartupMessage: true})
	r.app.Use(func(c *fiber.Ctx) error {
		c.Context().SetConnectionClose() // what is left of a body is not the next request
		return c.Next()
	})
	publicui.Register(r.app, service, slog.New(slog.DiscardHandler))
	return r
}

func (r *reader) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) subscribed() bool {
	r.t.Helper()
	contact, err := r.crm.Contact(identity.WithActor(r.t.Context(), identity.System(r.org)), r.org, r.contact)
	r.must(err)
	return contact.MayReceive(crm.Email)
}

func (r *reader) do(method, path, contentType, body string) (*http.Response, string) {
	r.t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", contentType)
	response, err := r.app.Test(request, -1)
	r.must(err)
	content, err := io.ReadAll(response.Body)
	r.must(err)
	return response, string(content)
}

func TestLookingAtTheUnsubscribePageChangesNothing(t *testing.T) {
	t.Parallel()
	r := setup(t)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		response, _ := r.do(method, r.unsubscribe, "", "")
		if response.StatusCode != 200 || !r.subscribed() {
			t.Errorf("%s: %d, subscribed %v", method, response.StatusCode, r.subscribed())
		}
	}
	_, body := r.do(http.MethodGet, r.unsubscribe, "", "")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	r.must(err)
	if doc.Find("h1").Text() != "Unsubscribe from Acme & Söhne?" || doc.Find("form").AttrOr("action", "") != r.unsubscribe {
		t.Errorf("page: %s", body)
	}
}

func TestOneClickUnsubscribesWithAnEmptyAnswer(t *testing.T) {
	t.Parallel()
	for name, request := range map[string][2]string{
		"urlencoded": {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"},
		"endless":    {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click&x=" + strings.Repeat("x", 2<<20)},
		"multipart":  {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := setup(t)
			for range 2 {
				response, body := r.do(http.MethodPost, r.unsubscribe, request[0], request[1])
				if response.StatusCode != 200 || body != "" || response.Header.Get("Location") != "" || r.subscribed() {
					t.Errorf("%d %q, subscribed %v", response.StatusCode, body, r.subscribed())
				}
			}
		})
	}
}

// RFC 8058: the receiver's servers post without a session, for many readers from few addresses.
func TestOneClickAsksForNothingButItsToken(t *testing.T) {
	t.Parallel()
	r := setup(t)
	for n := range 1000 {
		request := httptest.NewRequest(http.MethodPost, r.unsubscribe, strings.NewReader("List-Unsubscribe=One-Click"))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Cookie", "__Host-sid=somebody-else; session=1")
		request.Header.Set("Origin", "https://mail.example.net")
		request.Header.Set("Sec-Fetch-Site", "cross-site")
		response, err := r.app.Test(request, -1)
		r.must(err)
		if response.StatusCode != http.StatusOK {
			t.Fatalf("post %d: %d", n+1, response.StatusCode)
		}
	}
	if r.subscribed() {
		t.Error("the contact is still subscribed")
	}
}

func TestAPostThatIsNoOneClickLeadsToThePage(t *testing.T) {
	t.Parallel()
	r := setup(t)
	response, _ := r.do(http.MethodPost, r.unsubscribe, "application/json", "{}")
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != r.unsubscribe {
		t.Errorf("%d to %s", response.StatusCode, response.Header.Get("Location"))
	}
}

func TestTheButtonUnsubscribesAndUndoTakesItBack(t *testing.T) {
	t.Parallel()
	r := setup(t)
	response, _ := r.do(http.MethodPost, r.unsubscribe, "application/x-www-form-urlencoded", "")
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != r.unsubscribe || r.subscribed() {
		t.Fatalf("%d to %s", response.StatusCode, response.Header.Get("Location"))
	}
	_, body := r.do(http.MethodGet, r.unsubscribe, "", "")
	if !strings.Contains(body, "You are unsubscribed") || !strings.Contains(body, r.unsubscribe+"/undo") {
		t.Errorf("page: %s", body)
	}
	response, _ = r.do(http.MethodPost, r.unsubscribe+"/undo", "", "")
	if response.StatusCode != http.StatusSeeOther || !r.subscribed() {
		t.Errorf("undo: %d, subscribed %v", response.StatusCode, r.subscribed())
	}
}

func TestForgedTokensAreNotFound(t *testing.T) {
	t.Parallel()
	r := setup(t)
	changed := r.unsubscribe[:len(r.unsubscribe)-5] + "AAAAA"
	viewToken := strings.TrimPrefix(r.view, "/v/")
	for _, request := range [][2]string{
		{http.MethodGet, "/u/x"},
		{http.MethodGet, changed},
		{http.MethodPost, changed},
		{http.MethodPost, changed + "/undo"},
		{http.MethodPost, "/u/" + viewToken},
		{http.MethodGet, "/v/x"},
		{http.MethodGet, "/v/" + strings.TrimPrefix(r.unsubscribe, "/u/")},
	} {
		if response, _ := r.do(request[0], request[1], "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s %s: %d", request[0], request[1], response.StatusCode)
		}
	}
	if !r.subscribed() {
		t.Error("a forged token unsubscribed somebody")
	}
}

func TestTheViewInTheBrowserRunsNothing(t *testing.T) {
	t.Parallel()
	r := setup(t)
	response, body := r.do(http.MethodGet, r.view, "", "")
	if response.StatusCode != 200 || !strings.Contains(body, `<p style="color:red">Hello</p>`) || !strings.Contains(body, "https://example.com") {
		t.Errorf("%d %s", response.StatusCode, body)
	}
	csp := response.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "sandbox") || strings.Contains(csp, "allow-scripts") || strings.Contains(csp, "allow-same-origin") || !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("policy %s", csp)
	}
}
