package crmstore_test

import (
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/searchsql/searchtest"
)

// asAnna makes a user and lets her call.
func (b bench) asAnna() bench {
	b.t.Helper()
	var anna identity.UserID
	b.must(b.db.Pool().QueryRow(b.ctx, "insert into identity.users (email, name, password_hash) values ('anna@example.com', 'Anna', '') returning id").Scan(&anna))
	b.ctx = identity.WithActor(b.ctx, identity.Actor{Org: b.org, User: anna, Role: identity.RoleSuperadmin})
	return b
}

func TestSegmentsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	add := func(b bench, in crm.SegmentInput) crm.Segment {
		segment, err := b.CreateSegment(b.ctx, b.org, in)
		b.must(err)
		return segment
	}
	anna := b.asAnna()
	fair := add(anna, crm.SegmentInput{Name: "Fair", Alias: "spring-fair", Description: "Visitors of Leipzig"})
	shop := add(b, crm.SegmentInput{Name: "Shop", Unpublished: true})
	add(b, crm.SegmentInput{Name: "Testers"})
	add(b.in(t, "Other"), crm.SegmentInput{Name: "Fair of others"})
	contact := b.contact("a@example.com")
	_, err := b.AddToSegment(b.ctx, b.org, fair.ID, []crm.ContactID{contact.ID}, "")
	b.must(err)
	_, err = b.db.Pool().Exec(b.ctx, "update crm.segments set created_at = now() - interval '40 days', updated_at = now() - interval '30 days' where id = $1", shop.ID)
	b.must(err)

	find := func(text string) ([]string, error) {
		found, err := anna.Segments(anna.ctx, anna.org, domain.PageQuery{Search: text})
		names := make([]string, len(found.Items))
		for i, one := range found.Items {
			names[i] = one.Name
		}
		return names, err
	}
	searchtest.Run(t, crm.SegmentCommands, find, []searchtest.Case{
		{Search: "", Want: "Fair Shop Testers"},
		{Search: "LEIPZIG", Want: "Fair"},
		{Search: "name:est", Want: "Testers"},
		{Search: "alias:spring-*", Want: "Fair"},
		{Search: "alias:spring", Want: ""},
		{Search: "description:visitors", Want: "Fair"},
		{Search: "!description:*", Want: "Shop Testers"},
		{Search: "is:unpublished", Want: "Shop"},
		{Search: "is:mine", Want: "Fair"},
		{Search: "contacts:>0", Want: "Fair"},
		{Search: "created:<-30d", Want: "Shop"},
		{Search: "updated:<-7d", Want: "Shop"},
		{Search: fmt.Sprintf("ids:%d", shop.ID), Want: "Shop"},
	})
}

func TestTagsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	add := func(b bench, name, about string) crm.Tag {
		tag, err := b.CreateTag(b.ctx, b.org, name, about)
		b.must(err)
		return tag
	}
	news := add(b, "News", "Wants the letter")
	vip := add(b, "VIP", "")
	add(b.in(t, "Other"), "News of others", "")
	contact := b.contact("a@example.com")
	b.must(b.ChangeTags(b.ctx, b.org, contact.ID, crm.TagChange{Add: []string{"news"}}))
	_, err := b.db.Pool().Exec(b.ctx, "update crm.tags set created_at = now() - interval '40 days' where id = $1", vip.ID)
	b.must(err)

	find := func(text string) ([]string, error) {
		found, err := b.Tags(b.ctx, b.org, domain.PageQuery{Search: text})
		names := make([]string, len(found.Items))
		for i, one := range found.Items {
			names[i] = one.Name
		}
		return names, err
	}
	searchtest.Run(t, crm.TagCommands, find, []searchtest.Case{
		{Search: "", Want: "News VIP"},
		{Search: "NEW", Want: "News"},
		{Search: "name:v*p", Want: "VIP"},
		{Search: "description:letter", Want: "News"},
		{Search: "contacts:>=1", Want: "News"},
		{Search: "contacts:0", Want: "VIP"},
		{Search: "created:<-30d", Want: "VIP"},
		{Search: fmt.Sprintf("ids:%d", news.ID), Want: "News"},
	})
}
