package campaignui_test

import (
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
)

func TestCampaignsAreSearchedByCommands(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.campaign(waitFlow)
	found := s.get("/app/campaigns?search=is:draft+name:welc")
	found.has(t, `#campaigns a:contains("Welcome")`)
	found.has(t, `#campaigns-help code:contains("inside:>100")`)
	found.has(t, `th[aria-sort] a[href*="orderBy=inside"]`)
	s.get("/app/campaigns?search=!is:draft").has(t, `#campaigns h2:contains("Nothing matches")`)
	s.get("/app/campaigns/suggest?search=is:pau&at=6").has(t, `[role=option][data-insert="paused "]`)
}

func TestASearchThatCantBeReadSaysWhere(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.campaign(waitFlow)
	whole := s.get("/app/campaigns?search=nam:welcome")
	whole.has(t, `h1`)
	whole.has(t, `#campaigns:contains("position 1") a[href$="search=name%3Awelcome"]`)
	typed := s.get("/app/campaigns?search=(welcome", "campaigns")
	if whole.status != fiber.StatusUnprocessableEntity || typed.status != fiber.StatusUnprocessableEntity {
		t.Errorf("answered %d and %d", whole.status, typed.status)
	}
	if text := typed.Text(); !strings.Contains(text, "The bracket at position 1 is never closed.") || typed.Find("h1, table").Length() > 0 {
		t.Errorf("beside the box: %q", text)
	}
	script := s.get("/app/campaigns?search=%3Cscript%3Ealert(1)%3C/script%3E%3A1")
	if script.Find(`script:contains("alert")`).Length() > 0 {
		t.Error("the text of a search became a script")
	}
}
