package crmstore_test

import (
	"reflect"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestTagsAreCreatedOnUseAndSharedWhateverTheCase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	b.must(b.ChangeTags(b.ctx, b.org, anna.ID, crm.TagChange{Add: []string{"News", "vip"}}))
	b.must(b.ChangeTags(b.ctx, b.org, ben.ID, crm.TagChange{Add: []string{"NEWS"}}))
	tags, err := b.Tags(b.ctx, b.org, domain.PageQuery{OrderBy: "contacts"})
	b.must(err)
	if tags.Total != 2 || tags.Items[0].Name != "News" || tags.Items[0].Contacts != 2 {
		t.Errorf("tags are %+v", tags)
	}
}

func TestATagChangeWritesWhatReallyChanged(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	b.must(b.ChangeTags(b.ctx, b.org, contact.ID, crm.TagChange{Add: []string{"a", "b"}}))
	b.must(b.ChangeTags(b.ctx, b.org, contact.ID, crm.TagChange{Add: []string{"A"}, Remove: []string{"b", "never"}}))
	b.must(b.ChangeTags(b.ctx, b.org, contact.ID, crm.TagChange{Add: []string{"A"}, Remove: []string{"b"}}))
	if got := b.events(contact.ID); got != "contact.created contact.tags_changed contact.tags_changed" { //nolint:dupword // it happened twice
		t.Fatalf("events are %s", got)
	}
	timeline, err := b.Timeline(b.ctx, b.org, contact.ID, 0, 1)
	b.must(err)
	if want := (map[string]any{"removed": []any{"b"}}); !reflect.DeepEqual(timeline[0].Data, want) {
		t.Errorf("the event says %v, want %v", timeline[0].Data, want)
	}
}

func TestDoNotContactIsSetOnceAndCleared(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	mark := crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed, Origin: "sid-1"}
	b.must(b.SetDoNotContact(b.ctx, b.org, contact.ID, mark))
	b.must(b.SetDoNotContact(b.ctx, b.org, contact.ID, mark))
	read, err := b.Contact(b.ctx, b.org, contact.ID)
	b.must(err)
	if read.MayReceive(crm.Email) || !read.MayReceive(crm.SMS) || read.DoNotContact[0].Origin != "sid-1" || read.DoNotContact[0].CreatedAt.IsZero() {
		t.Errorf("marks are %+v", read.DoNotContact)
	}
	b.must(b.ClearDoNotContact(b.ctx, b.org, contact.ID, crm.Email))
	b.must(b.ClearDoNotContact(b.ctx, b.org, contact.ID, crm.Email))
	if got := b.events(contact.ID); got != "contact.created contact.do_not_contact_set contact.do_not_contact_cleared" {
		t.Errorf("events are %s", got)
	}
	b.refused(b.SetDoNotContact(b.ctx, b.org, contact.ID, crm.DoNotContact{Channel: "pigeon", Reason: crm.Manual}), domain.KindInvalid, "pigeon")
}
