package identity_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/storetest"
)

const goodPassword = "a quiet lighthouse"

// world is a fresh installation.
type world struct {
	*identity.Service
	db   *store.DB
	org  domain.OrgID
	ctx  context.Context // of the owner
	mail *mailbox
}

// mailbox keeps letters, or refuses them.
type mailbox struct {
	letters []identity.Letter
	problem error
}

func (m *mailbox) SendLetter(_ context.Context, _ domain.OrgID, l identity.Letter) error {
	if m.problem != nil {
		return m.problem
	}
	m.letters = append(m.letters, l)
	return nil
}

var anyLink = regexp.MustCompile(`https://mauntic\.test/(?:invite|reset)/([\w-]{43})`)

// token returns that of the link in the last letter to an address.
func (m *mailbox) token(t *testing.T, to string) string {
	t.Helper()
	for _, l := range slices.Backward(m.letters) {
		if found := anyLink.FindStringSubmatch(l.Text); l.To == to && found != nil {
			return found[1]
		}
	}
	t.Fatalf("no letter with a link to %s among %+v", to, m.letters)
	return ""
}

// wait lets time pass for what the database has dated.
func (w *world) wait(t *testing.T, d time.Duration) {
	t.Helper()
	for _, column := range []string{"attempts.last_at", "invitations.issued_at", "invitations.expires_at", "password_resets.requested_at", "password_resets.next_try"} {
		table, name, _ := strings.Cut(column, ".")
		if _, err := store.Exec(t.Context(), w.db.Pool(), store.SQL.Update("identity."+table).
			Set(name, sq.Expr(name+" - ?::float8 * interval '1 second'", d.Seconds()))); err != nil {
			t.Fatal(err)
		}
	}
}

func setup(t *testing.T) *world {
	t.Helper()
	w := &world{db: storetest.New(t), mail: &mailbox{}}
	w.Service = identity.New(identity.Deps{Store: identitystore.New(w.db), Tx: w.db, BaseURL: "https://mauntic.test"})
	w.MailBy(w.mail)
	created, _, err := w.FirstStart(t.Context(), identity.FirstStart{OrgName: "Acme", Email: "Owner@Acme.test", Password: goodPassword})
	if err != nil || !created {
		t.Fatalf("FirstStart = %v, %v", created, err)
	}
	owner, err := w.LogIn(t.Context(), "owner@acme.test", goodPassword)
	if err != nil {
		t.Fatalf("LogIn of the owner: %v", err)
	}
	w.org, w.ctx = owner.Org, identity.WithActor(t.Context(), owner)
	return w
}

// user adds a member and returns a context in which they are calling.
func (w *world) user(t *testing.T, email string, role identity.Role) (identity.User, context.Context) {
	t.Helper()
	u, _, err := w.CreateUser(w.ctx, w.org, identity.UserInput{Email: email, Name: "Uli", Role: role, Password: goodPassword})
	if err != nil {
		t.Fatalf("CreateUser: %v", err)
	}
	actor, err := w.LogIn(t.Context(), email, goodPassword)
	if err != nil {
		t.Fatalf("LogIn: %v", err)
	}
	return u, identity.WithActor(t.Context(), actor)
}

func TestFirstStartMakesOneOwnerHoweverOftenItRuns(t *testing.T) {
	t.Parallel()
	w := setup(t)
	created, generated, err := w.FirstStart(t.Context(), identity.FirstStart{OrgName: "Other", Email: "other@acme.test"})
	if created || generated != "" || err != nil {
		t.Errorf("a second FirstStart = %v, %q, %v; want nothing done", created, generated, err)
	}
	all, err := w.AllOrganizations(t.Context())
	if err != nil || len(all) != 1 || all[0].Name != "Acme" {
		t.Errorf("AllOrganizations = %+v, %v", all, err)
	}
	if actor := identity.ActorFrom(w.ctx); actor.Role != identity.RoleSuperadmin || !actor.May(identity.Operate) {
		t.Errorf("the owner is %+v, want a superadmin", actor)
	}
}

func TestFirstStartsAtTheSameTimeMakeOneOrganization(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	s := identity.New(identity.Deps{Store: identitystore.New(db), Tx: db})
	results := make(chan string)
	for range 3 {
		go func() {
			created, password, err := s.FirstStart(context.Background(), identity.FirstStart{})
			if err != nil || created != (password != "") {
				t.Errorf("FirstStart = %v, %q, %v", created, password, err)
			}
			results <- password
		}()
	}
	passwords := (<-results) + (<-results) + (<-results)
	if _, err := s.LogIn(t.Context(), identity.DefaultOwnerEmail, passwords); err != nil {
		t.Errorf("the one generated password does not sign in: %v", err)
	}
}

func TestWrongUnknownAndBlockedGetTheSameAnswer(t *testing.T) {
	t.Parallel()
	w := setup(t)
	blocked, _ := w.user(t, "blocked@acme.test", identity.RoleUser)
	if _, err := w.BlockUser(w.ctx, w.org, blocked.ID, true); err != nil {
		t.Fatalf("BlockUser: %v", err)
	}
	var answers []string
	for _, c := range [][2]string{{"owner@acme.test", "something else"}, {"nobody@acme.test", goodPassword}, {"blocked@acme.test", goodPassword}, {"owner@acme.test", strings.Repeat("x", 500)}} {
		_, err := w.LogIn(t.Context(), c[0], c[1])
		if !errors.Is(err, domain.ErrUnauthorized) {
			t.Errorf("LogIn(%q) = %v, want unauthorized", c[0], err)
			continue
		}
		answers = append(answers, err.Error())
	}
	for _, answer := range answers {
		if answer != answers[0] {
			t.Errorf("answers differ: %q", answers)
		}
	}
}

func TestGuessingIsSlowedDownAndSuccessForgives(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for range 5 {
		if _, err := w.LogIn(t.Context(), "owner@acme.test", "wrong guess here"); !errors.Is(err, domain.ErrUnauthorized) {
			t.Fatalf("a free try = %v", err)
		}
	}
	if _, err := w.LogIn(t.Context(), "OWNER@acme.test", goodPassword); !errors.Is(err, domain.ErrTooMany) {
		t.Errorf("the sixth try at once = %v, want too many", err)
	}
	w.wait(t, 2*time.Second)
	if _, err := w.LogIn(t.Context(), "owner@acme.test", goodPassword); err != nil {
		t.Errorf("after waiting: %v", err)
	}
	if _, err := w.LogIn(t.Context(), "owner@acme.test", "wrong guess here"); !errors.Is(err, domain.ErrUnauthorized) {
		t.Errorf("after success the count starts afresh, but: %v", err)
	}
}

func TestOnePlaceCantTryManyAddresses(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := identity.WithVisit(t.Context(), identity.Visit{IP: "192.0.2.1"})
	for i := range 20 {
		if _, err := w.LogIn(ctx, string(rune('a'+i))+"@acme.test", "x"); !errors.Is(err, domain.ErrUnauthorized) {
			t.Fatalf("try %d = %v", i, err)
		}
	}
	if _, err := w.LogIn(ctx, "z@acme.test", "x"); !errors.Is(err, domain.ErrTooMany) {
		t.Errorf("the 21st try from one place = %v, want too many", err)
	}
	if _, err := w.LogIn(t.Context(), "z@acme.test", "x"); !errors.Is(err, domain.ErrUnauthorized) {
		t.Errorf("from another place = %v, want unauthorized", err)
	}
}

func TestWeakPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for _, password := range []string{
		"short", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababababab", "password1234", "Mauntic12345", "annaberg@example.com", "anna.berg.example", "qwertyuiop1234", strings.Repeat("long ", 30),
	} {
		_, _, err := w.CreateUser(w.ctx, w.org, identity.UserInput{Email: "annaberg@example.com", Name: "Anna Berg", Password: password})
		var ours *domain.Error
		if !errors.As(err, &ours) || ours.Field != "password" {
			t.Errorf("password %q = %v, want it refused", password, err)
		}
	}
	for _, password := range []string{"correct horse battery staple", "пароль-из-слов-и-тире", "x9$kLm2!pQw7", goodPassword} {
		if err := w.ChangePassword(w.ctx, w.org, goodPassword, password); err != nil {
			t.Errorf("password %q refused: %v", password, err)
		}
		if err := w.ChangePassword(w.ctx, w.org, password, goodPassword); err != nil {
			t.Errorf("changing back from %q: %v", password, err)
		}
	}
}

func TestChangingThePasswordNeedsThePresentOneAndEndsSessions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	sessions := identitystore.NewSessions(w.db)
	token := strings.Repeat("A", 43)
	visit := identity.WithVisit(t.Context(), identity.Visit{User: identity.ActorFrom(w.ctx).User, IP: "192.0.2.1"})
	if err := sessions.CommitCtx(visit, token, []byte("data"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	err := w.ChangePassword(w.ctx, w.org, "not the present one", "a different harbour")
	if !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("with a wrong present password: %v, want invalid", err)
	}
	if _, found, _ := sessions.FindCtx(t.Context(), token); !found {
		t.Error("a refused change ended the session")
	}
	if err := w.ChangePassword(w.ctx, w.org, goodPassword, "a different harbour"); err != nil {
		t.Fatalf("ChangePassword: %v", err)
	}
	if _, found, _ := sessions.FindCtx(t.Context(), token); found {
		t.Error("the session outlived the password")
	}
	if _, err := w.LogIn(t.Context(), "owner@acme.test", goodPassword); !errors.Is(err, domain.ErrUnauthorized) {
		t.Errorf("the old password = %v, want unauthorized", err)
	}
}

func TestResetPasswordReturnsOneThatWorks(t *testing.T) {
	t.Parallel()
	w := setup(t)
	password, err := w.ResetPassword(t.Context(), "OWNER@acme.test")
	if err != nil {
		t.Fatalf("ResetPassword: %v", err)
	}
	if _, err := w.LogIn(t.Context(), "owner@acme.test", password); err != nil {
		t.Errorf("LogIn with the new password: %v", err)
	}
	if _, err := w.ResetPassword(t.Context(), "nobody@acme.test"); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("for nobody = %v, want not found", err)
	}
}

func TestRolesBoundWhatPeopleMayDo(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, marketer := w.user(t, "marketer@acme.test", identity.RoleUser)
	_, admin := w.user(t, "admin@acme.test", identity.RoleAdmin)
	owner := identity.ActorFrom(w.ctx).User
	for name, c := range map[string]struct {
		do   func() error
		want *domain.Error
	}{
		"a user adds a user": {func() error {
			_, _, err := w.CreateUser(marketer, w.org, identity.UserInput{Email: "x@acme.test"})
			return err
		}, domain.ErrForbidden},
		"a user makes a key": {func() error {
			_, _, err := w.CreateAPIKey(marketer, w.org, identity.APIKeyInput{Name: "x"})
			return err
		}, domain.ErrForbidden},
		"a user changes settings": {func() error {
			_, err := w.UpdateOrganization(marketer, w.org, identity.OrganizationInput{})
			return err
		}, domain.ErrForbidden},
		"an admin makes a superadmin": {func() error {
			_, _, err := w.CreateUser(admin, w.org, identity.UserInput{Email: "x@acme.test", Role: identity.RoleSuperadmin})
			return err
		}, domain.ErrForbidden},
		"an admin blocks the owner": {func() error { _, err := w.BlockUser(admin, w.org, owner, true); return err }, domain.ErrForbidden},
		"the owner blocks themselves": {func() error {
			_, err := w.BlockUser(w.ctx, w.org, owner, true)
			return err
		}, domain.ErrConflict},
		"nobody lists users": {func() error { _, err := w.Users(t.Context(), w.org, domain.PageQuery{}); return err }, domain.ErrUnauthorized},
		"the address is taken": {func() error {
			_, _, err := w.CreateUser(admin, w.org, identity.UserInput{Email: "MARKETER@acme.test"})
			return err
		}, domain.ErrConflict},
	} {
		if err := c.do(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want.Kind)
		}
	}
}

func TestUsersAreListedSearchedAndOrdered(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.user(t, "anna@acme.test", identity.RoleUser)
	w.user(t, "berta@acme.test", identity.RoleAdmin)
	page, err := w.Users(w.ctx, w.org, domain.PageQuery{OrderBy: "email", OrderDir: "asc"})
	if err != nil || page.Total != 3 || page.Items[0].Email != "anna@acme.test" {
		t.Errorf("Users = %+v, %v", page, err)
	}
	page, err = w.Users(w.ctx, w.org, domain.PageQuery{Search: "BERTA"})
	if err != nil || page.Total != 1 || page.Items[0].Role != identity.RoleAdmin {
		t.Errorf("Users named berta = %+v, %v", page, err)
	}
	if _, err = w.Users(w.ctx, w.org, domain.PageQuery{OrderBy: "password_hash"}); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("ordering by a secret = %v, want invalid", err)
	}
}

func TestAnotherOrganizationsRecordIsNotFound(t *testing.T) {
	t.Parallel()
	w := setup(t)
	other := storetest.Org(t, w.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(other))
	key, _, err := w.CreateAPIKey(w.ctx, w.org, identity.APIKeyInput{Name: "ours"})
	if err != nil {
		t.Fatal(err)
	}
	user := identity.ActorFrom(w.ctx).User
	for name, do := range map[string]func() error{
		"user":       func() error { _, err := w.User(ctx, other, user); return err },
		"block user": func() error { _, err := w.BlockUser(ctx, other, user, true); return err },
		"revoke key": func() error { return w.RevokeAPIKey(ctx, other, key.ID) },
		"password":   func() error { return identitystore.New(w.db).SetPasswordHash(ctx, other, user, "x") },
	} {
		if err := do(); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
	if _, err := w.User(ctx, w.org, user); !errors.Is(err, domain.ErrForbidden) {
		t.Errorf("calling into another organization = %v, want forbidden", err)
	}
	users, err := w.Users(ctx, other, domain.PageQuery{})
	if err != nil || users.Total != 0 {
		t.Errorf("users of the other organization = %+v, %v", users, err)
	}
	keys, err := w.APIKeys(ctx, other, domain.PageQuery{})
	if err != nil || keys.Total != 0 {
		t.Errorf("keys of the other organization = %+v, %v", keys, err)
	}
	if _, ok, err := w.Resume(t.Context(), other, user); ok || err != nil {
		t.Errorf("Resume in another organization = %v, %v", ok, err)
	}
}

func TestAnAPIKeySpeaksForItsOrganizationUntilRevoked(t *testing.T) {
	t.Parallel()
	w := setup(t)
	key, secret, err := w.CreateAPIKey(w.ctx, w.org, identity.APIKeyInput{Name: "shop"})
	if err != nil || !strings.HasPrefix(secret, "mk_") || !strings.HasPrefix(secret, key.Prefix) || len(secret) < 40 {
		t.Fatalf("CreateAPIKey = %+v, %q, %v", key, secret, err)
	}
	actor, err := w.Authenticate(t.Context(), secret)
	if err != nil || actor.Org != w.org || actor.APIKey != key.ID || actor.Role != identity.RoleUser || actor.User != 0 {
		t.Errorf("Authenticate = %+v, %v", actor, err)
	}
	page, err := w.APIKeys(w.ctx, w.org, domain.PageQuery{})
	if err != nil || len(page.Items) != 1 || page.Items[0].LastUsedAt == nil {
		t.Errorf("APIKeys = %+v, %v; want the use noted", page, err)
	}
	for _, wrong := range []string{"", "mk_", "mk_" + strings.Repeat("A", 43), secret[3:], secret + "x", strings.Repeat("mk_", 1000)} {
		if _, err := w.Authenticate(t.Context(), wrong); !errors.Is(err, domain.ErrUnauthorized) {
			t.Errorf("Authenticate(%.20q) = %v, want unauthorized", wrong, err)
		}
	}
	if err := w.RevokeAPIKey(w.ctx, w.org, key.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Authenticate(t.Context(), secret); !errors.Is(err, domain.ErrUnauthorized) {
		t.Errorf("a revoked key = %v, want unauthorized", err)
	}
}

func TestAKeyCantBeASuperadminAndNeedsAName(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, _, err := w.CreateAPIKey(w.ctx, w.org, identity.APIKeyInput{Name: " ", Role: identity.RoleSuperadmin})
	var ours *domain.Error
	if !errors.As(err, &ours) || ours.Field != "name" || len(ours.More) != 1 || ours.More[0].Field != "role" {
		t.Errorf("CreateAPIKey = %#v, want findings at name and role", err)
	}
}

func TestTheConsoleMakesAKeyThatOperates(t *testing.T) {
	t.Parallel()
	w := setup(t)
	console := identity.WithActor(t.Context(), identity.System(w.org))
	_, secret, err := w.CreateAPIKey(console, w.org, identity.APIKeyInput{Name: "Watch", Role: identity.RoleSuperadmin})
	if err != nil {
		t.Fatal(err)
	}
	if actor, err := w.Authenticate(t.Context(), secret); err != nil || !actor.May(identity.Operate) {
		t.Errorf("got %+v (%v), want an operator", actor, err)
	}
}

func TestOrganizationSettingsAreCheckedAndPatched(t *testing.T) {
	t.Parallel()
	w := setup(t)
	o, err := w.UpdateOrganization(w.ctx, w.org, identity.OrganizationInput{
		TimeZone: new("Europe/Berlin"), FromEmail: new(" hello@acme.test "), PostalAddress: new("Street 1\nTown"),
	})
	if err != nil || o.Name != "Acme" || o.TimeZone != "Europe/Berlin" || o.FromEmail != "hello@acme.test" || o.Location().String() != "Europe/Berlin" {
		t.Fatalf("UpdateOrganization = %+v, %v", o, err)
	}
	for field, in := range map[string]identity.OrganizationInput{
		"name":          {Name: new("  ")},
		"timeZone":      {TimeZone: new("Mars/Olympus")},
		"fromName":      {FromName: new("Acme\r\nBcc: everybody@example.com")},
		"fromEmail":     {FromEmail: new("a@b.test\nBcc: c@d.test")},
		"replyTo":       {ReplyTo: new("Acme <a@b.test>")},
		"postalAddress": {PostalAddress: new(strings.Repeat("x", 1001))},
	} {
		_, err := w.UpdateOrganization(w.ctx, w.org, in)
		var ours *domain.Error
		if !errors.As(err, &ours) || ours.Field != field {
			t.Errorf("%s: %v, want it refused there", field, err)
		}
	}
	if _, err := w.UpdateOrganization(w.ctx, w.org, identity.OrganizationInput{FromEmail: new("anna@localhost")}); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("a sender without a domain = %v, want invalid", err)
	}
	for _, zone := range []string{"", "Local", "../etc/passwd"} {
		if _, err := w.UpdateOrganization(w.ctx, w.org, identity.OrganizationInput{TimeZone: &zone}); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("time zone %q = %v, want invalid", zone, err)
		}
	}
	if o, err = w.Organization(w.ctx, w.org); err != nil || o.TimeZone != "Europe/Berlin" {
		t.Errorf("after the refusals = %+v, %v; want nothing written", o, err)
	}
}
