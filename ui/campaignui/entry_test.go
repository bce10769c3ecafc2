package campaignui_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
)

func TestAddingContactsShowsTheNumberFirst(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	s.contact("Anna", "vip")
	ben := s.contact("Ben", "vip")
	s.contact("Carla")

	s.get(at(made.ID, "/add"), "modal-box").has(t, `option[value=vip]:contains("2 contacts")`)
	s.get(at(made.ID, "/add/contacts?search=carl&contact=")+strconv.FormatInt(int64(ben.ID), 10), "entry-choices").
		has(t, `li:first-child input[checked] ~ span:contains("Ben")`)

	byTag := url.Values{"who": {"tag"}, "tag": {"vip"}}
	review := s.post(at(made.ID, "/add"), byTag, "modal-box")
	review.has(t, `button[name=confirm]:contains("Add 2 contacts")`)
	if s.inside(made.ID) != 0 {
		t.Error("People entered before anybody confirmed.")
	}
	byTag.Set("confirm", "yes")
	if done := s.post(at(made.ID, "/add"), byTag, "modal-box"); done.redirect != at(made.ID, "") || s.inside(made.ID) != 2 {
		t.Errorf("Confirming led to %q with %d people inside.", done.redirect, s.inside(made.ID))
	}
	nobody := s.post(at(made.ID, "/add"), url.Values{"who": {"chosen"}}, "modal-box")
	if nobody.status != fiber.StatusUnprocessableEntity || !strings.Contains(nobody.Text(), "Choose at least one contact.") {
		t.Errorf("Nobody chosen answered %d.", nobody.status)
	}
}

// segment makes a segment of contacts.
func (s *site) segment(in crm.SegmentInput, contacts ...crm.Contact) crm.Segment {
	s.t.Helper()
	made, err := s.crm.CreateSegment(s.ctx, s.org, in)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, contact := range contacts {
		if _, err := s.crm.AddToSegment(s.ctx, s.org, made.ID, []crm.ContactID{contact.ID}, ""); err != nil {
			s.t.Fatal(err)
		}
	}
	return made
}

func TestASegmentIsOfferedWithItsSizeAndAddedWhenConfirmed(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	readers := s.segment(crm.SegmentInput{Name: "Readers & friends"}, s.contact("Anna"), s.contact("Ben"))
	s.segment(crm.SegmentInput{Name: "Secret", Unpublished: true}, s.contact("Carla"))
	number := fmt.Sprint(readers.ID)

	form := s.get(at(made.ID, "/add"), "modal-box")
	form.has(t, `select[name=segment] option[value="`+number+`"]:contains("Readers & friends (2 contacts)")`)
	if form.Find(`option:contains("Secret")`).Length() > 0 {
		t.Error("A hidden segment is offered.")
	}
	asked := url.Values{"who": {"segment"}, "segment": {number}}
	review := s.post(at(made.ID, "/add"), asked, "modal-box")
	review.has(t, `button[name=confirm]:contains("Add 2 contacts")`)
	review.has(t, `p:contains("Everyone in the segment “Readers & friends” will enter “Welcome” now")`)
	back := review.Find(`button:contains("Back")`).AttrOr("hx-get", "")
	s.get(back, "modal-box").has(t, `form:has(input[value=segment][checked]) option[selected][value="`+number+`"]`)
	if s.inside(made.ID) != 0 {
		t.Error("People entered before anybody confirmed.")
	}
	asked.Set("confirm", "yes")
	if done := s.post(at(made.ID, "/add"), asked, "modal-box"); done.redirect != at(made.ID, "") || s.inside(made.ID) != 2 {
		t.Errorf("Confirming led to %q with %d people inside.", done.redirect, s.inside(made.ID))
	}
}

func TestASegmentThatCannotBeAddedSaysWhy(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	s.segment(crm.SegmentInput{Name: "Hidden", Unpublished: true})
	s.get(at(made.ID, "/add"), "modal-box").has(t, `p:contains("There is no segment to choose yet.") a[href="/app/segments"]`)
	theirs := setupIn(t, s.db, "Globex")
	foreign := theirs.segment(crm.SegmentInput{Name: "Foreign"}, theirs.contact("Dora"))
	empty := s.segment(crm.SegmentInput{Name: "Empty"})
	deleted := s.segment(crm.SegmentInput{Name: "Deleted"}, s.contact("Anna"))
	if err := s.crm.DeleteSegment(s.ctx, s.org, deleted.ID); err != nil {
		t.Fatal(err)
	}
	for value, says := range map[string]string{
		"": "Choose a segment.", "x": "Choose a segment.", fmt.Sprint(empty.ID): "Nobody is in this segment yet.",
		fmt.Sprint(deleted.ID): "This segment does not exist any more.", fmt.Sprint(foreign.ID): "This segment does not exist any more.",
	} {
		refused := s.post(at(made.ID, "/add"), url.Values{"who": {"segment"}, "segment": {value}, "confirm": {"yes"}}, "modal-box")
		if refused.status != fiber.StatusUnprocessableEntity || !strings.Contains(refused.Text(), says) || s.inside(made.ID) != 0 {
			t.Errorf("%q answered %d: %s", value, refused.status, refused.Text())
		}
	}
}

func TestMoreSegmentsThanTheFormHoldsAreFoundByTyping(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	for i := range domain.MaxLimit {
		s.segment(crm.SegmentInput{Name: fmt.Sprintf("A %03d", i)})
	}
	if s.get(at(made.ID, "/add"), "modal-box").Find("[data-remote]").Length() > 0 {
		t.Error("The server is asked although the form holds all segments.")
	}
	last := s.segment(crm.SegmentInput{Name: "Zebras"}, s.contact("Anna"))
	s.segment(crm.SegmentInput{Name: "Zebras in secret", Unpublished: true})
	form := s.get(fmt.Sprintf("%s?who=segment&segment=%d", at(made.ID, "/add"), last.ID), "modal-box")
	form.has(t, `select[data-remote="`+at(made.ID, "/add/segments")+`"] option[selected]:contains("Zebras (1 contact)")`)
	want := fmt.Sprintf(`[{"value":"%d","label":"Zebras (1 contact)","sub":"zebras"}]`, last.ID)
	if found := s.get(at(made.ID, `/add/segments?q=ZEBR"`)).Text(); found != want {
		t.Errorf("Typing finds %s, want %s.", found, want)
	}
	if found := s.get(at(made.ID, "/add/segments?q=tag:news")).Text(); found != "[]" {
		t.Errorf("A text that looks like a command finds %s.", found)
	}
}

func TestASearchSaysHowManyItFindsBeforeTheyEnter(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	s.contact("Anna", "vip")
	s.contact("Ben", "vip")
	s.contact("Carla")
	asked := url.Values{"who": {"search"}, "query": {" tag:vip !ben "}}
	review := s.post(at(made.ID, "/add"), asked, "modal-box")
	review.has(t, `button[name=confirm]:contains("Add 1 contact")`)
	review.has(t, `p:contains("Everyone whom the search “tag:vip !ben” finds will enter")`)
	s.get(review.Find(`button:contains("Back")`).AttrOr("hx-get", ""), "modal-box").has(t, `form:has(input[value=search][checked]) input[name=query][value="tag:vip !ben"]`)
	for query, says := range map[string]string{
		" ": "Say whom to search for.", "nobody": "This search finds nobody.", "tga:vip": "Did you mean “tag:”?", "(anna": "bracket at position 1",
	} {
		refused := s.post(at(made.ID, "/add"), url.Values{"who": {"search"}, "query": {query}, "confirm": {"yes"}}, "modal-box")
		if refused.status != fiber.StatusUnprocessableEntity || !strings.Contains(refused.Text(), says) {
			t.Errorf("%q answered %d: %s", query, refused.status, refused.Text())
		}
	}
	if s.inside(made.ID) != 0 {
		t.Error("People entered before anybody confirmed.")
	}
	asked.Set("confirm", "yes")
	if done := s.post(at(made.ID, "/add"), asked, "modal-box"); done.redirect != at(made.ID, "") || s.inside(made.ID) != 1 {
		t.Errorf("Confirming led to %q with %d people inside.", done.redirect, s.inside(made.ID))
	}
}

func (s *site) inside(id campaign.ID) int {
	s.t.Helper()
	found, err := s.camps.Journeys(s.ctx, s.org, campaign.JourneyQuery{Campaign: id})
	if err != nil {
		s.t.Fatal(err)
	}
	return found.Total
}
