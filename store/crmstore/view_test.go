package crmstore_test

import (
	"context"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// as returns a context in which a member of the organization is calling.
func (b bench) as(user identity.UserID, role identity.Role) context.Context {
	return identity.WithActor(b.ctx, identity.Actor{Org: b.org, User: user, Name: "Somebody", Role: role})
}

func names(views []crm.View) string {
	all := make([]string, len(views))
	for i, v := range views {
		all[i] = v.Name
	}
	return strings.Join(all, ", ")
}

func TestAnotherOrganizationsViewIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.as(b.user("Anna", "anna@acme.example"), identity.RoleUser)
	view, err := b.CreateView(anna, b.org, crm.ViewInput{Name: "Leads", IsShared: true})
	b.must(err)
	other, ctx := b.stranger()
	_, err = b.View(ctx, other, view.ID)
	b.refused(err, domain.KindNotFound, "There is no view")
	_, err = b.UpdateView(ctx, other, view.ID, crm.ViewPatch{Name: new("Mine")})
	b.refused(err, domain.KindNotFound, "")
	b.refused(b.DeleteView(ctx, other, view.ID), domain.KindNotFound, "")
	_, err = b.RestoreView(ctx, other, view.ID)
	b.refused(err, domain.KindNotFound, "")
	views, err := b.Views(ctx, other, crm.ContactViews)
	b.must(err)
	b.same(names(views), "")
}

func TestAViewIsReadBackWhole(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.user("Anna", "anna@acme.example")
	made, err := b.CreateView(b.as(anna, identity.RoleUser), b.org, crm.ViewInput{
		Name: " Hot leads ", Search: "points:>10 !dnc:any", OrderBy: "points", OrderDir: "asc", Columns: []string{"email", "fields.city"},
	})
	b.must(err)
	read, err := b.View(b.as(anna, identity.RoleUser), b.org, made.ID)
	b.must(err)
	if read.Name != "Hot leads" || read.Search != "points:>10 !dnc:any" || read.OrderBy != "points" || read.OrderDir != "asc" ||
		strings.Join(read.Columns, " ") != "email fields.city" || *read.OwnerID != anna || read.OwnerName != "Anna" || read.IsShared {
		t.Errorf("read %+v", read)
	}
}

func TestViewsAreSeenAndChangedByWhoMay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.user("Anna", "anna@acme.example"), b.user("Ben", "ben@acme.example")
	asAnna, asBen, asAdmin := b.as(anna, identity.RoleUser), b.as(ben, identity.RoleUser), b.as(b.user("Boss", "boss@acme.example"), identity.RoleAdmin)
	own, err := b.CreateView(asAnna, b.org, crm.ViewInput{Name: "Zebra"})
	b.must(err)
	shared, err := b.CreateView(asAnna, b.org, crm.ViewInput{Name: "All of us", IsShared: true})
	b.must(err)
	_, err = b.CreateView(asBen, b.org, crm.ViewInput{Name: "zebra"}) // names are an owner's own
	b.must(err)

	for ctx, want := range map[context.Context]string{asAnna: "All of us, Zebra", asBen: "zebra, All of us", asAdmin: "All of us"} {
		views, err := b.Views(ctx, b.org, crm.ContactViews)
		b.must(err)
		b.same(names(views), want)
	}
	_, err = b.View(asBen, b.org, own.ID)
	b.refused(err, domain.KindNotFound, "There is no view")
	_, err = b.View(asBen, b.org, shared.ID)
	b.must(err)
	_, err = b.UpdateView(asBen, b.org, shared.ID, crm.ViewPatch{Search: new("tag:x")})
	b.refused(err, domain.KindForbidden, "Only Anna can change")
	b.refused(b.DeleteView(asBen, b.org, shared.ID), domain.KindForbidden, "Only Anna")
	b.refused(b.DeleteView(asAdmin, b.org, own.ID), domain.KindNotFound, "")
	_, err = b.UpdateView(asAdmin, b.org, shared.ID, crm.ViewPatch{Name: new("Everybody's")})
	b.must(err)
	_, err = b.UpdateView(asAnna, b.org, own.ID, crm.ViewPatch{Name: new("everybody's")})
	b.refused(err, domain.KindConflict, "already")
}

// TestViewersKeepTheirOwnViews is about somebody who was made a viewer after they had shared a view.
func TestViewersKeepTheirOwnViews(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.user("Anna", "anna@acme.example")
	before, now := b.as(anna, identity.RoleUser), b.as(anna, identity.RoleViewer)
	own, err := b.CreateView(before, b.org, crm.ViewInput{Name: "Mine"})
	b.must(err)
	shared, err := b.CreateView(before, b.org, crm.ViewInput{Name: "Ours", IsShared: true})
	b.must(err)

	saved, err := b.UpdateView(now, b.org, own.ID, crm.ViewPatch{Name: new("Still mine"), Search: new("points:>10"), IsShared: new(false)})
	b.must(err)
	b.same(saved.Name+" "+saved.Search, "Still mine points:>10")
	_, err = b.CreateView(now, b.org, crm.ViewInput{Name: "New"})
	b.must(err)
	_, err = b.UpdateView(now, b.org, own.ID, crm.ViewPatch{IsShared: new(true)})
	b.refused(err, domain.KindForbidden, "can share views")
	for _, patch := range []crm.ViewPatch{{Name: new("Mine alone")}, {IsShared: new(false)}} {
		_, err = b.UpdateView(now, b.org, shared.ID, patch)
		b.refused(err, domain.KindForbidden, "can change shared views")
	}
	b.refused(b.DeleteView(now, b.org, shared.ID), domain.KindForbidden, "can change shared views")
	b.must(b.DeleteView(now, b.org, own.ID))
	_, err = b.RestoreView(now, b.org, own.ID)
	b.must(err)
}

func TestADeletedViewComesBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := b.as(b.user("Anna", "anna@acme.example"), identity.RoleUser)
	view, err := b.CreateView(ctx, b.org, crm.ViewInput{Name: "Leads"})
	b.must(err)
	b.must(b.DeleteView(ctx, b.org, view.ID))
	b.refused(b.DeleteView(ctx, b.org, view.ID), domain.KindNotFound, "")
	_, err = b.View(ctx, b.org, view.ID)
	b.refused(err, domain.KindNotFound, "")
	_, err = b.RestoreView(b.as(b.user("Ben", "ben@acme.example"), identity.RoleAdmin), b.org, view.ID)
	b.refused(err, domain.KindNotFound, "")
	_, err = b.RestoreView(ctx, b.org, view.ID)
	b.must(err)
	_, err = b.View(ctx, b.org, view.ID)
	b.must(err)

	b.must(b.DeleteView(ctx, b.org, view.ID))
	_, err = b.CreateView(ctx, b.org, crm.ViewInput{Name: "leads"})
	b.must(err)
	_, err = b.RestoreView(ctx, b.org, view.ID)
	b.refused(err, domain.KindConflict, "another view of this name")
}

func TestAViewThatMakesNoSenseIsInvalid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ctx := b.as(b.user("Anna", "anna@acme.example"), identity.RoleUser)
	for says, in := range map[string]crm.ViewInput{
		"needs a name":      {},
		"At most 100":       {Name: strings.Repeat("x", 101)},
		"Did you mean":      {Name: "x", Search: "tga:news"},
		"can't be ordered":  {Name: "x", OrderBy: "1; drop"},
		"asc or desc":       {Name: "x", OrderDir: "up"},
		"There is no colum": {Name: "x", Columns: []string{"a b"}},
		"at most 40":        {Name: "x", Columns: make([]string, 41)},
		"no views of":       {Name: "x", List: "planets"},
	} {
		_, err := b.CreateView(ctx, b.org, in)
		b.refused(err, domain.KindInvalid, says)
	}
	_, err := b.CreateView(b.ctx, b.org, crm.ViewInput{Name: "x"}) // the program is no person
	b.refused(err, domain.KindInvalid, "has to be shared")
	_, err = b.CreateView(b.as(1, "guest"), b.org, crm.ViewInput{Name: "x"})
	b.refused(err, domain.KindForbidden, "")
}
