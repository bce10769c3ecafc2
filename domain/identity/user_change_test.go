package identity_test

import (
	"context"
	"errors"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestAnotherOrganizationsUserIsNotFound(t *testing.T) {
	t.Parallel()
	w := setup(t)
	other := storetest.Org(t, w.db, "Other")
	ctx, owner := identity.WithActor(t.Context(), identity.System(other)), identity.ActorFrom(w.ctx).User
	if _, err := w.ChangeRole(ctx, other, owner, identity.RoleUser); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("ChangeRole = %v", err)
	}
	if _, err := w.EndUserSessions(ctx, other, owner); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("EndUserSessions = %v", err)
	}
}

func TestWhoMayChangeWhoseRole(t *testing.T) {
	t.Parallel()
	w := setup(t)
	uli, user := w.user(t, "user@acme.test", identity.RoleUser)
	ada, admin := w.user(t, "admin@acme.test", identity.RoleAdmin)
	owner := identity.ActorFrom(w.ctx).User
	for name, c := range map[string]struct {
		ctx  context.Context
		id   identity.UserID
		role identity.Role
		want error
	}{
		"a user":              {user, ada.ID, identity.RoleUser, domain.ErrForbidden},
		"themselves":          {admin, ada.ID, identity.RoleUser, domain.ErrConflict},
		"somebody above":      {admin, owner, identity.RoleUser, domain.ErrForbidden},
		"to a role above":     {admin, uli.ID, identity.RoleSuperadmin, domain.ErrForbidden},
		"to no role":          {admin, uli.ID, "god", domain.ErrInvalid},
		"to their own":        {admin, uli.ID, identity.RoleAdmin, nil},
		"nobody of that name": {w.ctx, 99, identity.RoleUser, domain.ErrNotFound},
	} {
		u, err := w.ChangeRole(c.ctx, w.org, c.id, c.role)
		if !errors.Is(err, c.want) || err == nil && u.Role != c.role {
			t.Errorf("%s: %+v, %v", name, u, err)
		}
	}
	if actor, ok, err := w.Resume(t.Context(), w.org, uli.ID); !ok || err != nil || actor.Role != identity.RoleAdmin {
		t.Errorf("the next request of the new admin: %+v, %v, %v", actor, ok, err)
	}
}

func TestTheLastOneWhoOperatesStays(t *testing.T) {
	t.Parallel()
	w := setup(t)
	system, owner := identity.WithActor(t.Context(), identity.System(w.org)), identity.ActorFrom(w.ctx).User
	w.user(t, "admin@acme.test", identity.RoleAdmin)
	if _, err := w.ChangeRole(system, w.org, owner, identity.RoleAdmin); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("the last one's role: %v", err)
	}
	if _, err := w.BlockUser(system, w.org, owner, true); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("blocking the last one: %v", err)
	}
	second, _ := w.user(t, "second@acme.test", identity.RoleSuperadmin)
	if _, err := w.BlockUser(w.ctx, w.org, second.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ChangeRole(system, w.org, owner, identity.RoleUser); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("a blocked one does not count: %v", err)
	}
	if _, err := w.BlockUser(w.ctx, w.org, second.ID, false); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ChangeRole(system, w.org, owner, identity.RoleUser); err != nil {
		t.Errorf("with a second one: %v", err)
	}
}

func TestTwoWhoDegradeEachOtherLeaveOne(t *testing.T) {
	t.Parallel()
	w := setup(t)
	second, ctx := w.user(t, "second@acme.test", identity.RoleSuperadmin)
	results := make(chan error, 2)
	go func() { _, err := w.ChangeRole(w.ctx, w.org, second.ID, identity.RoleUser); results <- err }()
	go func() {
		_, err := w.ChangeRole(ctx, w.org, identity.ActorFrom(w.ctx).User, identity.RoleUser)
		results <- err
	}()
	first, other := <-results, <-results
	if (first == nil) == (other == nil) {
		t.Errorf("%v and %v, want one of them refused", first, other)
	}
}

func TestPeopleChangeTheirOwnProfileOnly(t *testing.T) {
	t.Parallel()
	w := setup(t)
	text := func(s string) *string { return &s }
	u, err := w.UpdateProfile(w.ctx, w.org, identity.ProfileInput{Name: text(" Ada "), TimeZone: text("Asia/Tokyo"), Language: text("pt-BR")})
	if err != nil || u.Name != "Ada" || u.TimeZone != "Asia/Tokyo" || u.Language != "pt-BR" {
		t.Fatalf("UpdateProfile = %+v, %v", u, err)
	}
	if actor, _, err := w.Resume(t.Context(), w.org, u.ID); err != nil || actor.Location(nil).String() != "Asia/Tokyo" {
		t.Errorf("Resume = %+v, %v", actor, err)
	}
	for _, in := range []identity.ProfileInput{{TimeZone: text("Moon")}, {TimeZone: text("Local")}, {Language: text("<b>")}, {Name: text("a\nb")}} {
		if _, err := w.UpdateProfile(w.ctx, w.org, in); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%+v: %v", in, err)
		}
	}
	if _, err := w.UpdateProfile(w.ctx, w.org+1, identity.ProfileInput{}); !errors.Is(err, domain.ErrForbidden) {
		t.Errorf("in another organization: %v", err)
	}
	program := identity.WithActor(t.Context(), identity.System(w.org))
	if _, err := w.UpdateProfile(program, w.org, identity.ProfileInput{}); !errors.Is(err, domain.ErrForbidden) {
		t.Errorf("a program: %v", err)
	}
}
