// Package homeui shows where people start: numbers, what runs, and the first steps still to take.
package homeui

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/page"
)

const homePath = "/app/dashboard"

// Deps are what the pages work with.
type Deps struct {
	CRM       *crm.Service
	Messaging *messaging.Service
	Campaigns *campaign.Service
}

type pages struct{ Deps }

// Register adds the pages to r, the router of people who are signed in.
func Register(r fiber.Router, d Deps) {
	p := &pages{d}
	r.Get("/app", func(c *fiber.Ctx) error { return c.Redirect(homePath, fiber.StatusFound) })
	r.Get(homePath, p.home)
	r.Post("/app/demo", p.loadDemo)
	r.Post("/app/demo/remove", p.removeDemo)
}

// homeView is what the start page shows.
type homeView struct {
	Contacts  int
	Active    int
	Inside    int // people in the running campaigns shown
	Running   []campaign.Campaign
	Waiting   map[campaign.ID]messaging.Waiting // what holds up the most messages of a running one
	Steps     []firstStep
	HasSample bool
}

func (p *pages) home(c *fiber.Ctx) error {
	ctx := c.UserContext()
	org := identity.ActorFrom(ctx).Org
	v, err := p.numbers(ctx, org)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, homePage(v))
}

func (p *pages) numbers(ctx context.Context, org domain.OrgID) (homeView, error) {
	one := domain.PageQuery{Limit: 1}.Normal()
	contacts, err := p.CRM.Contacts(ctx, org, crm.ContactQuery{PageQuery: one})
	if err != nil {
		return homeView{}, err
	}
	emails, err := p.Messaging.Emails(ctx, org, one)
	if err != nil {
		return homeView{}, err
	}
	all, err := p.Campaigns.Campaigns(ctx, org, campaign.Query{PageQuery: domain.PageQuery{}.Normal()})
	if err != nil {
		return homeView{}, err
	}
	v := homeView{Contacts: contacts.Total}
	for _, c := range all.Items {
		v.HasSample = v.HasSample || c.IsSample
		if c.State == campaign.StateActive {
			v.Running = append(v.Running, c)
			v.Inside += c.Open
		}
	}
	if v.Waiting, err = p.waiting(ctx, org, v.Running); err != nil {
		return homeView{}, err
	}
	if v.Active, err = p.Campaigns.CountActive(ctx, org); err != nil {
		return homeView{}, err
	}
	v.Steps = firstSteps(page.From(ctx).Org, contacts.Total, emails.Total, all.Total, v.Active)
	return v, nil
}

func (p *pages) waiting(ctx context.Context, org domain.OrgID, running []campaign.Campaign) (map[campaign.ID]messaging.Waiting, error) {
	ids := make([]int64, len(running))
	for i, c := range running {
		ids[i] = int64(c.ID)
	}
	all, err := p.Messaging.Waiting(ctx, org, ids...)
	if err != nil {
		return nil, err
	}
	first := map[campaign.ID]messaging.Waiting{}
	for _, w := range all { // the most messages come first
		if _, known := first[campaign.ID(w.Campaign)]; !known {
			first[campaign.ID(w.Campaign)] = w
		}
	}
	return first, nil
}

func (p *pages) loadDemo(c *fiber.Ctx) error {
	loaded, err := p.Campaigns.LoadSample(c.UserContext(), identity.ActorFrom(c.UserContext()).Org)
	if err != nil {
		return err
	}
	return page.Redirect(c, campaignPath(loaded), "The demo is loaded. Watch the sample contacts move; their mails are in the inbox.")
}

func (p *pages) removeDemo(c *fiber.Ctx) error {
	if err := p.Campaigns.RemoveSample(c.UserContext(), identity.ActorFrom(c.UserContext()).Org); err != nil {
		return err
	}
	return page.Redirect(c, homePath, "The sample data is removed.")
}
