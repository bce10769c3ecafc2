package campaignui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	listPath = "/app/campaigns"
	listID   = "campaigns" // of the element that holds the list
	liveID   = "live"      // of the element that holds the tree and its numbers
)

func (p *pages) campaignRoutes(r fiber.Router) {
	r.Get(listPath, p.list)
	r.Get(listPath+"/suggest", listing.Suggest(listID, campaign.SearchCommands))
	r.Get(listPath+"/:id<int>", p.show)
	r.Post(listPath+"/:id<int>/publish", p.change((*campaign.Service).Publish, words.Mark("The campaign is published.")))
	r.Post(listPath+"/:id<int>/pause", p.change((*campaign.Service).Pause, words.Mark("The campaign is paused.")))
	r.Post(listPath+"/:id<int>/resume", p.change((*campaign.Service).Resume, words.Mark("The campaign goes on.")))
	r.Post(listPath+"/:id<int>/archive", p.change((*campaign.Service).Archive, words.Mark("The campaign is archived.")))
	r.Post(listPath+"/:id<int>/duplicate", p.duplicate)
	r.Post(listPath+"/:id<int>/delete", p.remove)
}

func pathOf(id campaign.ID) string { return fmt.Sprintf("%s/%d", listPath, id) }

func (p *pages) list(c *fiber.Ctx) error {
	q := campaign.Query{PageQuery: page.Query(c), State: campaign.State(c.Query("state"))}
	found, err := p.Campaigns.Campaigns(c.UserContext(), orgOf(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := listView{List: component.ListOf(listPath, listID, q.PageQuery, found).With("state", string(q.State)), State: q.State, Rows: found.Items, Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: listPage(v), Region: campaignRegion(v), Body: campaignTable(v)})
}

type listView struct {
	List    component.List
	State   campaign.State
	Rows    []campaign.Campaign
	Problem *search.Error // why the search can't be read; nil: it can
}

var listStates = []struct {
	state campaign.State
	label string
}{
	{"", words.Mark("All")},
	{campaign.StateActive, words.Mark("Active")},
	{campaign.StatePaused, words.Mark("Paused")},
	{campaign.StateDraft, words.Mark("Drafts")},
	{campaign.StateArchived, words.Mark("Archived")},
}

func (v listView) states(ctx context.Context) []component.Tab {
	pills := make([]component.Tab, len(listStates))
	for i, s := range listStates {
		pills[i] = component.Tab{Label: words.Say(ctx, s.label), Href: listPath, Active: s.state == v.State}
		if s.state != "" {
			pills[i].Href += "?state=" + string(s.state)
		}
	}
	return pills
}

// show is the campaign's path: the published one, or with ?show=draft the draft.
func (p *pages) show(c *fiber.Ctx) error {
	found, err := p.campaign(c)
	if err != nil {
		return err
	}
	v, err := p.pathView(c.UserContext(), orgOf(c), found, c.Query("show") == "draft")
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, campaignPage(v), page.Part{ID: liveID, Show: livePath(v)})
}

func (p *pages) campaign(c *fiber.Ctx) (campaign.Campaign, error) {
	id, err := page.ID[campaign.ID](c, "id")
	if err != nil {
		return campaign.Campaign{}, err
	}
	return p.Campaigns.Campaign(c.UserContext(), orgOf(c), id)
}

// pathView is what the Path tab shows.
type pathView struct {
	headView
	Flow     flowView
	Draft    bool // the draft is shown, not the published version
	Changed  bool // the draft differs from the published version
	Problems []campaign.Problem
	Waiting  []messaging.Waiting // why nothing, or not everything, goes out now
	Senders  []*domain.Phrase    // why mailboxes do not believe those in whose name it sends
	Address  string
}

func (p *pages) pathView(ctx context.Context, org domain.OrgID, found campaign.Campaign, draft bool) (pathView, error) {
	v := pathView{headView: headOf(found, "path"), Draft: draft || found.Version == 0, Address: pathOf(found.ID)}
	flow := found.Draft
	if found.Version > 0 {
		published, err := p.Campaigns.Version(ctx, org, found.ID, found.Version)
		if err != nil {
			return v, err
		}
		v.Changed = !sameFlow(published.Flow, found.Draft)
		if !v.Draft {
			flow = published.Flow
		}
	}
	var err error
	if found.State == campaign.StateActive || found.State == campaign.StatePaused {
		if v.Senders, err = p.Campaigns.SenderProblems(ctx, org, found.ID); err != nil {
			return v, err
		}
	}
	people, err := p.Campaigns.People(ctx, org, found.ID)
	if err != nil {
		return v, err
	}
	if v.live() {
		if v.Waiting, err = p.Messaging.Waiting(ctx, org, int64(found.ID)); err != nil {
			return v, err
		}
	}
	if v.Draft {
		v.Address += "?show=draft"
		if v.Problems, err = p.Campaigns.Validate(ctx, org, found.ID); err != nil {
			return v, err
		}
	}
	v.Flow, err = p.draw(ctx, org, flow, drawing{campaign: found.ID, people: people, counted: found.Version > 0, problems: v.Problems})
	return v, err
}

// live says whether the numbers may change while somebody looks.
func (v pathView) live() bool {
	return v.Campaign.State == campaign.StateActive || v.Campaign.State == campaign.StatePaused
}

// pollAttrs make the element fetch itself again every two seconds.
func pollAttrs(live bool, address string) templ.Attributes {
	if !live {
		return nil
	}
	return templ.Attributes{"hx-get": address, "hx-trigger": "every 2s", "hx-swap": "outerMorph"}
}

func sameFlow(a, b campaign.Flow) bool {
	left, errA := json.Marshal(a)
	right, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(left, right)
}

// headView is the head that the tabs of a campaign share.
type headView struct {
	Campaign campaign.Campaign
	Tab      string
}

func headOf(c campaign.Campaign, tab string) headView { return headView{Campaign: c, Tab: tab} }

func (v headView) tabs(ctx context.Context) []component.Tab {
	at := pathOf(v.Campaign.ID)
	return []component.Tab{
		{Label: words.T(ctx, "Path"), Href: at, Active: v.Tab == "path"},
		{Label: words.T(ctx, "People"), Href: at + "/people", Count: v.Campaign.Open + v.Campaign.Ended, Active: v.Tab == "people"},
		{Label: words.T(ctx, "Versions"), Href: at + "/versions", Count: v.Campaign.Version, Active: v.Tab == "versions"},
	}
}

// published says which version the people take, and since when.
func (v headView) published(ctx context.Context) string {
	if v.Campaign.PublishedAt == nil {
		return ""
	}
	return words.F(ctx, "Version {{.Version}}, published {{.When}}.", words.Data{"Version": v.Campaign.Version, "When": component.Ago(ctx, *v.Campaign.PublishedAt)})
}

var states = map[campaign.State]struct {
	tone  component.Tone
	label string
}{
	campaign.StateDraft:    {component.Neutral, words.Mark("Draft")},
	campaign.StateActive:   {component.Good, words.Mark("Active")},
	campaign.StatePaused:   {component.Caution, words.Mark("Paused")},
	campaign.StateArchived: {component.Neutral, words.Mark("Archived")},
}

// change answers the buttons that move a campaign to another state.
func (p *pages) change(move func(*campaign.Service, context.Context, domain.OrgID, campaign.ID) (campaign.Campaign, error), done string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := page.ID[campaign.ID](c, "id")
		if err != nil {
			return err
		}
		if _, err := move(p.Campaigns, c.UserContext(), orgOf(c), id); err != nil {
			return err
		}
		return page.Redirect(c, pathOf(id), words.Say(c.UserContext(), done))
	}
}

func (p *pages) duplicate(c *fiber.Ctx) error {
	found, err := p.campaign(c)
	if err != nil {
		return err
	}
	name := []rune(words.F(c.UserContext(), "Copy of {{.Name}}", words.Data{"Name": found.Name}))
	copied, err := p.Campaigns.CreateCampaign(c.UserContext(), orgOf(c), campaign.Input{
		Name: string(name[:min(len(name), 191)]), Description: found.Description, Reentry: found.Reentry, Flow: found.Draft,
	})
	if err != nil {
		return err
	}
	return page.Redirect(c, pathOf(copied.ID), words.T(c.UserContext(), "This is the copy. It is a draft until you publish it."))
}

func (p *pages) remove(c *fiber.Ctx) error {
	found, err := p.campaign(c)
	if err != nil {
		return err
	}
	if err := p.Campaigns.DeleteCampaign(c.UserContext(), orgOf(c), found.ID); err != nil {
		return err
	}
	return page.Redirect(c, listPath, words.F(c.UserContext(), "“{{.Name}}” is deleted.", words.Data{"Name": found.Name}))
}

// deletable: drafts, and samples with everything in them.
func (v headView) deletable() bool { return v.Campaign.Version == 0 || v.Campaign.IsSample }
