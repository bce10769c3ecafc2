package campaignui_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/campaign"
)

func TestTheWebhookSecretIsShownOnce(t *testing.T) {
	t.Parallel()
	s := setup(t)
	doc := s.get("/app/settings/webhooks")
	doc.has(t, `p:contains("not signed yet")`)
	doc.has(t, `a[href="/app/settings/webhooks"][aria-current="page"]`)
	if doc.Find("h1").Length() != 1 || doc.Find("[style], script:not([src])").Length() > 0 {
		t.Error("The page has not exactly one heading, or something inline.")
	}
	made := s.post("/app/settings/webhooks/secret", url.Values{})
	if secret := made.Find("#webhook-secret").Text(); made.status != fiber.StatusOK || !strings.HasPrefix(secret, "whsec_") {
		t.Fatalf("Making a secret answered %d and showed %q.", made.status, secret)
	}
	again := s.get("/app/settings/webhooks")
	again.has(t, `p:contains("Calls are signed.")`)
	if again.Find("#webhook-secret").Length() > 0 {
		t.Error("The secret is shown a second time.")
	}
}

func TestWebhookCardsShowTheHostOnly(t *testing.T) {
	t.Parallel()
	s := setup(t)
	made := s.campaign(`{"root":[{"id":"hook","kind":"call_webhook","settings":{"url":"https://hooks.example.com/secret-path","method":"STEAL"},
		"branches":[{"id":"no","steps":[{"id":"less","kind":"change_points","settings":{"points":-5}}]}]}]}`)
	doc := s.get(at(made.ID, ""))
	doc.has(t, `#step-hook h2:contains("Call hooks.example.com")`)
	doc.has(t, `#step-hook p:contains("The method is one of")`)
	doc.has(t, `#step-hook .flow-label:contains("Failed")`)
	doc.has(t, `#step-less h2:contains("Take away 5 points")`)
	if strings.Contains(doc.Text(), "secret-path") {
		t.Error("The card shows the path of the address.")
	}
}

func TestTheHelpShowsSettingsThatEachKindUnderstands(t *testing.T) {
	t.Parallel()
	s := setup(t)
	shown := s.get("/app/campaigns/new").Find("details pre")
	if shown.Length() != len(campaign.StepKinds) {
		t.Fatalf("%d examples are shown for %d kinds of steps.", shown.Length(), len(campaign.StepKinds))
	}
	for i, kind := range campaign.StepKinds {
		document := fmt.Sprintf(`{"root": [{"id": "a", "kind": %q, "settings": %s}]}`, kind.Kind, shown.Eq(i).Text())
		if _, err := campaign.ParseFlow([]byte(document)); err != nil {
			t.Errorf("The example of %s: %v", kind.Kind, err)
		}
	}
}
