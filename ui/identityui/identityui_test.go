package identityui_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/ui"
	"github.com/mauntic/mauntic/ui/identityui"
	"github.com/mauntic/mauntic/ui/layout"
)

const (
	email    = "owner@acme.test"
	password = "a quiet lighthouse"
)

// browser keeps cookies, as one that is used by one person.
type browser struct {
	t       *testing.T
	app     *fiber.App
	cookies map[string]string
}

func setup(t *testing.T) (*browser, *identity.Service) {
	t.Helper()
	db := storetest.New(t)
	service := identity.New(identity.Deps{Store: identitystore.New(db), Tx: db})
	if _, _, err := service.FirstStart(t.Context(), identity.FirstStart{OrgName: "Acme", Email: email, Password: password}); err != nil {
		t.Fatal(err)
	}
	sessions := ui.NewSessions(ui.SessionOptions{Store: identitystore.NewSessions(db), Identity: service, Secure: true})
	app := fiber.New(fiber.Config{
		Immutable: true, StreamRequestBody: true, ErrorHandler: layout.ErrorHandler(slog.New(slog.NewTextHandler(t.Output(), nil))),
	})
	ui.New(app, ui.Options{Sessions: sessions, Identity: service, Secure: true})
	app.Get("/app", func(c *fiber.Ctx) error { return c.SendString("home") })
	identityui.Register(app, identityui.Deps{Identity: service, Sessions: sessions})
	return &browser{t: t, app: app, cookies: map[string]string{}}, service
}

type answer struct {
	*http.Response
	doc *goquery.Document
}

func (a answer) text(selector string) string { return strings.TrimSpace(a.doc.Find(selector).Text()) }

func (b *browser) get(path string, headers ...string) answer {
	return b.do(httptest.NewRequest(http.MethodGet, path, nil), headers)
}

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(request, headers)
}

func (b *browser) do(request *http.Request, headers []string) answer {
	b.t.Helper()
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	response, err := b.app.Test(request, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, cookie := range response.Cookies() {
		if b.cookies[cookie.Name] = cookie.Value; cookie.Value == "" {
			delete(b.cookies, cookie.Name)
		}
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{response, doc}
}

func (b *browser) logIn() {
	b.t.Helper()
	if a := b.post("/login", url.Values{"email": {email}, "password": {password}}); a.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("log in: %d %s", a.StatusCode, a.text("main"))
	}
}

func TestVisitorsAreAskedToSignInAndComeBack(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	a := b.get("/app/settings?x=1")
	if got := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || got != "/login?next=%2Fapp%2Fsettings%3Fx%3D1" {
		t.Fatalf("%d to %q", a.StatusCode, got)
	}
	a = b.get(a.Header.Get("Location"))
	next, _ := a.doc.Find("input[name=next]").Attr("value")
	a = b.post("/login", url.Values{"email": {email}, "password": {password}, "next": {next}})
	if got := a.Header.Get("Location"); got != "/app/settings?x=1" {
		t.Errorf("after signing in: %d to %q", a.StatusCode, got)
	}
	if a = b.get("/login"); a.Header.Get("Location") != "/app" {
		t.Errorf("the log-in page for somebody who is signed in: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
}

func TestHtmxOfAVisitorLeavesForTheLogInPage(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	a := b.get("/app/settings/users?page=2", "HX-Request", "true", "HX-Current-URL", "https://mauntic.test/app/settings/users?page=1")
	if got := a.Header.Get("HX-Redirect"); got != "/login?next=%2Fapp%2Fsettings%2Fusers%3Fpage%3D1" || a.doc.Text() != "" {
		t.Errorf("HX-Redirect = %q, body %q", got, a.doc.Text())
	}
}

func TestSigningInNeverLeadsToAnotherSite(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	for _, next := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "evil", "/\t/evil.example", "", "/login"} {
		a := b.post("/login", url.Values{"email": {email}, "password": {password}, "next": {next}})
		if got := a.Header.Get("Location"); got != "/app" {
			t.Errorf("next %q leads to %q", next, got)
		}
		clear(b.cookies)
	}
}

func TestARefusedLogInKeepsTheAddress(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	a := b.post("/login", url.Values{"email": {"<b>@x.test"}, "password": {"wrong"}, "next": {"/app/settings"}})
	if a.StatusCode != http.StatusUnauthorized || a.text("[role=alert]") != "Email address or password is wrong." {
		t.Errorf("%d %q", a.StatusCode, a.text("[role=alert]"))
	}
	for name, want := range map[string]string{"email": "<b>@x.test", "next": "/app/settings", "password": ""} {
		if got, _ := a.doc.Find("input[name=" + name + "]").Attr("value"); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	if len(b.cookies) != 0 {
		t.Errorf("cookies without a session: %v", b.cookies)
	}
}

func TestSessionsAndHeadersAreStrict(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	a := b.post("/login", url.Values{"email": {email}, "password": {password}})
	if cookie := a.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-mauntic=") || !strings.Contains(cookie, "secure") || !strings.Contains(cookie, "HttpOnly") {
		t.Errorf("Set-Cookie: %s", cookie)
	}
	for _, path := range []string{"/login", "/app/settings/profile"} {
		a = b.get(path)
		policy := a.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "unsafe") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
	if n := a.doc.Find("[style], style, script:not([src]), [onclick]").Length(); n != 0 {
		t.Errorf("%d inline styles or scripts, which the policy refuses", n)
	}
}

func TestLoggingOutEndsTheSession(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	b.logIn()
	stolen := b.cookies["__Host-mauntic"]
	if a := b.post("/logout", nil); a.Header.Get("Location") != "/login" {
		t.Errorf("log out leads to %q", a.Header.Get("Location"))
	}
	b.cookies["__Host-mauntic"] = stolen
	if a := b.get("/app"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the old cookie still works: %d", a.StatusCode)
	}
}

func TestOrganizationSettings(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	b.logIn()
	form := url.Values{"name": {"Acme"}, "timeZone": {"Nowhere/Land"}, "fromName": {"Acme\nBcc: x"}, "fromEmail": {"hello@acme.test"}, "replyTo": {""}, "postalAddress": {"Street 1\nTown"}}
	a := b.post("/app/settings", form)
	if a.StatusCode != http.StatusUnprocessableEntity || a.text("title") == "" || a.doc.Find("[aria-invalid]").Length() != 2 {
		t.Errorf("refused: %d with %d fields marked", a.StatusCode, a.doc.Find("[aria-invalid]").Length())
	}
	if got, _ := a.doc.Find("[name=timeZone]").Attr("value"); got != "Nowhere/Land" {
		t.Errorf("what was typed is gone: %q", got)
	}
	a = b.post("/app/settings", form, "HX-Request", "true", "HX-Target", "form#organization-form")
	if a.text("title") != "" || a.doc.Find("form#organization-form").Length() != 1 {
		t.Error("htmx got more than the form")
	}
	form.Set("timeZone", "Europe/Berlin")
	form.Set("fromName", "Acme")
	if a = b.post("/app/settings", form); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("saved: %d %s", a.StatusCode, a.text("[role=alert]"))
	}
	a = b.get("/app/settings")
	if got := a.text("[name=postalAddress]"); got != "Street 1\nTown" {
		t.Errorf("postal address %q", got)
	}
	if a.text("#toasts [data-toast-text]") != "Settings saved." || !strings.Contains(a.text("body"), "Europe/Berlin") {
		t.Errorf("the page lacks the message or the zone: %q", a.text("#toasts"))
	}
}

func TestAKeyIsShownOnceAndCanBeRevoked(t *testing.T) {
	t.Parallel()
	b, service := setup(t)
	b.logIn()
	a := b.post("/app/settings/api-keys", url.Values{"name": {"Web shop"}, "role": {"user"}})
	secret := a.text("#new-api-key")
	if a.StatusCode != http.StatusOK || !regexp.MustCompile(`^mk_[\w-]{43}$`).MatchString(secret) {
		t.Fatalf("%d, key %q", a.StatusCode, secret)
	}
	if a = b.get("/app/settings/api-keys"); a.text("#new-api-key") != "" || strings.Contains(a.doc.Text(), secret) || !strings.Contains(a.text("#api-keys"), "Web shop") {
		t.Errorf("the list: %s", a.text("#api-keys"))
	}
	action, _ := a.doc.Find("#api-keys [hx-post]").Attr("hx-post")
	if a = b.post(action, nil, "HX-Request", "true"); a.Header.Get("HX-Redirect") != "/app/settings/api-keys" {
		t.Errorf("revoke: %d %v", a.StatusCode, a.Header)
	}
	if _, err := service.Authenticate(t.Context(), secret); err == nil {
		t.Error("the revoked key still works")
	}
	if a = b.post("/app/settings/api-keys", url.Values{"name": {""}}); a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("#f-name[aria-invalid]").Length() != 1 {
		t.Errorf("a key without a name: %d", a.StatusCode)
	}
}

func TestChangingThePasswordKeepsThisBrowserSignedIn(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	b.logIn()
	other := &browser{t: t, app: b.app, cookies: map[string]string{}}
	other.logIn()
	a := b.post("/app/settings/profile/password", url.Values{"current": {"wrong"}, "new": {"a different harbour"}})
	if a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("#f-current[aria-invalid]").Length() != 1 {
		t.Errorf("a wrong present password: %d", a.StatusCode)
	}
	a = b.post("/app/settings/profile/password", url.Values{"current": {password}, "new": {"a different harbour"}})
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.text("[role=alert]"))
	}
	if a = b.get("/app/settings/profile"); a.StatusCode != http.StatusOK || !strings.Contains(a.text("main"), email) {
		t.Errorf("this browser: %d", a.StatusCode)
	}
	if a = other.get("/app/settings/profile"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the other browser: %d", a.StatusCode)
	}
}

func TestAMarketerSeesSettingsButNoKeys(t *testing.T) {
	t.Parallel()
	b, service := setup(t)
	owner, err := service.LogIn(t.Context(), email, password)
	if err != nil {
		t.Fatal(err)
	}
	ctx := identity.WithActor(t.Context(), owner)
	if _, _, err := service.CreateUser(ctx, owner.Org, identity.UserInput{Email: "uli@acme.test", Name: "Uli <i>", Password: password}); err != nil {
		t.Fatal(err)
	}
	b.post("/login", url.Values{"email": {"uli@acme.test"}, "password": {password}})
	if a := b.get("/app/settings"); a.StatusCode != http.StatusOK || a.doc.Find("form button[type=submit]:contains(Save)").Length() != 0 || strings.Contains(a.text("main nav"), "API keys") {
		t.Errorf("settings: %d %s", a.StatusCode, a.text("main"))
	}
	if a := b.get("/app/settings/api-keys"); a.StatusCode != http.StatusForbidden || !strings.Contains(a.text("main"), "You may not manage API keys here.") {
		t.Errorf("keys: %d %s", a.StatusCode, a.text("main"))
	}
	if a := b.get("/app/settings/users"); !strings.Contains(a.text("#users"), "Uli <i>") {
		t.Errorf("users: %s", a.text("#users"))
	}
	if a := b.post("/app/settings", url.Values{"name": {"Mine"}}); a.StatusCode != http.StatusForbidden {
		t.Errorf("saving settings: %d", a.StatusCode)
	}
}
