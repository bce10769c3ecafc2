package campaignui

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	modalID   = "modal-box"
	choicesID = "entry-choices"
	shown     = 8 // contacts that a search offers
)

// Who is to be added.
const (
	byTag     = "tag"
	bySegment = "segment"
	bySearch  = "search"
	byChoice  = "chosen"
	everyone  = "everyone"
)

func (p *pages) entryRoutes(r fiber.Router) {
	r.Get(listPath+"/:id<int>/add", p.askWho)
	r.Get(listPath+"/:id<int>/add/contacts", p.choices)
	r.Get(listPath+"/:id<int>/add/segments", p.segmentChoices)
	r.Post(listPath+"/:id<int>/add", p.add)
}

// entryView is the dialog that puts contacts into a campaign: first who, then the number to confirm.
type entryView struct {
	Campaign campaign.Campaign
	Who      string
	Tag      string
	Tags     []component.Option
	Segment  crm.SegmentID // 0: none is chosen
	Segments segmentChoice
	Search   string // who is asked for with bySearch
	Everyone int
	Choices  []choice
	Chosen   []crm.ContactID
	Error    string
	Count    int    // of people to confirm
	Group    string // who they are, in words
}

type choice struct {
	ID      crm.ContactID
	Name    string
	Email   string
	Checked bool
}

func (v entryView) action() string { return pathOf(v.Campaign.ID) + "/add" }

// back leads to the form as it was filled in, but for contacts that were chosen one by one.
func (v entryView) back() string {
	asked := url.Values{"who": {v.Who}, "tag": {v.Tag}, "segment": {v.segment()}, "query": {v.Search}}
	return v.action() + "?" + asked.Encode()
}

// again says who of the group will be left out.
func (v entryView) again(ctx context.Context) string {
	switch v.Campaign.Reentry {
	case campaign.ReentryAlways:
		return words.T(ctx, "People who are inside now enter a second time.")
	case campaign.ReentryAfterExit:
		return words.T(ctx, "People who are inside now are left out.")
	}
	return words.T(ctx, "People who have been in this campaign before are left out.")
}

func (p *pages) askWho(c *fiber.Ctx) error {
	v, err := p.entryForm(c)
	if err != nil {
		return err
	}
	return p.showForm(c, fiber.StatusOK, v)
}

func (p *pages) showForm(c *fiber.Ctx, status int, v entryView) error {
	ctx, org := c.UserContext(), orgOf(c)
	tags, err := p.CRM.Tags(ctx, org, domain.PageQuery{Limit: domain.MaxLimit, OrderBy: "name", OrderDir: "asc"})
	if err != nil {
		return err
	}
	for _, tag := range tags.Items {
		label := words.NF(ctx, tag.Contacts, "{{.Tag}} ({{.Count}} contact)", "{{.Tag}} ({{.Count}} contacts)", words.Data{"Tag": tag.Name})
		v.Tags = append(v.Tags, component.Option{Value: tag.Name, Label: label})
	}
	if v.Segments, err = p.offerSegments(ctx, org, v.Segment); err != nil {
		return err
	}
	if v.Everyone, err = p.countContacts(ctx, org, ""); err != nil {
		return err
	}
	if v.Choices, err = p.searchContacts(ctx, org, "", v.Chosen); err != nil {
		return err
	}
	return page.Render(c, status, entryPage(v, entryForm(v)), page.Part{ID: modalID, Show: entryForm(v)})
}

func (p *pages) choices(c *fiber.Ctx) error {
	found, err := p.searchContacts(c.UserContext(), orgOf(c), c.Query("search"), idsOf(c.Context().QueryArgs().PeekMulti("contact")))
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, entryChoices(found))
}

// add shows the number first; with confirm=yes it puts them in.
func (p *pages) add(c *fiber.Ctx) error {
	v, err := p.entryForm(c)
	if err != nil {
		return err
	}
	if err := p.countGroup(c.UserContext(), orgOf(c), &v); err != nil {
		return err
	}
	if v.Error != "" {
		return p.showForm(c, fiber.StatusUnprocessableEntity, v)
	}
	if c.FormValue("confirm") != "yes" {
		return page.Render(c, fiber.StatusOK, entryPage(v, entryReview(v)), page.Part{ID: modalID, Show: entryReview(v)})
	}
	added, err := p.Campaigns.AddContacts(c.UserContext(), orgOf(c), v.Campaign.ID, v.entry())
	if err != nil {
		return err
	}
	return page.Redirect(c, pathOf(v.Campaign.ID), addedSentence(c.UserContext(), added))
}

func (p *pages) entryForm(c *fiber.Ctx) (entryView, error) {
	if err := identity.Require(c.UserContext(), orgOf(c), identity.EditCampaigns); err != nil {
		return entryView{}, err
	}
	found, err := p.campaign(c)
	if err != nil {
		return entryView{}, err
	}
	v := entryView{Campaign: found, Who: c.FormValue("who", byTag), Tag: c.FormValue("tag")}
	v.Segment, v.Search = segmentOf(c.FormValue("segment")), strings.TrimSpace(c.FormValue("query"))
	v.Chosen = idsOf(c.Context().PostArgs().PeekMulti("contact"))
	return v, nil
}

// countGroup fills in how many contacts are meant, or what is missing to say so.
func (p *pages) countGroup(ctx context.Context, org domain.OrgID, v *entryView) (err error) {
	switch v.Who {
	case everyone:
		v.Group = words.T(ctx, "All contacts")
		v.Count, err = p.countContacts(ctx, org, "")
	case byTag:
		if v.Tag == "" {
			v.Error = words.T(ctx, "Choose a tag.")
			return nil
		}
		v.Group = words.F(ctx, "Everyone with the tag “{{.Tag}}”", words.Data{"Tag": v.Tag})
		v.Count, err = p.countContacts(ctx, org, v.Tag)
	case bySegment:
		return p.countSegment(ctx, org, v)
	case bySearch:
		return p.countSearch(ctx, org, v)
	default:
		v.Group, v.Count = words.T(ctx, "The contacts you chose"), len(v.Chosen)
	}
	if err == nil && v.Count == 0 {
		v.Error = words.T(ctx, "This is nobody yet. Choose at least one contact.")
	}
	return err
}

// countSearch fills in how many a search finds, or why it can't be read.
func (p *pages) countSearch(ctx context.Context, org domain.OrgID, v *entryView) error {
	if v.Search == "" {
		v.Error = words.T(ctx, "Say whom to search for.")
		return nil
	}
	found, err := p.CRM.CountContacts(ctx, org, crm.ContactQuery{PageQuery: domain.PageQuery{Search: v.Search}})
	problem, err := listing.Problem(err)
	if problem != nil {
		v.Error = words.Phrase(ctx, problem.Said)
	}
	if problem != nil || err != nil {
		return err
	}
	v.Group, v.Count = words.F(ctx, "Everyone whom the search “{{.Search}}” finds", words.Data{"Search": v.Search}), found
	if v.Count == 0 {
		v.Error = words.T(ctx, "This search finds nobody.")
	}
	return nil
}

func (p *pages) countContacts(ctx context.Context, org domain.OrgID, tag string) (int, error) {
	return p.CRM.CountContacts(ctx, org, crm.ContactQuery{Tag: tag})
}

// searchContacts returns the chosen contacts, and those that the search finds besides.
func (p *pages) searchContacts(ctx context.Context, org domain.OrgID, search string, chosen []crm.ContactID) ([]choice, error) {
	var all []choice
	if len(chosen) > 0 {
		kept, err := p.CRM.Contacts(ctx, org, crm.ContactQuery{PageQuery: domain.PageQuery{Limit: domain.MaxLimit}, IDs: chosen})
		if err != nil {
			return nil, err
		}
		for _, contact := range kept.Items {
			all = append(all, choiceOf(ctx, contact, true))
		}
	}
	found, err := p.CRM.Contacts(ctx, org, crm.ContactQuery{PageQuery: domain.PageQuery{Limit: shown, Search: strings.TrimSpace(search)}})
	if err != nil {
		return nil, err
	}
	for _, contact := range found.Items {
		if !slices.Contains(chosen, contact.ID) {
			all = append(all, choiceOf(ctx, contact, false))
		}
	}
	return all, nil
}

func choiceOf(ctx context.Context, contact crm.Contact, checked bool) choice {
	c := choice{ID: contact.ID, Name: words.Name(ctx, contact.Name()), Checked: checked}
	if contact.Email != nil && *contact.Email != c.Name {
		c.Email = *contact.Email
	}
	return c
}

func (v entryView) entry() campaign.Entry {
	entry := campaign.Entry{Source: "manual"}
	switch v.Who {
	case everyone:
		entry.Everyone = true
	case byTag:
		entry.Tag = v.Tag
	case bySegment:
		entry.Segment = v.segment()
	case bySearch:
		entry.Search = v.Search
	default:
		entry.Contacts = v.Chosen
	}
	return entry
}

func addedSentence(ctx context.Context, added campaign.Added) string {
	sentence := words.N(ctx, added.Added, "{{.Count}} contact is on the way.", "{{.Count}} contacts are on the way.")
	if added.AlreadyIn > 0 {
		sentence += " " + words.N(ctx, added.AlreadyIn, "{{.Count}} was left out: they have been here before.", "{{.Count}} were left out: they have been here before.")
	}
	return sentence
}

func idsOf(values [][]byte) []crm.ContactID {
	var ids []crm.ContactID
	for _, value := range values {
		if id, err := strconv.ParseInt(string(value), 10, 64); err == nil && id > 0 && !slices.Contains(ids, crm.ContactID(id)) {
			ids = append(ids, crm.ContactID(id))
		}
	}
	return ids
}
