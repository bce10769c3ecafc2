package campaignui_test

import (
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
)

// TestWhoOnlyLooksIsOfferedNoChange opens the pages in each state of a campaign as somebody who may change it
// and as somebody who may only look.
func TestWhoOnlyLooksIsOfferedNoChange(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.offersNoChange("/app/campaigns")
	id := s.campaign(waitFlow).ID
	s.offersNoChange("/app/campaigns", at(id, ""), at(id, "/people"), at(id, "/versions"))
	s.publish(id)
	s.offersNoChange(at(id, ""), at(id, "/people"), at(id, "/versions/1"))
	changed, err := campaign.ParseFlow([]byte(`{"root":[{"id":"out","kind":"exit"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.camps.Campaign(s.ctx, s.org, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.camps.UpdateCampaign(s.ctx, s.org, id, found.DraftRevision, campaign.Input{Name: "Welcome", Flow: changed}); err != nil {
		t.Fatal(err)
	}
	s.offersNoChange(at(id, ""), at(id, "?show=draft"))
	if _, err := s.camps.Pause(s.ctx, s.org, id); err != nil {
		t.Fatal(err)
	}
	s.offersNoChange(at(id, ""))
	if _, err := s.camps.Archive(s.ctx, s.org, id); err != nil {
		t.Fatal(err)
	}
	s.offersNoChange(at(id, ""), "/app/settings/webhooks")
	s.role = identity.RoleViewer
	for _, path := range []string{"/app/campaigns/new", at(id, "/document"), at(id, "/add")} {
		if a := s.get(path); a.status != fiber.StatusForbidden {
			t.Errorf("%s answered %d.", path, a.status)
		}
	}
}

func (s *site) offersNoChange(paths ...string) {
	s.t.Helper()
	const changes, links = "main [hx-post], main form[method=post], main [formaction]", `main a[href^="/app/"]`
	for _, path := range paths {
		s.role = identity.RoleSuperadmin
		editor := s.get(path)
		s.role = identity.RoleViewer
		viewer := s.get(path)
		if viewer.status != fiber.StatusOK {
			s.t.Errorf("%s answered %d.", path, viewer.status)
		}
		if editor.Find(changes).Length() == 0 && editor.Find(links).Length() == viewer.Find(links).Length() {
			s.t.Errorf("%s has nothing to hide.", path)
		}
		viewer.Find(changes).Each(func(_ int, found *goquery.Selection) {
			html, _ := goquery.OuterHtml(found)
			s.t.Errorf("%s offers %.200s", path, html)
		})
		viewer.Find(links).Each(func(_ int, found *goquery.Selection) {
			if to := found.AttrOr("href", ""); s.get(to).status == fiber.StatusForbidden {
				s.t.Errorf("%s leads to %s.", path, to)
			}
		})
	}
	s.role = identity.RoleSuperadmin
}
