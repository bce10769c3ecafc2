package campaignui_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

func TestWhyAsksForContactAndSubject(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	empty := s.get("/app/why")
	empty.has(t, `h1:contains("Why?")`)
	empty.has(t, `form[action="/app/why"] input[name=contact]`)
	empty.has(t, fmt.Sprintf(`input[name=about][value="campaign-%d"]`, made.ID))
	empty.has(t, `#why-answer h2:contains("Ask about one contact")`)

	unknown := s.get("/app/why?contact=nobody@example.com&about=campaign-1", "why-answer")
	if unknown.status != fiber.StatusNotFound {
		t.Errorf("an unknown address answered %d", unknown.status)
	}
	unknown.has(t, `#why-answer [role=note]:contains("No contact has the address nobody@example.com.")`)
	s.contact("Anna")
	if nothing := s.get("/app/why?contact=anna@example.com"); nothing.status != fiber.StatusUnprocessableEntity {
		t.Errorf("a question about nothing answered %d", nothing.status)
	} else {
		nothing.has(t, `#why-answer:contains("Choose a campaign, an email")`)
	}
}

func TestWhyAnswersInASentenceWithItsEvidence(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	anna := s.contact("Anna")
	s.add(made.ID)
	whole := s.get(fmt.Sprintf("/app/why?contact=anna@example.com&about=campaign-%d", made.ID))
	whole.has(t, `[data-why=starting]:contains("Anna was added to “Welcome”")`)
	whole.has(t, `#why-answer a[href="/app/journeys/1"]:contains("Journey")`)
	whole.has(t, `#why-answer li:contains("Entered “Welcome” by version 1")`)
	whole.has(t, fmt.Sprintf(`input[name=about][value="campaign-%d"][checked]`, made.ID))

	s.get(fmt.Sprintf("/app/contacts/%d/why", anna.ID), "x").has(t, `form input[type=hidden][name=contact]`)
	s.get("/app/journeys/1").has(t, fmt.Sprintf(`a[hx-target="#modal-box"][href="/app/why?about=campaign-%d&contact=%d"]`, made.ID, anna.ID))
	dialog := s.get(fmt.Sprintf("/app/why?contact=%d&about=campaign-%d", anna.ID, made.ID), "modal-box")
	dialog.has(t, `h2#why-title`)
	if dialog.Find("html h1").Length() > 0 {
		t.Error("The dialog holds a whole page.")
	}
}

func TestWhyFindsArchivedCampaignsToo(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(waitFlow)
	s.publish(made.ID)
	if _, err := s.camps.Archive(s.ctx, s.org, made.ID); err != nil {
		t.Fatal(err)
	}
	found := s.get("/app/why/choices?search=welc", "why-choices")
	if text := found.Find("li").Text(); !strings.Contains(text, "Welcome") || !strings.Contains(text, "Campaign, archived") {
		t.Errorf("The search found %q.", text)
	}
	s.get("/app/why/choices?search=nothing+like+it", "why-choices").has(t, `li:contains("Nothing matches.")`)
}

func TestAnotherOrganizationsContactIsNotExplainedOnThePage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	foreign := setupIn(t, s.db, "Globex")
	carla, theirs := foreign.contact("Carla"), foreign.campaign(waitFlow)
	for _, who := range []string{"carla@example.com", fmt.Sprint(carla.ID)} {
		got := s.get(fmt.Sprintf("/app/why?contact=%s&about=campaign-%d", who, theirs.ID), "why-answer")
		if got.status != fiber.StatusNotFound || got.Find("[data-why]").Length() > 0 {
			t.Errorf("%s: answered %d.", who, got.status)
		}
	}
	mine := s.contact("Anna")
	got := s.get(fmt.Sprintf("/app/why?contact=%d&about=campaign-%d", mine.ID, theirs.ID), "why-answer")
	if got.status != fiber.StatusNotFound {
		t.Errorf("their campaign answered %d.", got.status)
	}
}
