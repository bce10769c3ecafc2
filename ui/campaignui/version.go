package campaignui

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/ui/page"
)

func (p *pages) versionRoutes(r fiber.Router) {
	r.Get(listPath+"/:id<int>/versions", p.versions)
	r.Get(listPath+"/:id<int>/versions/:version<int>", p.version)
}

type versionsView struct {
	headView
	Versions []campaign.Version
}

func versionPath(v campaign.Version) string {
	return fmt.Sprintf("%s/versions/%d", pathOf(v.Campaign), v.Version)
}

func (p *pages) versions(c *fiber.Ctx) error {
	found, err := p.campaign(c)
	if err != nil {
		return err
	}
	versions, err := p.Campaigns.Versions(c.UserContext(), orgOf(c), found.ID)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, versionsPage(versionsView{headView: headOf(found, "versions"), Versions: versions}))
}

type versionView struct {
	headView
	Version campaign.Version
	Flow    flowView
}

func (p *pages) version(c *fiber.Ctx) error {
	found, err := p.campaign(c)
	if err != nil {
		return err
	}
	number, err := page.ID[int64](c, "version")
	if err != nil {
		return err
	}
	version, err := p.Campaigns.Version(c.UserContext(), orgOf(c), found.ID, int(number))
	if err != nil {
		return err
	}
	flow, err := p.draw(c.UserContext(), orgOf(c), version.Flow, drawing{campaign: found.ID})
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, versionPage(versionView{headView: headOf(found, "versions"), Version: version, Flow: flow}))
}
