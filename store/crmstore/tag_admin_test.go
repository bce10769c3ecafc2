package crmstore_test

import (
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// tagged gives a contact tags and returns them by name.
func (b bench) tagged(contact crm.Contact, names ...string) map[string]crm.Tag {
	b.t.Helper()
	b.must(b.ChangeTags(b.ctx, b.org, contact.ID, crm.TagChange{Add: names}))
	page, err := b.Tags(b.ctx, b.org, domain.PageQuery{Limit: 100})
	b.must(err)
	tags := map[string]crm.Tag{}
	for _, tag := range page.Items {
		tags[tag.Name] = tag
	}
	return tags
}

// tagsOf returns the names of a contact's tags.
func (b bench) tagsOf(contact crm.Contact) string {
	b.t.Helper()
	read, err := b.Contact(b.ctx, b.org, contact.ID)
	b.must(err)
	return strings.Join(read.Tags, " ")
}

func TestAnotherOrganizationsTagIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	tags := b.tagged(anna, "news", "vip")
	id, name := tags["news"].ID, "mine"
	org, ctx := b.stranger()
	_, err := b.Tag(ctx, org, id)
	b.refused(err, domain.KindNotFound, "no tag")
	_, err = b.UpdateTag(ctx, org, id, crm.TagPatch{Name: &name})
	b.refused(err, domain.KindNotFound, "no tag")
	theirs, err := b.CreateTag(ctx, org, "theirs", "")
	b.must(err)
	_, err = b.MergeTags(ctx, org, id, theirs.ID)
	b.refused(err, domain.KindNotFound, "no tag")
	_, err = b.MergeTags(b.ctx, b.org, id, theirs.ID)
	b.refused(err, domain.KindNotFound, "no tag")
	b.refused(b.DeleteTag(ctx, org, id), domain.KindNotFound, "no tag")
	b.refused(b.RestoreTag(ctx, org, id), domain.KindNotFound, "no tag")
	if got := b.tagsOf(anna); got != "news vip" {
		t.Errorf("tags are %s", got)
	}
}

func TestATagIsRenamedForEverybodyUnlessTheNameIsTaken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	tags := b.tagged(anna, "news", "vip")
	name, taken, text := "News 2026", "VIP", "Who gets the <b>letter</b>."
	changed, err := b.UpdateTag(b.ctx, b.org, tags["news"].ID, crm.TagPatch{Name: &name, Description: &text})
	b.must(err)
	if changed.Description != text || b.tagsOf(anna) != "News 2026 vip" {
		t.Errorf("changed to %+v, Anna has %s", changed, b.tagsOf(anna))
	}
	_, err = b.UpdateTag(b.ctx, b.org, changed.ID, crm.TagPatch{Name: &taken})
	b.refused(err, domain.KindConflict, "merged")
	empty := " "
	_, err = b.UpdateTag(b.ctx, b.org, changed.ID, crm.TagPatch{Name: &empty})
	b.refused(err, domain.KindInvalid, "needs a name")
}

func TestMergedTagsAreOneForEverybody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben, cleo := b.contact("anna@example.com"), b.contact("ben@example.com"), b.contact("cleo@example.com")
	b.tagged(anna, "old", "new")
	b.tagged(ben, "old")
	tags := b.tagged(cleo, "new")
	moved, err := b.MergeTags(b.ctx, b.org, tags["old"].ID, tags["new"].ID)
	b.must(err)
	for _, contact := range []crm.Contact{anna, ben, cleo} {
		if got := b.tagsOf(contact); got != "new" {
			t.Errorf("%s has the tags %q", contact.Name(), got)
		}
	}
	kept, err := b.Tag(b.ctx, b.org, tags["new"].ID)
	b.must(err)
	if moved.Contacts != 2 || kept.Contacts != 3 {
		t.Errorf("%d moved, %d have it; want 2 and 3", moved.Contacts, kept.Contacts)
	}
	_, err = b.MergeTags(b.ctx, b.org, kept.ID, kept.ID)
	b.refused(err, domain.KindInvalid, "itself")
}

func TestADeletedTagComesBackToThoseWhoHadIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	tag := b.tagged(anna, "news")["news"]
	b.must(b.DeleteTag(b.ctx, b.org, tag.ID))
	page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{Tag: "news"})
	b.must(err)
	if b.tagsOf(anna) != "" || page.Total != 0 {
		t.Errorf("a deleted tag is still there: %q, %d found", b.tagsOf(anna), page.Total)
	}
	b.must(b.RestoreTag(b.ctx, b.org, tag.ID))
	if got := b.tagsOf(anna); got != "news" {
		t.Errorf("it came back as %q", got)
	}
	b.must(b.DeleteTag(b.ctx, b.org, tag.ID))
	b.tagged(anna, "News") // its name is free
	b.refused(b.RestoreTag(b.ctx, b.org, tag.ID), domain.KindConflict, "taken the name")
}

func TestSizesOfTagsAndSegmentsStayExact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := b.people(60)
	list, err := b.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: "List"})
	b.must(err)
	for i, id := range ids {
		b.must(b.ChangeTags(b.ctx, b.org, id, crm.TagChange{Add: []string{"all", "some"}}))
		_, err = b.AddToSegment(b.ctx, b.org, list.ID, []crm.ContactID{id}, "test")
		b.must(err)
		if i%3 == 0 {
			b.must(b.ChangeTags(b.ctx, b.org, id, crm.TagChange{Remove: []string{"some"}}))
			b.must(b.DeleteContact(b.ctx, b.org, id))
		}
		if i%6 == 0 {
			b.must(b.RestoreContact(b.ctx, b.org, id))
			_, err = b.RemoveFromSegment(b.ctx, b.org, list.ID, []crm.ContactID{id}, "test")
			b.must(err)
		}
	}
	b.must(b.EraseContact(b.ctx, b.org, ids[3]))
	tags := b.tagged(crm.Contact{ID: ids[1]}, "all")
	list, err = b.Segment(b.ctx, b.org, list.ID)
	b.must(err)
	if tags["all"].Contacts != 50 || tags["some"].Contacts != 40 || list.Contacts != 40 {
		t.Errorf("all %d, some %d, in the list %d", tags["all"].Contacts, tags["some"].Contacts, list.Contacts)
	}
}
