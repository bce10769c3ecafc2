package identity_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/identitystore"
)

// forget asks for a new password and returns the token of the link.
func (w *world) forget(t *testing.T, email string) string {
	t.Helper()
	if err := w.RequestReset(t.Context(), email); err != nil {
		t.Fatalf("RequestReset: %v", err)
	}
	if err := w.MailResets(t.Context()); err != nil {
		t.Fatalf("MailResets: %v", err)
	}
	return w.mail.token(t, "Owner@Acme.test")
}

func TestAForgottenPasswordIsReplacedOnceAndEndsSessions(t *testing.T) {
	t.Parallel()
	w := setup(t)
	sessions, cookie := identitystore.NewSessions(w.db), strings.Repeat("A", 43)
	visit := identity.WithVisit(t.Context(), identity.Visit{User: identity.ActorFrom(w.ctx).User})
	if err := sessions.CommitCtx(visit, cookie, []byte("data"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	token := w.forget(t, " OWNER@acme.test ")
	if u, err := w.ResetFor(t.Context(), token); err != nil || u.Email != "Owner@Acme.test" {
		t.Errorf("ResetFor = %+v, %v", u, err)
	}
	if _, err := w.Reset(t.Context(), token, "short"); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("a weak password: %v", err)
	}
	actor, err := w.Reset(t.Context(), token, "a different harbour")
	if err != nil || actor.User != identity.ActorFrom(w.ctx).User {
		t.Fatalf("Reset = %+v, %v", actor, err)
	}
	if _, found, _ := sessions.FindCtx(t.Context(), cookie); found {
		t.Error("the session outlived the password")
	}
	if _, err := w.LogIn(t.Context(), "owner@acme.test", "a different harbour"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if _, err := w.Reset(t.Context(), token, goodPassword); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("the link a second time: %v", err)
	}
}

func TestNobodyAndBlockedUsersGetNoMailAndNobodyLearnsIt(t *testing.T) {
	t.Parallel()
	w := setup(t)
	u, _ := w.user(t, "uli@acme.test", identity.RoleUser)
	if _, err := w.BlockUser(w.ctx, w.org, u.ID, true); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"uli@acme.test", "nobody@acme.test"} {
		if err := w.RequestReset(t.Context(), email); err != nil {
			t.Errorf("RequestReset(%s) = %v", email, err)
		}
	}
	if err := w.MailResets(t.Context()); err != nil || len(w.mail.letters) != 0 {
		t.Errorf("MailResets = %v, %d letters", err, len(w.mail.letters))
	}
}

func TestALinkEndsByTimeBlockAndNewPassword(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, w *world){
		"time": func(t *testing.T, w *world) { w.wait(t, time.Hour) },
		"a new password": func(t *testing.T, w *world) {
			if err := w.ChangePassword(w.ctx, w.org, goodPassword, "a different harbour"); err != nil {
				t.Fatal(err)
			}
		},
		"a later link": func(t *testing.T, w *world) {
			w.wait(t, 6*time.Minute)
			w.forget(t, "owner@acme.test")
		},
		"a block": func(t *testing.T, w *world) {
			system := identity.WithActor(t.Context(), identity.System(w.org))
			w.user(t, "second@acme.test", identity.RoleSuperadmin)
			if _, err := w.BlockUser(system, w.org, identity.ActorFrom(w.ctx).User, true); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setup(t)
			token := w.forget(t, "owner@acme.test")
			end(t, w)
			if _, err := w.ResetFor(t.Context(), token); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("ResetFor = %v", err)
			}
			if _, err := w.Reset(t.Context(), token, "yet another harbour"); !errors.Is(err, domain.ErrNotFound) {
				t.Errorf("Reset = %v", err)
			}
		})
	}
}

func TestAskingAgainAtOnceSpoilsNoLinkAndSendsNoSecondMail(t *testing.T) {
	t.Parallel()
	w := setup(t)
	token := w.forget(t, "owner@acme.test")
	w.forget(t, "owner@acme.test")
	if len(w.mail.letters) != 1 {
		t.Errorf("%d letters", len(w.mail.letters))
	}
	if _, err := w.ResetFor(t.Context(), token); err != nil {
		t.Errorf("the first link: %v", err)
	}
}

func TestALinkThatCouldNotBeMailedIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.mail.problem = domain.Unavailable("The mail server is away.")
	if err := w.RequestReset(t.Context(), "owner@acme.test"); err != nil {
		t.Fatal(err)
	}
	if err := w.MailResets(t.Context()); !errors.Is(err, domain.ErrUnavailable) {
		t.Errorf("MailResets = %v", err)
	}
	w.mail.problem = nil
	if err := w.MailResets(t.Context()); err != nil || len(w.mail.letters) != 0 {
		t.Errorf("at once: %v, %d letters", err, len(w.mail.letters))
	}
	w.wait(t, time.Minute)
	if err := w.MailResets(t.Context()); err != nil || len(w.mail.letters) != 1 {
		t.Errorf("after a minute: %v, %d letters", err, len(w.mail.letters))
	}
}

func TestAskingForManyLinksIsSlowedDown(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ask := func(ctx context.Context, email string) error { return w.RequestReset(ctx, email) }
	for range 3 {
		if err := ask(t.Context(), "nobody@acme.test"); err != nil {
			t.Fatal(err)
		}
	}
	if err := ask(t.Context(), "NOBODY@acme.test"); !errors.Is(err, domain.ErrTooMany) {
		t.Errorf("the fourth for one address: %v", err)
	}
	if err := ask(t.Context(), "not an address"); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("no address: %v", err)
	}
}
