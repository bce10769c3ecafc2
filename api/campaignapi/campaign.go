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
	huma.Register(a, op(http.MethodGet, root, "list-campaigns", "List campaigns"), h.list)
	huma.Register(a, created(op(http.MethodPost, root, "create-campaign", "Create a campaign as a draft")), h.create)
	huma.Register(a, op(http.MethodGet, one, "get-campaign", "Read a campaign with its draft"), h.get)
	huma.Register(a, op(http.MethodPut, one, "update-campaign", "Change the draft"), h.update)
	huma.Register(a, op(http.MethodDelete, one, "delete-campaign", "Delete a campaign that was never published"), h.remove)
	huma.Register(a, op(http.MethodPost, one+"/validate", "validate-campaign", "Say what is wrong with the draft"), h.validate)
	huma.Register(a, op(http.MethodPost, one+"/publish", "publish-campaign", "Publish the draft as a new version"), h.change(h.campaigns.Publish))
	huma.Register(a, op(http.MethodPost, one+"/pause", "pause-campaign", "Stop everybody where they are"), h.change(h.campaigns.Pause))
	huma.Register(a, op(http.MethodPost, one+"/resume", "resume-campaign", "Let everybody go on"), h.change(h.campaigns.Resume))
	huma.Register(a, op(http.MethodPost, one+"/archive", "archive-campaign", "End the campaign for good"), h.change(h.campaigns.Archive))
	huma.Register(a, op(http.MethodPost, one+"/contacts", "add-contacts", "Put contacts into the campaign"), h.addContacts)
	huma.Register(a, op(http.MethodGet, one+"/people", "count-people", "Count the people at each step"), h.people)
	huma.Register(a, op(http.MethodGet, one+"/versions", "list-versions", "List the published versions"), h.versions)
}

func op(method, path, id, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, OperationID: id, Summary: summary, Tags: tags}
}

func created(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusCreated
	return o
}

// campaignBody is a campaign as programs see it.
type campaignBody struct {
	ID           campaign.ID     `json:"id"`
	Name         string          `json:"name"`
	Description  string          `json:"description"`
	State        campaign.State  `json:"state" enum:"draft,active,paused,archived"`
	PausedReason string          `json:"pausedReason" doc:"Why the program paused it; empty when a person did."`
	Reentry      string          `json:"reentry" enum:"never,after_exit,always"`
	Revision     int             `json:"revision" doc:"Number of the draft's newest change; send it back with an update."`
	Version      int             `json:"version" doc:"Newest published version; 0 when it was never published."`
	Flow         json.RawMessage `json:"flow" doc:"The draft: a tree of steps."`
	PeopleIn     int             `json:"peopleIn"`
	PeopleDone   int             `json:"peopleDone"`
	CreatedAt    time.Time       `json:"createdAt"`
	UpdatedAt    time.Time       `json:"updatedAt"`
	PublishedAt  *time.Time      `json:"publishedAt,omitempty"`
}

func body(c campaign.Campaign) campaignBody {
	flow, err := json.Marshal(c.Draft)
	if err != nil {
		flow = nil // a flow that was parsed can always be written
	}
	return campaignBody{
		ID: c.ID, Name: c.Name, Description: c.Description, State: c.State, PausedReason: c.PausedReason, Reentry: string(c.Reentry),
		Revision: c.DraftRevision, Version: c.Version, Flow: flow, PeopleIn: c.Open, PeopleDone: c.Ended,
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, PublishedAt: c.PublishedAt,
	}
}

// InputBody is what may be written of a campaign.
type InputBody struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Reentry     string          `json:"reentry,omitempty" enum:"never,after_exit,always" doc:"May a contact enter again? Default: never."`
	Flow        json.RawMessage `json:"flow" doc:"A tree of steps: {\"root\": [{\"id\", \"kind\", \"name\", \"settings\", \"branches\"}]}."`
}

func (b InputBody) input() (campaign.Input, error) {
	flow, err := campaign.ParseFlow(b.Flow)
	return campaign.Input{Name: b.Name, Description: b.Description, Reentry: campaign.Reentry(b.Reentry), Flow: flow}, err
}

type (
	campaignOutput struct{ Body campaignBody }
	// IDInput names a campaign.
	IDInput struct {
		ID campaign.ID `path:"id" minimum:"1"`
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

func (h *handler) create(ctx context.Context, in *struct{ Body InputBody }) (*campaignOutput, error) {
	input, err := in.Body.input()
	if err != nil {
		return nil, api.Problem(err)
	}
	return answer(h.campaigns.CreateCampaign(ctx, orgOf(ctx), input))
}

func (h *handler) get(ctx context.Context, in *IDInput) (*campaignOutput, error) {
	return answer(h.campaigns.Campaign(ctx, orgOf(ctx), in.ID))
}

type updateInput struct {
	IDInput
	Body struct {
		InputBody
		Revision int `json:"revision" doc:"The revision that you read."`
	}
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

type problemsOutput struct {
	Body struct {
		Valid    bool               `json:"valid" doc:"Whether the draft can be published."`
		Problems []campaign.Problem `json:"problems"`
	}
}

func (h *handler) validate(ctx context.Context, in *IDInput) (*problemsOutput, error) {
	problems, err := h.campaigns.Validate(ctx, orgOf(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &problemsOutput{}
	out.Body.Valid = campaign.Publishable(problems) == nil
	out.Body.Problems = append([]campaign.Problem{}, problems...)
	return out, nil
}

// change makes the handler of a use case that only names a campaign.
func (h *handler) change(do func(context.Context, domain.OrgID, campaign.ID) (campaign.Campaign, error)) func(context.Context, *IDInput) (*campaignOutput, error) {
	return func(ctx context.Context, in *IDInput) (*campaignOutput, error) {
		return answer(do(ctx, orgOf(ctx), in.ID))
	}
}

type addInput struct {
	IDInput
	Body struct {
		Contacts []crm.ContactID `json:"contacts,omitempty" maxItems:"10000" doc:"Ids of contacts."`
		Tag      string          `json:"tag,omitempty" doc:"Instead of ids: all contacts with this tag."`
		Everyone bool            `json:"everyone,omitempty" doc:"Instead of ids: all contacts."`
		Reason   string          `json:"reason,omitempty" maxLength:"500" doc:"Why they enter; shown on their journeys."`
	}
}

type addOutput struct{ Body campaign.Added }

func (h *handler) addContacts(ctx context.Context, in *addInput) (*addOutput, error) {
	added, err := h.campaigns.AddContacts(ctx, orgOf(ctx), in.ID, campaign.Entry{
		Contacts: in.Body.Contacts, Tag: in.Body.Tag, Everyone: in.Body.Everyone, Source: "api", Reason: in.Body.Reason,
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &addOutput{Body: added}, nil
}

type peopleOutput struct {
	Body map[campaign.StepID]campaign.Count
}

func (h *handler) people(ctx context.Context, in *IDInput) (*peopleOutput, error) {
	if _, err := h.campaigns.Campaign(ctx, orgOf(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	people, err := h.campaigns.People(ctx, orgOf(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &peopleOutput{Body: people}, nil
}

type versionBody struct {
	Version     int             `json:"version"`
	Flow        json.RawMessage `json:"flow"`
	PublishedAt time.Time       `json:"publishedAt"`
}

type versionsOutput struct {
	Body struct {
		Items []versionBody `json:"items"`
	}
}

func (h *handler) versions(ctx context.Context, in *IDInput) (*versionsOutput, error) {
	versions, err := h.campaigns.Versions(ctx, orgOf(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &versionsOutput{}
	out.Body.Items = []versionBody{}
	for _, v := range versions {
		flow, err := json.Marshal(v.Flow)
		if err != nil {
			return nil, api.Problem(err)
		}
		out.Body.Items = append(out.Body.Items, versionBody{Version: v.Version, Flow: flow, PublishedAt: v.PublishedAt})
	}
	return out, nil
}
