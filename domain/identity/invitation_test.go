package identity_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
)

func (w *world) invite(t *testing.T, ctx context.Context, in identity.InvitationInput) identity.Issued { //nolint:revive // t first, as in every helper
	t.Helper()
	issued, err := w.Invite(ctx, w.org, in)
	if err != nil {
		t.Fatalf("Invite: %v", err)
	}
	return issued
}

func TestAnotherOrganizationsInvitationIsNotFound(t *testing.T) {
	t.Parallel()
	w := setup(t)
	issued := w.invite(t, w.ctx, identity.InvitationInput{Email: "uli@acme.test"})
	other := storetest.Org(t, w.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(other))
	if _, err := w.ResendInvitation(ctx, other, issued.ID); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("ResendInvitation = %v", err)
	}
	if err := w.RevokeInvitation(ctx, other, issued.ID); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("RevokeInvitation = %v", err)
	}
	if page, err := w.Invitations(ctx, other, identity.InvitationQuery{}); err != nil || page.Total != 0 {
		t.Errorf("Invitations = %+v, %v", page, err)
	}
}

func TestAnInvitedColleagueJoinsOnce(t *testing.T) {
	t.Parallel()
	w := setup(t)
	issued := w.invite(t, w.ctx, identity.InvitationInput{Email: " Uli@acme.test ", Name: "Uli", Role: identity.RoleAdmin})
	token := w.mail.token(t, "Uli@acme.test")
	if issued.Problem != nil || issued.MailedAt == nil || issued.State() != identity.InvitationOpen || !strings.HasSuffix(issued.Link, "/invite/"+token) {
		t.Errorf("issued: %+v", issued)
	}
	welcome, err := w.Welcome(t.Context(), token)
	if want := (identity.Welcome{Organization: "Acme", Inviter: "Owner@Acme.test", Email: "Uli@acme.test", Name: "Uli", Role: identity.RoleAdmin}); err != nil || welcome != want {
		t.Errorf("Welcome = %+v, %v", welcome, err)
	}
	if _, err := w.Accept(t.Context(), token, identity.AcceptInput{Name: "Uli", Password: "uli@acme.test"}); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("a weak password: %v", err)
	}
	actor, err := w.Accept(t.Context(), token, identity.AcceptInput{Name: "Uli U.", Password: goodPassword})
	if err != nil || actor.Role != identity.RoleAdmin || actor.Org != w.org || actor.Name != "Uli U." {
		t.Fatalf("Accept = %+v, %v", actor, err)
	}
	if again, err := w.LogIn(t.Context(), "uli@acme.test", goodPassword); err != nil || again.User != actor.User {
		t.Errorf("LogIn = %+v, %v", again, err)
	}
	if _, err := w.Accept(t.Context(), token, identity.AcceptInput{Password: goodPassword}); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("a second Accept = %v", err)
	}
	page, err := w.Invitations(w.ctx, w.org, identity.InvitationQuery{})
	if err != nil || page.Total != 1 || page.Items[0].State() != identity.InvitationAccepted {
		t.Errorf("Invitations = %+v, %v", page, err)
	}
}

func TestLinksThatDoNotWorkAllGetTheSameAnswer(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, admin := w.user(t, "admin@acme.test", identity.RoleAdmin)
	blocked := identity.ActorFrom(admin).User
	tokens := map[string]string{"unknown": strings.Repeat("A", 43), "nonsense": "'; --", "empty": ""}
	give := func(name string, ctx context.Context) identity.Issued {
		issued := w.invite(t, ctx, identity.InvitationInput{Email: name + "@acme.test"})
		tokens[name] = w.mail.token(t, name+"@acme.test")
		return issued
	}
	give("expired", w.ctx)
	w.wait(t, 7*24*time.Hour)
	revoked, resent := give("revoked", w.ctx), give("resent", w.ctx)
	give("inviter-blocked", admin)
	give("taken", w.ctx)
	if err := w.RevokeInvitation(w.ctx, w.org, revoked.ID); err != nil {
		t.Fatal(err)
	}
	w.wait(t, time.Minute)
	if _, err := w.ResendInvitation(w.ctx, w.org, resent.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.BlockUser(w.ctx, w.org, blocked, true); err != nil {
		t.Fatal(err)
	}
	w.user(t, "taken@acme.test", identity.RoleUser)
	answers := map[string]bool{}
	for name, token := range tokens {
		_, err := w.Welcome(t.Context(), token)
		_, joined := w.Accept(t.Context(), token, identity.AcceptInput{Password: "short"})
		if !errors.Is(err, domain.ErrNotFound) || !errors.Is(joined, domain.ErrNotFound) {
			t.Errorf("%s: %v, %v", name, err, joined)
			continue
		}
		answers[err.Error()], answers[joined.Error()] = true, true
	}
	if len(answers) != 1 {
		t.Errorf("answers differ: %v", answers)
	}
	if _, err := w.Welcome(t.Context(), w.mail.token(t, "resent@acme.test")); err != nil {
		t.Errorf("the new link of one that was sent again: %v", err)
	}
}

func TestWhoMayInviteWhom(t *testing.T) {
	t.Parallel()
	w := setup(t)
	_, user := w.user(t, "user@acme.test", identity.RoleUser)
	_, admin := w.user(t, "admin@acme.test", identity.RoleAdmin)
	above := w.invite(t, w.ctx, identity.InvitationInput{Email: "boss@acme.test", Role: identity.RoleSuperadmin})
	w.wait(t, time.Hour)
	for name, c := range map[string]struct {
		do   func() error
		want error
	}{
		"a user invites": {func() error {
			_, err := w.Invite(user, w.org, identity.InvitationInput{Email: "x@acme.test"})
			return err
		}, domain.ErrForbidden},
		"a user lists": {func() error { _, err := w.Invitations(user, w.org, identity.InvitationQuery{}); return err }, domain.ErrForbidden},
		"nobody invites": {func() error {
			_, err := w.Invite(t.Context(), w.org, identity.InvitationInput{Email: "x@acme.test"})
			return err
		}, domain.ErrUnauthorized},
		"an admin invites above": {func() error {
			_, err := w.Invite(admin, w.org, identity.InvitationInput{Email: "x@acme.test", Role: identity.RoleSuperadmin})
			return err
		}, domain.ErrForbidden},
		"an admin resends above": {func() error { _, err := w.ResendInvitation(admin, w.org, above.ID); return err }, domain.ErrForbidden},
		"an admin revokes above": {func() error { return w.RevokeInvitation(admin, w.org, above.ID) }, domain.ErrForbidden},
		"twice": {func() error {
			_, err := w.Invite(w.ctx, w.org, identity.InvitationInput{Email: "BOSS@acme.test"})
			return err
		}, domain.ErrConflict},
		"a user's address": {func() error {
			_, err := w.Invite(w.ctx, w.org, identity.InvitationInput{Email: "USER@acme.test"})
			return err
		}, domain.ErrConflict},
		"an address with a header": {func() error {
			_, err := w.Invite(w.ctx, w.org, identity.InvitationInput{Email: "a@b.test\r\nBcc: x@y.test"})
			return err
		}, domain.ErrInvalid},
		"a name with a header": {func() error {
			_, err := w.Invite(w.ctx, w.org, identity.InvitationInput{Email: "a@b.test", Name: "x\ny"})
			return err
		}, domain.ErrInvalid},
		"a role that does not exist": {func() error {
			_, err := w.Invite(w.ctx, w.org, identity.InvitationInput{Email: "a@b.test", Role: "god"})
			return err
		}, domain.ErrInvalid},
	} {
		if err := c.do(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %s", name, err, domain.KindOf(c.want))
		}
	}
}

func TestAnInvitationThatCantBeMailedShowsItsLinkAndSaysWhy(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.mail.problem = domain.Unavailable("The mail server is away.")
	issued := w.invite(t, w.ctx, identity.InvitationInput{Email: "uli@acme.test"})
	if issued.Problem.String() != "The mail server is away." || issued.MailedAt != nil || issued.Link == "" {
		t.Errorf("issued: %+v", issued)
	}
	if _, err := w.ResendInvitation(w.ctx, w.org, issued.ID); !errors.Is(err, domain.ErrTooMany) {
		t.Errorf("at once again: %v", err)
	}
	w.wait(t, time.Minute)
	w.mail.problem = nil
	again, err := w.ResendInvitation(w.ctx, w.org, issued.ID)
	if err != nil || again.Problem != nil || again.Link == issued.Link || again.MailedAt == nil {
		t.Errorf("after a minute: %+v, %v", again, err)
	}
}

func TestWhoeverTriesManyLinksMustWait(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ctx := identity.WithVisit(t.Context(), identity.Visit{IP: "192.0.2.1"})
	for range 20 {
		if _, err := w.Welcome(ctx, "guess"); !errors.Is(err, domain.ErrNotFound) {
			t.Fatalf("a free try: %v", err)
		}
	}
	if _, err := w.Welcome(ctx, "guess"); !errors.Is(err, domain.ErrTooMany) {
		t.Errorf("the 21st try: %v", err)
	}
	if _, err := w.ResetFor(ctx, "guess"); !errors.Is(err, domain.ErrTooMany) {
		t.Errorf("another kind of link: %v", err)
	}
}
