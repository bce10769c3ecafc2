package campaignui

import (
	"context"
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	peopleID  = "people"  // of the element that holds the list of people
	journeyID = "journey" // of the element that holds what happened
)

func (p *pages) journeyRoutes(r fiber.Router) {
	r.Get(listPath+"/:id<int>/people", p.people)
	r.Get("/app/journeys/:id<int>", p.journey)
	r.Get("/app/contacts/:id<int>/journeys", p.ofContact)
}

func journeyPath(id campaign.JourneyID) string { return fmt.Sprintf("/app/journeys/%d", id) }

// peopleView is the People tab: everybody's journey through the campaign.
type peopleView struct {
	headView
	List  component.List
	State campaign.JourneyState
	Step  campaign.StepID
	At    string // what the step is called
	Rows  []campaign.JourneyItem
}

func (p *pages) people(c *fiber.Ctx) error {
	found, err := p.campaign(c)
	if err != nil {
		return err
	}
	q := campaign.JourneyQuery{
		PageQuery: page.Query(c), Campaign: found.ID,
		Step: campaign.StepID(c.Query("step")), State: campaign.JourneyState(c.Query("state")),
	}
	journeys, err := p.Campaigns.Journeys(c.UserContext(), orgOf(c), q)
	if err != nil {
		return err
	}
	v := peopleView{headView: headOf(found, "people"), State: q.State, Step: q.Step, Rows: journeys.Items}
	v.List = component.ListOf(pathOf(found.ID)+"/people", peopleID, q.PageQuery, journeys).
		With("step", string(q.Step)).With("state", string(q.State))
	if q.Step != "" {
		if v.At, err = p.stepName(c.UserContext(), orgOf(c), found, q.Step); err != nil {
			return err
		}
	}
	return page.Render(c, fiber.StatusOK, peoplePage(v), page.Part{ID: peopleID, Show: peopleTable(v)})
}

// stepName looks for the step in the versions, newest first: people may be on an older one.
func (p *pages) stepName(ctx context.Context, org domain.OrgID, found campaign.Campaign, id campaign.StepID) (string, error) {
	versions, err := p.Campaigns.Versions(ctx, org, found.ID)
	if err != nil {
		return "", err
	}
	for _, version := range versions {
		for _, step := range version.Flow.Steps() {
			if step.ID == id {
				return words.Phrase(ctx, step.Phrase()), nil
			}
		}
	}
	return words.T(ctx, "a step that is gone"), nil
}

func (v peopleView) states(ctx context.Context) []component.Tab {
	at := pathOf(v.Campaign.ID) + "/people"
	return []component.Tab{
		{Label: words.T(ctx, "Everybody"), Href: at, Active: v.State == ""},
		{Label: words.T(ctx, "Inside now"), Href: at + "?state=open", Active: v.State == campaign.JourneyOpen},
		{Label: words.T(ctx, "Finished"), Href: at + "?state=ended", Active: v.State == campaign.JourneyEnded},
	}
}

// journeyView is the page of one contact's pass through one campaign.
type journeyView struct {
	Journey  campaign.JourneyItem
	Log      []campaign.LogEntry
	Workflow string // where Temporal UI shows it, "" for people who may not or when it is forgotten
}

func (p *pages) journey(c *fiber.Ctx) error {
	id, err := page.ID[campaign.JourneyID](c, "id")
	if err != nil {
		return err
	}
	ctx, org := c.UserContext(), orgOf(c)
	v := journeyView{}
	if v.Journey, err = p.Campaigns.Journey(ctx, org, id); err != nil {
		return err
	}
	if v.Log, err = p.Campaigns.StepLog(ctx, org, id); err != nil {
		return err
	}
	v.Workflow = p.workflowPath(ctx, v.Journey.Workflow(page.From(ctx).Now))
	return page.Render(c, fiber.StatusOK, journeyPage(v), page.Part{ID: journeyID, Show: journeyLog(v)})
}

// workflowPath is where Temporal UI shows a workflow; "" for people who may not see it.
func (p *pages) workflowPath(ctx context.Context, id string) string {
	if id == "" || !page.May(ctx, identity.Operate) {
		return ""
	}
	return fmt.Sprintf("/temporal/namespaces/%s/workflows/%s", url.PathEscape(p.Namespace), url.PathEscape(id))
}

// ofContact is the part of a contact's page that lists the campaigns it is or was in.
func (p *pages) ofContact(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	q := campaign.JourneyQuery{PageQuery: domain.PageQuery{Limit: domain.MaxLimit}.Normal(), Contact: id}
	found, err := p.Campaigns.Journeys(c.UserContext(), orgOf(c), q)
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, contactJourneys(found.Items))
}

func sourceWords(ctx context.Context, j campaign.Journey) string {
	if j.Reason != "" {
		return words.Kept(ctx, j.Reason)
	}
	return words.T(ctx, "Added.")
}
