// Package homeui shows where people start: what is still to set up, the numbers of the last thirty days,
// what runs, and what happened last.
package homeui

import (
	"context"
	"fmt"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	homePath    = "/app/dashboard"
	runningID   = "running"
	runningPath = homePath + "/running/events"
	stepsPath   = homePath + "/first-steps"
)

// Deps are what the pages work with.
type Deps struct {
	Identity  *identity.Service
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
	r.Get(runningPath, p.runningStream)
	r.Post(stepsPath, p.putSteps)
	r.Post("/app/demo", p.loadDemo)
	r.Post("/app/demo/remove", p.removeDemo)
}

// homeView is what the start page shows.
type homeView struct {
	Figures   figures
	Running   runningView
	Steps     []firstStep
	PutAway   bool // the first steps
	Latest    []line
	HasSample bool
}

func (p *pages) home(c *fiber.Ctx) error {
	v, err := p.view(c.UserContext())
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, homePage(v))
}

func (p *pages) view(ctx context.Context) (v homeView, err error) {
	org := identity.ActorFrom(ctx).Org
	// One campaign tells whether there are any and the sample's are found among the first.
	all, err := p.Campaigns.Campaigns(ctx, org, campaign.Query{PageQuery: domain.PageQuery{Limit: domain.MaxLimit}.Normal()})
	if err != nil {
		return v, err
	}
	for _, c := range all.Items {
		v.HasSample = v.HasSample || c.IsSample
	}
	if v.Running, err = p.running(ctx, org, all.Items); err != nil {
		return v, err
	}
	if v.Figures, err = p.figures(ctx, org); err != nil {
		return v, err
	}
	if v.Latest, err = p.latest(ctx, org); err != nil {
		return v, err
	}
	v.Steps, v.PutAway, err = p.firstSteps(ctx, org, v.Figures, all.Total)
	return v, err
}

// runningView is what goes on now.
type runningView struct {
	Works     []crm.Work
	Campaigns []campaign.Campaign
	Waiting   map[campaign.ID]messaging.Waiting // what holds up the most messages of a running one
}

// idle says that nothing is left that changes by itself within seconds.
func (v runningView) idle() bool { return len(v.Works) == 0 }

func (p *pages) running(ctx context.Context, org domain.OrgID, all []campaign.Campaign) (v runningView, err error) {
	var ids []int64
	for _, c := range all {
		if c.State == campaign.StateActive {
			v.Campaigns = append(v.Campaigns, c)
			ids = append(ids, int64(c.ID))
		}
	}
	if v.Waiting, err = p.waiting(ctx, org, ids); err != nil {
		return v, err
	}
	v.Works, err = p.CRM.RunningWork(ctx, org)
	return v, err
}

func (p *pages) waiting(ctx context.Context, org domain.OrgID, ids []int64) (map[campaign.ID]messaging.Waiting, error) {
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

// runningStream sends jobs and imports as they go on, until none is left.
func (p *pages) runningStream(c *fiber.Ctx) error {
	org := identity.ActorFrom(c.UserContext()).Org
	return page.Stream(c, func(ctx context.Context) (templ.Component, bool, error) {
		works, err := p.CRM.RunningWork(ctx, org)
		v := runningView{Works: works}
		return worksList(v), v.idle(), err
	})
}

func (p *pages) loadDemo(c *fiber.Ctx) error {
	ctx := c.UserContext()
	loaded, err := p.Campaigns.LoadSample(ctx, identity.ActorFrom(ctx).Org)
	if err != nil {
		return err
	}
	return page.Redirect(c, campaignPath(loaded), words.T(ctx, "The demo is loaded. Watch the sample contacts move; their mails are in the inbox."))
}

// removedHere is how many sample contacts can be removed before a browser gives up waiting.
const removedHere = 20_000

func (p *pages) removeDemo(c *fiber.Ctx) error {
	ctx := c.UserContext()
	org := identity.ActorFrom(ctx).Org
	there, err := p.CRM.CountContacts(ctx, org, crm.ContactQuery{PageQuery: domain.PageQuery{Search: "is:sample"}})
	if err != nil {
		return err
	}
	if there > removedHere {
		return domain.Conflict("There are %s sample contacts, which takes minutes to remove. Run `mauntic demo --remove` on the server.", component.Count(there))
	}
	if err := p.Campaigns.RemoveSample(ctx, org); err != nil {
		return err
	}
	return page.Redirect(c, homePath, words.T(ctx, "The sample data is removed."))
}

// nothingRuns says what can be done while no campaign runs.
func nothingRuns(ctx context.Context) string {
	if !page.May(ctx, identity.EditCampaigns) {
		return words.T(ctx, "As soon as a colleague publishes one, you see here how it goes.")
	}
	return words.T(ctx, "Publish one, or load the demo to watch 200 sample contacts take a short welcome path.")
}

func campaignPath(c campaign.Campaign) string { return fmt.Sprintf("/app/campaigns/%d", c.ID) }

// workPath is where a job or an import is shown.
func workPath(w crm.Work) string {
	if w.Import != 0 {
		return fmt.Sprintf("/app/imports/%d", w.Import)
	}
	return fmt.Sprintf("/app/jobs/%d", w.Job)
}
