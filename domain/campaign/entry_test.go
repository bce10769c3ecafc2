package campaign_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
)

const leaves = `{"root": [{"id": "x", "kind": "exit"}]}`

func TestAnotherOrganizationsSegmentIsNotFound(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	c := w.Publish(t, "Fair", leaves)
	other := world.On(t, w.DB, storetest.Org(t, w.DB, "Other"), &noWorkflows{})
	theirs := segment(t, other, "Newsletter readers", "anna@example.com")
	for _, named := range []string{theirs.Alias, fmt.Sprint(theirs.ID)} {
		_, err := w.Campaign.AddContacts(w.Ctx(), w.Org, c.ID, campaign.Entry{Segment: named, Source: "api"})
		if refused, ours := errors.AsType[*domain.Error](err); !ours || refused.Kind != domain.KindInvalid || refused.Field != "segment" || !strings.HasPrefix(refused.Message, "There is no segment") {
			t.Errorf("%s: got %v, want that there is no such segment", named, err)
		}
	}
	if page := entered(t, w, c.ID); page.Total != 0 {
		t.Errorf("%d contacts entered", page.Total)
	}
}

// segment makes a segment of new contacts.
func segment(t *testing.T, w *world.World, name string, emails ...string) crm.Segment {
	t.Helper()
	made, err := w.CRM.CreateSegment(w.Ctx(), w.Org, crm.SegmentInput{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	for _, email := range emails {
		put(t, w, made.ID, w.Contact(t, crm.ContactInput{Email: &email}).ID)
	}
	return made
}

func put(t *testing.T, w *world.World, id crm.SegmentID, contacts ...crm.ContactID) {
	t.Helper()
	if _, err := w.CRM.AddToSegment(w.Ctx(), w.Org, id, contacts, ""); err != nil {
		t.Fatal(err)
	}
}

func entered(t *testing.T, w *world.World, id campaign.ID) domain.Page[campaign.JourneyItem] {
	t.Helper()
	page, err := w.Campaign.Journeys(w.Ctx(), w.Org, campaign.JourneyQuery{Campaign: id})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestThoseEnterWhoAreInTheSegmentAtThatMoment(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	readers := segment(t, w, "Newsletter readers", "anna@example.com", "ben@example.com")
	gone := w.Contact(t, crm.ContactInput{Email: new("gone@example.com")})
	put(t, w, readers.ID, gone.ID)
	if err := w.CRM.DeleteContact(w.Ctx(), w.Org, gone.ID); err != nil {
		t.Fatal(err)
	}
	late := w.Contact(t, crm.ContactInput{Email: new("late@example.com")})
	c := w.Publish(t, "Fair", leaves)
	owner := identity.WithActor(t.Context(), identity.Actor{Org: w.Org, Name: "Mia", Role: identity.RoleUser})
	for _, step := range []struct {
		named string
		want  campaign.Added
	}{
		{" Newsletter-READERS ", campaign.Added{Added: 2}},
		{fmt.Sprint(readers.ID), campaign.Added{AlreadyIn: 2}},
	} {
		added, err := w.Campaign.AddContacts(owner, w.Org, c.ID, campaign.Entry{Segment: step.named, Source: "manual"})
		if err != nil || added != step.want {
			t.Errorf("%q: got %+v (%v), want %+v", step.named, added, err, step.want)
		}
	}
	put(t, w, readers.ID, late.ID)
	page := entered(t, w, c.ID)
	if page.Total != 2 {
		t.Fatalf("%d contacts entered, want Anna and Ben", page.Total)
	}
	for _, journey := range page.Items {
		if reason := journey.Reason.English(); journey.Contact == late.ID || reason != "Was in the segment “Newsletter readers”. Added by Mia." {
			t.Errorf("contact %d entered: %q", journey.Contact, reason)
		}
		if format := journey.Reason.Phrase().Format; format != "Was in the segment “%s”. Added by %s." {
			t.Errorf("the reason is kept as %q, which no translation knows", format)
		}
	}
}

func TestJourneysGoOnWithoutTheSegmentThatTheyCameFrom(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	readers := segment(t, w, "Readers", "anna@example.com")
	c := w.Publish(t, "Fair", leaves)
	entry := campaign.Entry{Segment: readers.Alias, Source: "api", Reason: domain.KeepWords("Asked for it.")}
	if _, err := w.Campaign.AddContacts(w.Ctx(), w.Org, c.ID, entry); err != nil {
		t.Fatal(err)
	}
	if err := w.CRM.DeleteSegment(w.Ctx(), w.Org, readers.ID); err != nil {
		t.Fatal(err)
	}
	journey := entered(t, w, c.ID).Items[0]
	if journey.Reason.English() != "Asked for it." {
		t.Errorf("the reason is %q, not that of the caller", journey.Reason)
	}
	answer, err := w.Campaign.Advance(t.Context(), campaign.Advance{Org: w.Org, Journey: journey.ID, Seq: 1, Now: monday})
	if err != nil || answer.Do != campaign.DoEnd {
		t.Errorf("got %+v (%v), want the journey to take its step", answer, err)
	}
	if _, err := w.Campaign.AddContacts(w.Ctx(), w.Org, c.ID, entry); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("a deleted segment is taken: %v", err)
	}
}

func TestThoseEnterWhomASearchFinds(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	readers := segment(t, w, "Readers", "anna@example.com", "ben@example.com", "carla@example.org")
	theirs := world.On(t, w.DB, storetest.Org(t, w.DB, "Other"), &noWorkflows{})
	segment(t, theirs, "Readers", "dora@example.com")
	gone := w.Contact(t, crm.ContactInput{Email: new("gone@example.com")})
	put(t, w, readers.ID, gone.ID)
	if err := w.CRM.DeleteContact(w.Ctx(), w.Org, gone.ID); err != nil {
		t.Fatal(err)
	}
	c := w.Publish(t, "Fair", leaves)
	add := func(search string) (campaign.Added, error) {
		return w.Campaign.AddContacts(w.Ctx(), w.Org, c.ID, campaign.Entry{Search: search, Source: "api"})
	}
	for _, step := range []struct {
		search string
		want   campaign.Added
	}{
		{"segment:readers (email:*@example.com OR dora) !ben", campaign.Added{Added: 1}},
		{" email:*@example.com points:<1 ", campaign.Added{Added: 1, AlreadyIn: 1}},
		{"segment:nothing", campaign.Added{}},
	} {
		if added, err := add(step.search); err != nil || added != step.want {
			t.Errorf("%q: got %+v (%v), want %+v", step.search, added, err, step.want)
		}
	}
	if reason := entered(t, w, c.ID).Items[0].Reason.English(); reason != "Was found by the search “email:*@example.com points:<1”. Added by Mauntic." {
		t.Errorf("the reason is %q", reason)
	}
	_, err := add("segmnt:readers")
	if refused, ours := errors.AsType[*domain.Error](err); !ours || refused.Kind != domain.KindInvalid || refused.Field != "search" {
		t.Errorf("a search that can't be read: got %v", err)
	}
}

func TestLargeGroupsGoBehindSingleContacts(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	crowd := segment(t, w, "Crowd")
	_, err := w.DB.Pool().Exec(t.Context(), `with made as (
			insert into crm.contacts (org_id, email) select $1, 'n' || n || '@example.com' from generate_series(1, 101) n returning id)
		insert into crm.segment_contacts (org_id, segment_id, contact_id) select $1, $2, id from made`, w.Org, crowd.ID)
	if err != nil {
		t.Fatal(err)
	}
	c := w.Publish(t, "Fair", leaves)
	added, err := w.Campaign.AddContacts(w.Ctx(), w.Org, c.ID, campaign.Entry{Segment: crowd.Alias, Source: "manual"})
	if err != nil || added.Added != 101 {
		t.Fatalf("got %+v (%v), want 101 added", added, err)
	}
	for _, journey := range entered(t, w, c.ID).Items {
		if !journey.Bulk {
			t.Fatalf("journey %d does not let others go first", journey.ID)
		}
	}
}

func TestAnEntrySaysInOneWayWhoIsMeant(t *testing.T) {
	t.Parallel()
	w := world.New(t, &noWorkflows{})
	c := w.Publish(t, "Fair", leaves)
	for name, entry := range map[string]campaign.Entry{
		"nobody": {}, "tag and segment": {Tag: "vip", Segment: "readers"}, "segment and everyone": {Segment: "readers", Everyone: true},
		"search and everyone": {Search: "anna", Everyone: true}, "an empty search": {Search: " "},
		"contacts and segment": {Contacts: []crm.ContactID{1}, Segment: "readers"},
	} {
		entry.Source = "api"
		_, err := w.Campaign.AddContacts(w.Ctx(), w.Org, c.ID, entry)
		if refused, ours := errors.AsType[*domain.Error](err); !ours || refused.Field != "contacts" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
