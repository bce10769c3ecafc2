package crmstore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// segment stores a segment with contacts.
func (b bench) segment(name string, contacts ...crm.Contact) crm.Segment {
	b.t.Helper()
	segment, err := b.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: name})
	b.must(err)
	_, err = b.AddToSegment(b.ctx, b.org, segment.ID, idsOf(contacts), "")
	b.must(err)
	return segment
}

func idsOf(contacts []crm.Contact) []crm.ContactID {
	var ids []crm.ContactID
	for _, contact := range contacts {
		ids = append(ids, contact.ID)
	}
	return ids
}

func TestAnotherOrganizationsSegmentIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	segment := b.segment("Fair", anna)
	org, ctx := b.stranger()
	theirs := b.in(t, "Third").contact("ben@example.com")
	name := "Mine"
	_, err := b.Segment(ctx, org, segment.ID)
	b.refused(err, domain.KindNotFound, "no segment")
	for _, named := range []string{segment.Alias, fmt.Sprint(segment.ID)} {
		_, err = b.SegmentNamed(ctx, org, named)
		b.refused(err, domain.KindNotFound, "no segment")
	}
	_, err = b.UpdateSegment(ctx, org, segment.ID, crm.SegmentPatch{Name: &name})
	b.refused(err, domain.KindNotFound, "no segment")
	_, err = b.AddToSegment(ctx, org, segment.ID, nil, "")
	b.refused(err, domain.KindNotFound, "no segment")
	b.refused(b.DeleteSegment(ctx, org, segment.ID), domain.KindNotFound, "no segment")
	b.refused(b.RestoreSegment(ctx, org, segment.ID), domain.KindNotFound, "no segment")
	found, err := b.SegmentsOf(ctx, org, anna.ID)
	b.must(err)
	if len(found) > 0 {
		t.Errorf("a stranger sees the segments %v", found)
	}
	added, err := b.AddToSegment(b.ctx, b.org, segment.ID, []crm.ContactID{theirs.ID}, "")
	b.must(err)
	if added != 0 {
		t.Error("another organization's contact was added")
	}
}

func TestContactsAreAddedAndRemovedOnceAndTheTimelineSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	segment := b.segment("Fair", anna)
	added, err := b.AddToSegment(b.ctx, b.org, segment.ID, []crm.ContactID{ben.ID, anna.ID, ben.ID, 999}, "import")
	b.must(err)
	if added != 1 {
		t.Errorf("added %d, want 1: one was in it, one does not exist", added)
	}
	if heard := b.heard.events[len(b.heard.events)-1]; heard.Contact != ben.ID || heard.Type != crm.EventAddedToSegment || heard.Data["origin"] != "import" || heard.ID == 0 {
		t.Errorf("the listener heard %+v", heard)
	}
	for range 2 {
		_, err = b.RemoveFromSegment(b.ctx, b.org, segment.ID, []crm.ContactID{anna.ID}, "")
		b.must(err)
	}
	if got := b.events(anna.ID); got != "contact.created contact.added_to_segment contact.removed_from_segment" {
		t.Errorf("events are %s", got)
	}
	read, err := b.Segment(b.ctx, b.org, segment.ID)
	b.must(err)
	if read.Contacts != 1 {
		t.Errorf("it has %d contacts, want 1", read.Contacts)
	}
}

func TestSegmentsNarrowContactsByAliasAndNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	b.contact("ben@example.com")
	segment := b.segment("Spring Fair", anna)
	for _, named := range []string{"spring-fair", " Spring-Fair ", "1"} {
		page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{Segment: named})
		b.must(err)
		if page.Total != 1 || page.Items[0].ID != anna.ID {
			t.Errorf("%q finds %d contacts, want Anna alone", named, page.Total)
		}
	}
	b.must(b.DeleteSegment(b.ctx, b.org, segment.ID))
	page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{Segment: "spring-fair"})
	b.must(err)
	if page.Total != 0 {
		t.Error("a deleted segment still finds contacts")
	}
}

func TestADeletedSegmentComesBackWithItsContacts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	segment := b.segment("Fair", b.contact("anna@example.com"), b.contact("ben@example.com"))
	b.must(b.DeleteSegment(b.ctx, b.org, segment.ID))
	_, err := b.Segment(b.ctx, b.org, segment.ID)
	b.refused(err, domain.KindNotFound, "no segment")
	b.must(b.RestoreSegment(b.ctx, b.org, segment.ID))
	b.must(b.RestoreSegment(b.ctx, b.org, segment.ID))
	read, err := b.Segment(b.ctx, b.org, segment.ID)
	b.must(err)
	if read.Contacts != 2 {
		t.Errorf("it came back with %d contacts, want 2", read.Contacts)
	}
	b.must(b.DeleteSegment(b.ctx, b.org, segment.ID))
	b.segment("Fair")
	b.refused(b.RestoreSegment(b.ctx, b.org, segment.ID), domain.KindConflict, "taken the alias")
}

func TestAliasesAreMadeOfNamesAndUnique(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, c := range []struct{ name, alias string }{
		{"Messe Köln 2026!", "messe-koln-2026"},
		{"Messe Köln 2026", "messe-koln-2026-2"},
		{"2026", "segment-2026"},
		{"日本", "segment"},
		{strings.Repeat("a", 191), strings.Repeat("a", 58)},
	} {
		if got := b.segment(c.name).Alias; got != c.alias {
			t.Errorf("%.20q got the alias %q, want %q", c.name, got, c.alias)
		}
	}
	for alias, says := range map[string]string{"Spring fair": "hyphens", "2026": "letter", "messe-koln-2026": "already"} {
		_, err := b.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: "Other", Alias: alias})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("alias %q: %v, want an error that says %q", alias, err, says)
		}
	}
	_, err := b.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: " "})
	b.refused(err, domain.KindInvalid, "needs a name")
}

func TestSegmentsAreListedByNameWithTheirCounts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	b.segment("beta", anna)
	b.segment("Alpha", anna, b.contact("ben@example.com"))
	b.must(b.DeleteContact(b.ctx, b.org, anna.ID))
	page, err := b.Segments(b.ctx, b.org, domain.PageQuery{})
	b.must(err)
	var got []string
	for _, s := range page.Items {
		got = append(got, s.Name)
	}
	if !slices.Equal(got, []string{"Alpha", "beta"}) || page.Items[0].Contacts != 1 || page.Items[1].Contacts != 0 {
		t.Errorf("the list is %+v", page.Items)
	}
	page, err = b.Segments(b.ctx, b.org, domain.PageQuery{Search: "ALPH"})
	b.must(err)
	if page.Total != 1 {
		t.Errorf("the search finds %d segments, want 1", page.Total)
	}
}
