package campaignui_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

func TestAnEmptyListOffersTheDemo(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.get("/app/campaigns").has(t, `button[hx-post="/app/demo"]`)
	s.get("/app/campaigns?search=none").has(t, `a[href="/app/campaigns"]:contains("Show everything")`)
}

func TestTheTreeReadsAsListsWithinLists(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	doc := s.get(at(made.ID, ""))
	doc.has(t, `ol > li#step-pause h2:contains("Wait 2 days")`)
	doc.has(t, `ol > li#step-vip > ol > li.is-closed li#step-out`)
	doc.has(t, `ol > li#step-mark h2:contains("Add “welcomed”")`)
	if doc.Find("h1").Length() != 1 || doc.Find("[style], script:not([src])").Length() > 0 {
		t.Error("The page has not exactly one heading, or something inline.")
	}
}

func TestADraftSaysWhatKeepsItFromBeingPublished(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(`{"root":[{"id":"mail","kind":"send_email"}]}`)
	doc := s.get(at(made.ID, ""))
	doc.has(t, `a[href="#step-mail"]`)
	doc.has(t, `#step-mail p:contains("Choose the email to send.")`)
	if refused := s.post(at(made.ID, "/publish"), url.Values{}, "x"); refused.status != fiber.StatusUnprocessableEntity {
		t.Errorf("Publishing answered %d.", refused.status)
	}
}

func TestAnotherOrganizationsCampaignIsNotFound(t *testing.T) {
	t.Parallel()
	s := setup(t)
	foreign := setupIn(t, s.db, "Globex").campaign(waitFlow)
	for _, path := range []string{"", "/people", "/versions", "/document", "/add"} {
		if got := s.get(at(foreign.ID, path)); got.status != fiber.StatusNotFound {
			t.Errorf("%s answered %d.", path, got.status)
		}
	}
	if got := s.post(at(foreign.ID, "/publish"), url.Values{}); got.status != fiber.StatusNotFound {
		t.Errorf("Publishing answered %d.", got.status)
	}
}

func TestARunningCampaignFetchesItsNumbersAgain(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	if s.get(at(made.ID, "")).Find("[hx-trigger^=every]").Length() > 0 {
		t.Error("A draft is fetched again and again.")
	}
	s.publish(made.ID)
	s.contact("Anna", "vip")
	s.add(made.ID)
	live := s.get(at(made.ID, ""), "live")
	live.has(t, `#live[hx-trigger="every 2s"][hx-swap=outerMorph]`)
	live.has(t, `#step-pause a[href$="people?step=pause"]`)
	if live.Find("html h1").Length() > 0 {
		t.Error("The fragment is a whole page.")
	}
}

func (s *site) add(id campaign.ID) {
	s.t.Helper()
	if _, err := s.camps.AddContacts(s.ctx, s.org, id, campaign.Entry{Everyone: true, Source: "manual"}); err != nil {
		s.t.Fatal(err)
	}
}

func TestARefusedDocumentKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := setup(t)
	typed := `{"root":[{"kind":"wait"},{"kind":"dance"}]}`
	form := url.Values{"name": {"Ballet"}, "flow": {typed}}
	whole := s.post("/app/campaigns", form)
	if whole.status != fiber.StatusUnprocessableEntity {
		t.Errorf("A plain form answered %d.", whole.status)
	}
	whole.has(t, `html h1`)
	part := s.post("/app/campaigns", form, "campaign-form")
	part.has(t, `form[data-refused] [role=alert] a[href="#f-flow"]:contains("root.1.kind: There is no step of the kind")`)
	if part.Find("textarea[name=flow]").Text() != typed || part.Find(`input[name=name]`).AttrOr("value", "") != "Ballet" {
		t.Error("What was typed is gone.")
	}
}

func TestTwoEditorsDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	form := url.Values{"name": {"Mine"}, "flow": {waitFlow}, "revision": {strconv.Itoa(made.DraftRevision)}}
	if first := s.post(at(made.ID, "/document"), form); first.status != fiber.StatusSeeOther {
		t.Fatalf("The first editor got %d.", first.status)
	}
	second := s.post(at(made.ID, "/document"), form, "campaign-form")
	if second.status != fiber.StatusUnprocessableEntity || !strings.Contains(second.Text(), "Somebody else changed") {
		t.Errorf("The second editor got %d: %s", second.status, second.Find("[role=alert]").Text())
	}
}

func TestAJourneyTellsWhatHappenedAndWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	anna := s.contact("Anna", "vip")
	s.add(made.ID)
	journeys, err := s.camps.Journeys(s.ctx, s.org, campaign.JourneyQuery{Contact: anna.ID})
	if err != nil || journeys.Total != 1 {
		t.Fatalf("Anna has %d journeys (%v).", journeys.Total, err)
	}
	id := journeys.Items[0].ID
	path := "/app/journeys/" + strconv.FormatInt(int64(id), 10)
	s.get(path).has(t, `#journey:contains("Starts in a moment.")`)

	started := journeys.Items[0].CreatedAt
	s.advance(id, 1, started)
	waiting := s.get(path)
	waiting.has(t, `#journey[hx-trigger="every 2s"]:contains("Waits until")`)
	waiting.has(t, `a[href^="/temporal/namespaces/mauntic/workflows/journey%2F"]`)
	s.get(at(made.ID, "/people?step=pause")).has(t, `tr:contains("Anna") td:contains("Wait 2 days")`)

	s.advance(id, 2, started.AddDate(0, 0, 3))
	ended := s.get(path)
	ended.has(t, `#journey li:contains("Has the tag “vip”?") span:contains("Yes")`)
	if ended.Find("[hx-trigger^=every]").Length() > 0 {
		t.Error("A journey that has ended is fetched again and again.")
	}
	s.get("/app/contacts/"+strconv.FormatInt(int64(anna.ID), 10)+"/journeys", "journeys").
		has(t, `li:contains("Welcome") a[href="`+path+`"]`)
}

// advance does what the journey's workflow would do at a time.
func (s *site) advance(id campaign.JourneyID, seq int, now time.Time) {
	s.t.Helper()
	if _, err := s.camps.Advance(s.ctx, campaign.Advance{Org: s.org, Journey: id, Seq: seq, Now: now}); err != nil {
		s.t.Fatal(err)
	}
}

func TestAJourneySaysWhatItWaitsForOfAContactWhoHasNoName(t *testing.T) {
	t.Parallel()
	for did, want := range map[string]string{
		"clicked": "Waits for the contact to click in the SMS, until", "replied": "Waits for the contact to reply to the SMS, until",
	} {
		t.Run(did, func(t *testing.T) {
			t.Parallel()
			s := setup(t)
			phone := "+1 202 555 0123"
			nobody, err := s.crm.CreateContact(s.ctx, s.org, crm.ContactInput{Phone: &phone})
			if err != nil {
				t.Fatal(err)
			}
			sms, err := s.mails.CreateSMS(s.ctx, s.org, messaging.SMSInput{Name: "Offer", Body: "Look: https://example.com"})
			if err != nil {
				t.Fatal(err)
			}
			made := s.campaign(fmt.Sprintf(`{"root": [{"id": "send", "kind": "send_sms", "settings": {"sms": %d}},
				{"id": "ask", "kind": "decision", "settings": {"did": %q, "step": "send", "within": {"amount": 2, "unit": "days"}}}]}`, sms.ID, did))
			s.publish(made.ID)
			s.add(made.ID)
			journeys, err := s.camps.Journeys(s.ctx, s.org, campaign.JourneyQuery{Contact: nobody.ID})
			if err != nil || journeys.Total != 1 {
				t.Fatalf("There are %d journeys (%v).", journeys.Total, err)
			}
			journey := journeys.Items[0]
			s.advance(journey.ID, 1, journey.CreatedAt)
			path := fmt.Sprintf("/app/journeys/%d", journey.ID)
			sending := s.get(path)
			sending.has(t, `h1:contains("`+phone+`")`)
			sending.has(t, `#journey:contains("Send SMS: Send SMS.")`)
			s.settle(journey.ID)
			s.advance(journey.ID, 2, journey.CreatedAt)
			s.get(path).has(t, `#journey:contains("`+want+`")`)
			s.get(at(made.ID, "/people")).has(t, `tr:contains("`+phone+`")`)
		})
	}
}

// settle says that what a journey sends was sent.
func (s *site) settle(id campaign.JourneyID) {
	s.t.Helper()
	_, err := s.db.Querier(s.ctx).Exec(s.ctx, `update messaging.messages set state = 'sent', sent_at = now() where org_id = $1 and journey_id = $2`, s.org, id)
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestAContactWithoutCampaignsSaysSo(t *testing.T) {
	t.Parallel()
	s := setup(t)
	anna := s.contact("Anna")
	doc := s.get("/app/contacts/"+strconv.FormatInt(int64(anna.ID), 10)+"/journeys", "journeys")
	doc.has(t, `p:contains("Not in any campaign yet.")`)
}
