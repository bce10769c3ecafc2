package identityui_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// second is another browser on the same site.
func (b *browser) second() *browser {
	return &browser{t: b.t, app: b.app, cookies: map[string]string{}}
}

// letterbox keeps letters.
type letterbox struct{ all []identity.Letter }

func (l *letterbox) SendLetter(_ context.Context, _ domain.OrgID, letter identity.Letter) error {
	l.all = append(l.all, letter)
	return nil
}

// pathOf is a link without its host.
func pathOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || u.Path == "" {
		t.Fatalf("link %q: %v", link, err)
	}
	return u.Path
}

func TestAColleagueIsInvitedAndJoins(t *testing.T) {
	t.Parallel()
	b, service := setup(t)
	b.logIn()
	form := url.Values{"email": {"uli@acme.test"}, "name": {"Uli <b>"}, "role": {"user"}}
	a := b.post("/app/settings/users/invitations", form)
	link := a.text("#invitation-link")
	if a.StatusCode != http.StatusOK || !strings.Contains(link, "/invite/") || a.doc.Find("[data-copy='"+link+"']").Length() != 1 {
		t.Fatalf("%d, link %q", a.StatusCode, link)
	}
	if a = b.get("/app/settings/users"); strings.Contains(a.doc.Text(), pathOf(t, link)) || !strings.Contains(a.text("#invitations"), "Uli <b>") {
		t.Errorf("the list: %s", a.text("#invitations"))
	}
	if a = b.get("/app/settings/users/invitations"); a.Header.Get("Location") != "/app/settings/users" {
		t.Errorf("the address after an invitation: %d", a.StatusCode)
	}
	if a = b.post("/app/settings/users/invitations", form); a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("#f-email[aria-invalid]").Length() != 1 {
		t.Errorf("twice: %d", a.StatusCode)
	}
	guest := b.second()
	a = guest.get(pathOf(t, link))
	if a.StatusCode != http.StatusOK || !strings.Contains(a.text("main"), email) || a.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the invitation: %d %s", a.StatusCode, a.text("main"))
	}
	a = guest.post(pathOf(t, link), url.Values{"name": {"Uli"}, "password": {"short"}})
	if a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("#f-password[aria-invalid]").Length() != 1 || a.doc.Find("#f-name[value=Uli]").Length() != 1 {
		t.Errorf("a weak password: %d %s", a.StatusCode, a.text("main"))
	}
	if a = guest.post(pathOf(t, link), url.Values{"name": {"Uli"}, "password": {password}}); a.Header.Get("Location") != "/app" {
		t.Fatalf("joining: %d %s", a.StatusCode, a.text("main"))
	}
	if a = guest.get("/app/settings/profile"); a.StatusCode != http.StatusOK || !strings.Contains(a.text("main"), "uli@acme.test") {
		t.Errorf("signed in: %d", a.StatusCode)
	}
	late := b.second()
	used, unknown := late.get(pathOf(t, link)), late.get("/invite/"+strings.Repeat("A", 43))
	if used.StatusCode != http.StatusNotFound || unknown.StatusCode != http.StatusNotFound || used.text("main") != unknown.text("main") || used.text("main") == "" {
		t.Errorf("used: %d %q, unknown: %d %q", used.StatusCode, used.text("main"), unknown.StatusCode, unknown.text("main"))
	}
	if _, err := service.LogIn(t.Context(), "uli@acme.test", password); err != nil {
		t.Errorf("LogIn: %v", err)
	}
}

func TestUsersAreChangedFromTheirMenu(t *testing.T) {
	t.Parallel()
	b, service := setup(t)
	owner, err := service.LogIn(t.Context(), email, password)
	if err != nil {
		t.Fatal(err)
	}
	ctx := identity.WithActor(t.Context(), owner)
	uli, _, err := service.CreateUser(ctx, owner.Org, identity.UserInput{Email: "uli@acme.test", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	b.logIn()
	a := b.get("/app/settings/users")
	var actions []string
	for _, button := range a.doc.Find("#users [hx-post]").EachIter() {
		action, _ := button.Attr("hx-post")
		if text, _ := button.Attr("hx-confirm"); text == "" {
			t.Errorf("%s asks nothing", action)
		}
		actions = append(actions, action)
	}
	want := "/app/settings/users/2/role/viewer /app/settings/users/2/role/admin /app/settings/users/2/role/superadmin /app/settings/users/2/sign-out /app/settings/users/2/block"
	if got := strings.Join(actions, " "); got != want {
		t.Errorf("actions %q, want %q: nobody acts on themselves", got, want)
	}
	for _, action := range []string{actions[1], actions[4], "/app/settings/users/2/unblock", actions[3]} {
		if a := b.post(action, nil, "HX-Request", "true"); a.Header.Get("HX-Redirect") != "/app/settings/users" {
			t.Errorf("%s: %d", action, a.StatusCode)
		}
	}
	if u, err := service.User(ctx, owner.Org, uli.ID); err != nil || u.Role != identity.RoleAdmin || u.IsBlocked {
		t.Errorf("afterwards: %+v, %v", u, err)
	}
	if a := b.post("/app/settings/users/1/block", nil); a.StatusCode != http.StatusConflict {
		t.Errorf("blocking oneself: %d", a.StatusCode)
	}
}

func TestAMarketerSeesUsersAndChangesNone(t *testing.T) {
	t.Parallel()
	b, service := setup(t)
	owner, err := service.LogIn(t.Context(), email, password)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := service.CreateUser(identity.WithActor(t.Context(), owner), owner.Org, identity.UserInput{Email: "uli@acme.test", Password: password}); err != nil {
		t.Fatal(err)
	}
	b.post("/login", url.Values{"email": {"uli@acme.test"}, "password": {password}})
	a := b.get("/app/settings/users")
	if a.StatusCode != http.StatusOK || a.doc.Find("[hx-post*=users], #invitations, a[href$=invite]").Length() != 0 || !strings.Contains(a.text("main"), "Administrators invite colleagues") {
		t.Errorf("%d %s", a.StatusCode, a.text("main"))
	}
	for _, path := range []string{"/app/settings/users/1/block", "/app/settings/users/1/role/user", "/app/settings/users/1/sign-out", "/app/settings/users/invitations", "/app/settings/users/invitations/1/revoke"} {
		if a := b.post(path, url.Values{"email": {"x@acme.test"}}); a.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s: %d", path, a.StatusCode)
		}
	}
	if a := b.get("/app/settings/users/invite"); a.StatusCode != http.StatusForbidden {
		t.Errorf("the form: %d", a.StatusCode)
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	here, elsewhere, third := b, b.second(), b.second()
	for name, one := range map[string]*browser{"Mozilla/5.0 (iPhone) Safari/1": elsewhere, "<script>": third, "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0": here} {
		if a := one.post("/login", url.Values{"email": {email}, "password": {password}}, "User-Agent", name); a.StatusCode != http.StatusSeeOther {
			t.Fatal(a.StatusCode)
		}
	}
	a := here.get("/app/settings/profile")
	rows := a.doc.Find("#sessions > li")
	if first := rows.First().Text(); rows.Length() != 3 || !strings.Contains(first, "Firefox on Linux") || !strings.Contains(first, "This browser") {
		t.Fatalf("%d sessions: %s", rows.Length(), a.text("#sessions"))
	}
	if strings.Count(a.text("#sessions"), "This browser") != 1 || rows.First().Find("[hx-post]").Length() != 0 || !strings.Contains(a.text("#sessions"), "Safari on iPhone") {
		t.Errorf("the list: %s", a.text("#sessions"))
	}
	end, _ := a.doc.Find("#sessions > li:contains(iPhone) [hx-post]").Attr("hx-post")
	if a = here.post(end, nil, "HX-Request", "true"); a.Header.Get("HX-Redirect") == "" || elsewhere.get("/app").StatusCode != http.StatusSeeOther {
		t.Errorf("ending one: %d", a.StatusCode)
	}
	if third.get("/app").StatusCode != http.StatusOK {
		t.Error("the other one ended, too")
	}
	here.post("/app/settings/profile/sessions/end-others", nil)
	if here.get("/app").StatusCode != http.StatusOK || third.get("/app").StatusCode != http.StatusSeeOther {
		t.Error("ending all others ended this one, or not the other")
	}
}

func TestTheProfileChangesNameAndZone(t *testing.T) {
	t.Parallel()
	b, _ := setup(t)
	b.logIn()
	if a := b.post("/app/settings/profile", url.Values{"name": {"Ada"}, "timeZone": {"Moon"}}); a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("#f-timeZone[aria-invalid][value=Moon]").Length() != 1 {
		t.Errorf("no such zone: %d", a.StatusCode)
	}
	if a := b.post("/app/settings/profile", url.Values{"name": {"Ada"}, "timeZone": {"Asia/Tokyo"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.text("main"))
	}
	a := b.get("/app/settings/profile")
	if !strings.Contains(a.text("body"), "Asia/Tokyo") || !strings.Contains(a.text("#user-menu"), "Ada") || a.doc.Find("[name=language]").Length() != 0 {
		t.Errorf("afterwards: %s", a.text("header"))
	}
}

func TestAForgottenPasswordIsAskedForAlikeByEverybody(t *testing.T) {
	t.Parallel()
	b, service := setup(t)
	if a := b.get("/login"); a.doc.Find("a[href='/forgot']").Length() != 1 {
		t.Error("the log-in page has no link")
	}
	letters := &letterbox{}
	service.MailBy(letters)
	known, unknown := b.post("/forgot", url.Values{"email": {email}}), b.post("/forgot", url.Values{"email": {"nobody@acme.test"}})
	if known.StatusCode != http.StatusOK || unknown.StatusCode != http.StatusOK || strings.ReplaceAll(known.text("main"), email, "X") != strings.ReplaceAll(unknown.text("main"), "nobody@acme.test", "X") {
		t.Errorf("known %d %q, unknown %d %q", known.StatusCode, known.text("main"), unknown.StatusCode, unknown.text("main"))
	}
	if err := service.MailResets(t.Context()); err != nil || len(letters.all) != 1 {
		t.Fatalf("MailResets: %v, %d letters", err, len(letters.all))
	}
	text := letters.all[0].Text
	_, token, _ := strings.Cut(text, "/reset/")
	path := "/reset/" + strings.Fields(token)[0]
	if a := b.get(path); a.StatusCode != http.StatusOK || !strings.Contains(a.text("main"), email) || a.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the form: %d %s", a.StatusCode, a.text("main"))
	}
	if a := b.post(path, url.Values{"new": {"short"}}); a.StatusCode != http.StatusUnprocessableEntity || a.doc.Find("#f-new[aria-invalid]").Length() != 1 {
		t.Errorf("a weak password: %d", a.StatusCode)
	}
	if a := b.post(path, url.Values{"new": {"a different harbour"}}); a.Header.Get("Location") != "/app" || b.get("/app").StatusCode != http.StatusOK {
		t.Errorf("a good one: %d", a.StatusCode)
	}
	if a := b.get(path); a.StatusCode != http.StatusNotFound || a.doc.Find("a[href='/forgot']").Length() != 1 {
		t.Errorf("the link again: %d", a.StatusCode)
	}
	if a := b.post("/forgot", url.Values{"email": {"x"}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no address: %d", a.StatusCode)
	}
}
