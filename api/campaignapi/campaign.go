// Package campaignapi serves campaigns and journeys to programs.
package campaignapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

type handler struct{ campaigns *campaign.Service }

// Register adds the operations of this context.
func Register(a huma.API, s *campaign.Service) {
	h := &handler{campaigns: s}
	h.registerCampaigns(a)
	h.registerJourneys(a)
	h.registerWhy(a)
}

const root = "/api/campaign/campaigns"

var tags = []string{"Campaigns"}

func (h *handler) registerCampaigns(a huma.API) {
	one := root + "/{id}"
	huma.Register(a, described(op(http.MethodGet, root, "list-campaigns", "List campaigns"),
		"All but archived ones, unless state or the search asks for them. Ordered by updatedAt, id, name, state, createdAt, publishedAt, inside or finished. Words are looked for in names and descriptions.\n\n"+
			api.SearchHelp(campaign.SearchCommands, "welcome is:active inside:>100 !is:sample")), h.list)
	huma.Register(a, created(described(op(http.MethodPost, root, "create-campaign", "Create a campaign as a draft"),
		"Nobody enters before it is published. The flow may be unfinished; only what can't be read as a flow is refused.")), h.create)
	huma.Register(a, described(op(http.MethodGet, one, "get-campaign", "Read a campaign with its draft"),
		"The flow is the draft, which may differ from the version that people are in."), h.get)
	huma.Register(a, described(api.MayAnswer(op(http.MethodPut, one, "update-campaign", "Change the draft"), http.StatusConflict),
		"Replaces name, rules and flow; people stay in the version that they entered. A revision that is not the newest is a conflict, so that two people do not overwrite each other; so is an archived campaign."), h.update)
	huma.Register(a, described(api.MayAnswer(op(http.MethodDelete, one, "delete-campaign", "Delete a campaign that was never published"), http.StatusConflict),
		"One that was published is a conflict: its history is kept. Archive it instead."), h.remove)
	huma.Register(a, described(op(http.MethodPost, one+"/validate", "validate-campaign", "Say what is wrong with the draft"),
		"Changes nothing. Problems that are blocking keep the draft from being published; the others are advice."), h.validate)
	huma.Register(a, described(op(http.MethodPost, one+"/publish", "publish-campaign", "Publish the draft as a new version"),
		"New people enter this version; those who are in stay in theirs. What keeps it from being published is a 422 that lists every problem. An unchanged draft changes nothing but the state, and a paused campaign is resumed."), h.change(h.campaigns.Publish))
	huma.Register(a, described(op(http.MethodPost, one+"/pause", "pause-campaign", "Stop everybody where they are"),
		"Nothing more is sent from now on. Nobody loses their place, and nobody enters. Pausing a paused campaign changes nothing; a draft or an archived one is a conflict."), h.change(h.campaigns.Pause))
	huma.Register(a, described(op(http.MethodPost, one+"/resume", "resume-campaign", "Let everybody go on"),
		"Those whose time has come meanwhile go on a few at a time. A conflict while mailboxes would not believe the campaign's senders."), h.change(h.campaigns.Resume))
	huma.Register(a, described(op(http.MethodPost, one+"/archive", "archive-campaign", "End the campaign for good"),
		"Open journeys end when they next go on, sleeping ones within minutes. It can't be taken back; duplicate the campaign to use it again."), h.change(h.campaigns.Archive))
	huma.Register(a, described(op(http.MethodPost, one+"/contacts", "add-contacts", "Put contacts into the campaign"),
		"By ids, by a tag, by a segment, by a search, or everyone: exactly one of them. A tag, a segment or a search means those whom it has at this moment. They enter in the background. Those whom the rule of re-entry holds back are counted, not refused. Only an active campaign takes contacts; another is a conflict."), h.addContacts)
	huma.Register(a, described(op(http.MethodGet, one+"/people", "count-people", "Count the people at each step"),
		"By the id of the step, over all versions. Steps where nobody has been are left out."), h.people)
	huma.Register(a, described(op(http.MethodGet, one+"/versions", "list-versions", "List the published versions"),
		"The newest first, each with its whole flow."), h.versions)
}

func op(method, path, id, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: tags}
}

func created(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusCreated
	return o
}

func described(o huma.Operation, text string) huma.Operation {
	o.Description = text
	return o
}

// campaignBody is a campaign as programs see it.
type campaignBody struct {
	ID           campaign.ID     `json:"id" example:"12"`
	Name         string          `json:"name" example:"Welcome"`
	Description  string          `json:"description" example:"Greets new subscribers of the newsletter."`
	State        campaign.State  `json:"state" enum:"draft,active,paused,archived" example:"active"`
	PausedReason string          `json:"pausedReason" doc:"Why the program paused it; empty when a person did." example:"Paused because 6.1 % of 1,200 emails came back."`
	Reentry      string          `json:"reentry" enum:"never,after_exit,always" example:"never"`
	Revision     int             `json:"revision" doc:"Number of the draft's newest change; send it back with an update." example:"4"`
	Version      int             `json:"version" doc:"Newest published version; 0 when it was never published." example:"3"`
	Flow         json.RawMessage `json:"flow" doc:"The draft: a tree of steps." example:"{\"root\":[{\"id\":\"send\",\"kind\":\"send_email\",\"name\":\"Send the welcome\",\"settings\":{\"email\":5}},{\"id\":\"wait\",\"kind\":\"wait\",\"name\":\"Wait two days\",\"settings\":{\"for\":{\"amount\":2,\"unit\":\"days\"}}},{\"id\":\"tag\",\"kind\":\"change_tags\",\"name\":\"Remember it\",\"settings\":{\"add\":[\"welcomed\"]}}]}"`
	PeopleIn     int             `json:"peopleIn" example:"212"`
	PeopleDone   int             `json:"peopleDone" example:"1036"`
	CreatedAt    time.Time       `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt    time.Time       `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
	PublishedAt  *time.Time      `json:"publishedAt,omitempty" example:"2026-11-24T09:30:00Z"`
}

func body(c campaign.Campaign) campaignBody {
	flow, err := json.Marshal(c.Draft)
	if err != nil {
		flow = nil // a flow that was parsed can always be written
	}
	return campaignBody{
		ID: c.ID, Name: c.Name, Description: c.Description, State: c.State, PausedReason: c.PausedReason.English(), Reentry: string(c.Reentry),
		Revision: c.DraftRevision, Version: c.Version, Flow: flow, PeopleIn: c.Open, PeopleDone: c.Ended,
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, PublishedAt: c.PublishedAt,
	}
}

// CampaignInput is what may be written of a campaign.
type CampaignInput struct {
	Name        string          `json:"name" example:"Welcome"`
	Description string          `json:"description,omitempty" example:"Greets new subscribers of the newsletter."`
	Reentry     string          `json:"reentry,omitempty" enum:"never,after_exit,always" doc:"May a contact enter again? Default: never." example:"never"`
	Flow        json.RawMessage `json:"flow" doc:"A tree of steps: {\"root\": [{\"id\", \"kind\", \"name\", \"settings\", \"branches\"}]}." example:"{\"root\":[{\"id\":\"send\",\"kind\":\"send_email\",\"name\":\"Send the welcome\",\"settings\":{\"email\":5}},{\"id\":\"wait\",\"kind\":\"wait\",\"name\":\"Wait two days\",\"settings\":{\"for\":{\"amount\":2,\"unit\":\"days\"}}},{\"id\":\"tag\",\"kind\":\"change_tags\",\"name\":\"Remember it\",\"settings\":{\"add\":[\"welcomed\"]}}]}"`
}

func (b CampaignInput) input() (campaign.Input, error) {
	flow, err := campaign.ParseFlow(b.Flow)
	return campaign.Input{Name: b.Name, Description: b.Description, Reentry: campaign.Reentry(b.Reentry), Flow: flow}, err
}

type (
	campaignOutput struct{ Body campaignBody }
	// IDInput names a campaign.
	IDInput struct {
		ID campaign.ID `path:"id" minimum:"1" doc:"Id of the campaign." example:"12"`
	}
)

func answer(c campaign.Campaign, err error) (*campaignOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &campaignOutput{Body: body(c)}, nil
}

func orgOf(ctx context.Context) domain.OrgID { return identity.ActorFrom(ctx).Org }

type listInput struct {
	api.PageInput
	State string `query:"state" enum:"draft,active,paused,archived" doc:"Only campaigns in this state. Without it: all but archived ones."`
}

type listOutput struct {
	Body domain.Page[campaignBody]
}

func (h *handler) list(ctx context.Context, in *listInput) (*listOutput, error) {
	page, err := h.campaigns.Campaigns(ctx, orgOf(ctx), campaign.Query{PageQuery: in.Query(), State: campaign.State(in.State)})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &listOutput{Body: domain.MapPage(page, body)}, nil
}

func (h *handler) create(ctx context.Context, in *struct{ Body CampaignInput }) (*campaignOutput, error) {
	input, err := in.Body.input()
	if err != nil {
		return nil, api.Problem(err)
	}
	return answer(h.campaigns.CreateCampaign(ctx, orgOf(ctx), input))
}

func (h *handler) get(ctx context.Context, in *IDInput) (*campaignOutput, error) {
	return answer(h.campaigns.Campaign(ctx, orgOf(ctx), in.ID))
}

// CampaignUpdate is a draft that takes the place of the one that was read.
type CampaignUpdate struct {
	CampaignInput
	Revision int `json:"revision" doc:"The revision that you read; another than the newest is a conflict." example:"4"`
}

type updateInput struct {
	IDInput
	Body CampaignUpdate
}

func (h *handler) update(ctx context.Context, in *updateInput) (*campaignOutput, error) {
	input, err := in.Body.input()
	if err != nil {
		return nil, api.Problem(err)
	}
	return answer(h.campaigns.UpdateCampaign(ctx, orgOf(ctx), in.ID, in.Body.Revision, input))
}

func (h *handler) remove(ctx context.Context, in *IDInput) (*struct{}, error) {
	if err := h.campaigns.DeleteCampaign(ctx, orgOf(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	return nil, nil
}

// CampaignCheck says whether a draft can be published.
type CampaignCheck struct {
	Valid    bool              `json:"valid" doc:"Whether the draft can be published."`
	Problems []CampaignProblem `json:"problems"`
}

// CampaignProblem is something that a marketer should mend.
type CampaignProblem struct {
	Step     campaign.StepID `json:"step,omitempty" doc:"The step that it is about; left out when it is about the campaign." example:"send"`
	Title    string          `json:"title,omitempty" doc:"What the step is called." example:"Send the welcome"`
	Field    string          `json:"field,omitempty" doc:"The setting of the step that it is about." example:"email"`
	Message  string          `json:"message" example:"Choose the email to send."`
	Blocking bool            `json:"blocking" doc:"It keeps the draft from being published."`
}

type problemsOutput struct{ Body CampaignCheck }

func (h *handler) validate(ctx context.Context, in *IDInput) (*problemsOutput, error) {
	problems, err := h.campaigns.Validate(ctx, orgOf(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &problemsOutput{}
	out.Body.Valid = campaign.Publishable(problems) == nil
	out.Body.Problems = make([]CampaignProblem, len(problems))
	for i, problem := range problems {
		out.Body.Problems[i] = CampaignProblem{Step: problem.Step, Title: problem.Title, Field: problem.Field, Message: problem.Message, Blocking: problem.Blocking}
	}
	return out, nil
}

// change makes the handler of a use case that only names a campaign.
func (h *handler) change(do func(context.Context, domain.OrgID, campaign.ID) (campaign.Campaign, error)) func(context.Context, *IDInput) (*campaignOutput, error) {
	return func(ctx context.Context, in *IDInput) (*campaignOutput, error) {
		return answer(do(ctx, orgOf(ctx), in.ID))
	}
}

// AddContacts names the contacts that enter a campaign, in one of five ways.
type AddContacts struct {
	Contacts []crm.ContactID `json:"contacts,omitempty" maxItems:"10000" doc:"Ids of contacts." example:"[4711,4712]"`
	Tag      string          `json:"tag,omitempty" doc:"Instead of ids: all contacts with this tag." example:"newsletter"`
	Segment  string          `json:"segment,omitempty" maxLength:"64" doc:"Instead of ids: all contacts in the segment of this alias or number." example:"spring-fair"`
	Search   string          `json:"search,omitempty" maxLength:"500" doc:"Instead of ids: all contacts whom this search finds, in the language of the contact list." example:"tag:newsletter points:>10"`
	Everyone bool            `json:"everyone,omitempty" doc:"Instead of ids: all contacts."`
	Reason   string          `json:"reason,omitempty" maxLength:"500" doc:"Why they enter; shown on their journeys. Without it: who added them, and the segment or the search." example:"Signed up at the spring fair"`
}

// TransformSchema gives an example that names contacts in one way only.
func (AddContacts) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"contacts": [4711, 4712], "reason": "Signed up at the spring fair"}`)
}

type addInput struct {
	IDInput
	Body AddContacts
}

// ContactsAdded says what became of the contacts that were to enter.
type ContactsAdded struct {
	Added     int `json:"added" example:"2"`
	AlreadyIn int `json:"alreadyIn" doc:"Held back by the rule of re-entry." example:"1"`
	NotFound  int `json:"notFound" doc:"Named, but no contacts of this organization." example:"0"`
}

type addOutput struct{ Body ContactsAdded }

func (h *handler) addContacts(ctx context.Context, in *addInput) (*addOutput, error) {
	added, err := h.campaigns.AddContacts(ctx, orgOf(ctx), in.ID, campaign.Entry{
		Contacts: in.Body.Contacts, Tag: in.Body.Tag, Segment: in.Body.Segment, Search: in.Body.Search, Everyone: in.Body.Everyone,
		Source: "api", Reason: domain.KeepWords(in.Body.Reason),
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &addOutput{Body: ContactsAdded(added)}, nil
}

// PeopleCount counts the people of a step.
type PeopleCount struct {
	Here   int `json:"here" doc:"At the step now." example:"212"`
	Passed int `json:"passed" doc:"Have been through it." example:"1036"`
}

type peopleOutput struct {
	Body map[campaign.StepID]PeopleCount
}

func (h *handler) people(ctx context.Context, in *IDInput) (*peopleOutput, error) {
	if _, err := h.campaigns.Campaign(ctx, orgOf(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	people, err := h.campaigns.People(ctx, orgOf(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &peopleOutput{Body: make(map[campaign.StepID]PeopleCount, len(people))}
	for step, count := range people {
		out.Body[step] = PeopleCount(count)
	}
	return out, nil
}

// CampaignVersion is a flow as it was published.
type CampaignVersion struct {
	Version     int             `json:"version" example:"3"`
	Flow        json.RawMessage `json:"flow" example:"{\"root\":[{\"id\":\"send\",\"kind\":\"send_email\",\"name\":\"Send the welcome\",\"settings\":{\"email\":5}},{\"id\":\"wait\",\"kind\":\"wait\",\"name\":\"Wait two days\",\"settings\":{\"for\":{\"amount\":2,\"unit\":\"days\"}}},{\"id\":\"tag\",\"kind\":\"change_tags\",\"name\":\"Remember it\",\"settings\":{\"add\":[\"welcomed\"]}}]}"`
	PublishedAt time.Time       `json:"publishedAt" example:"2026-11-24T09:30:00Z"`
}

type versionsOutput struct{ Body api.List[CampaignVersion] }

func (h *handler) versions(ctx context.Context, in *IDInput) (*versionsOutput, error) {
	versions, err := h.campaigns.Versions(ctx, orgOf(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &versionsOutput{}
	out.Body.Items = []CampaignVersion{}
	for _, v := range versions {
		flow, err := json.Marshal(v.Flow)
		if err != nil {
			return nil, api.Problem(err)
		}
		out.Body.Items = append(out.Body.Items, CampaignVersion{Version: v.Version, Flow: flow, PublishedAt: v.PublishedAt})
	}
	return out, nil
}
