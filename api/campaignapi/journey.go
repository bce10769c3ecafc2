package campaignapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

func (h *handler) registerJourneys(a huma.API) {
	const path = "/api/campaign/journeys"
	huma.Register(a, described(op(http.MethodGet, path, "list-journeys", "List journeys, newest first"),
		"A journey is one pass of one contact through a campaign. All filters must hold. Ordered by id or createdAt."), h.journeys)
	huma.Register(a, described(op(http.MethodGet, path+"/{id}", "get-journey", "Read a journey with its steps"),
		"With each step that it took and what came of it, and what it waits for now."), h.journey)
}

// JourneyBody is a journey as programs see it.
type JourneyBody struct {
	ID         campaign.JourneyID    `json:"id" example:"30412"`
	Campaign   campaign.ID           `json:"campaign" example:"12"`
	Version    int                   `json:"version" example:"3"`
	Contact    crm.ContactID         `json:"contact" example:"4711"`
	Entry      int                   `json:"entry" doc:"1 for the contact's first pass, 2 for the second, …" example:"1"`
	State      campaign.JourneyState `json:"state" enum:"pending,open,ended" example:"open"`
	Source     string                `json:"source" example:"api"`
	Reason     string                `json:"reason" example:"Signed up at the spring fair"`
	Step       campaign.StepID       `json:"step,omitempty" doc:"Where the contact is now." example:"wait"`
	Doing      string                `json:"doing,omitempty" doc:"What the journey waits for, in words." example:"Wait two days"`
	Until      *time.Time            `json:"until,omitempty" example:"2026-11-26T09:31:04Z"`
	Outcome    string                `json:"outcome,omitempty" example:"completed"`
	WorkflowID string                `json:"workflowId" example:"journey-1-30412"`
	CreatedAt  time.Time             `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	StartedAt  *time.Time            `json:"startedAt,omitempty" example:"2026-11-24T09:31:00Z"`
	EndedAt    *time.Time            `json:"endedAt,omitempty" example:"2026-11-24T09:38:00Z"`
}

func journeyOf(j campaign.JourneyItem) JourneyBody {
	b := JourneyBody{
		ID: j.ID, Campaign: j.Campaign, Version: j.Version, Contact: j.Contact, Entry: j.Entry, State: j.State,
		Source: j.Source, Reason: j.Reason.English(), Step: j.Cursor, Outcome: j.Outcome.English(), WorkflowID: j.WorkflowID,
		CreatedAt: j.CreatedAt, StartedAt: j.StartedAt, EndedAt: j.EndedAt,
	}
	if j.Answer != nil && j.State == campaign.JourneyOpen {
		b.Doing = j.Answer.Summary
		if !j.Answer.Until.IsZero() {
			b.Until = &j.Answer.Until
		}
	}
	return b
}

type journeysInput struct {
	api.PageInput
	Campaign campaign.ID           `query:"campaign" minimum:"0" doc:"Only journeys through this campaign." example:"12"`
	Contact  crm.ContactID         `query:"contact" minimum:"0" doc:"Only journeys of this contact." example:"4711"`
	Step     campaign.StepID       `query:"step" doc:"Only those at this step now." example:"wait"`
	State    campaign.JourneyState `query:"state" enum:"pending,open,ended" doc:"Only journeys in this state."`
}

type journeysOutput struct {
	Body domain.Page[JourneyBody]
}

func (h *handler) journeys(ctx context.Context, in *journeysInput) (*journeysOutput, error) {
	page, err := h.campaigns.Journeys(ctx, orgOf(ctx), campaign.JourneyQuery{
		PageQuery: in.Query(), Campaign: in.Campaign, Contact: in.Contact, Step: in.Step, State: in.State,
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &journeysOutput{Body: domain.MapPage(page, journeyOf)}, nil
}

// JourneyStep is a step that a journey took.
type JourneyStep struct {
	Step    campaign.StepID      `json:"step" example:"send"`
	Kind    campaign.Kind        `json:"kind" example:"send_email"`
	Label   string               `json:"label" example:"Send the welcome"`
	Outcome string               `json:"outcome" example:"sent"`
	Branch  string               `json:"branch,omitempty" example:"yes"`
	Message *messaging.MessageID `json:"message,omitempty" example:"98211"`
	At      time.Time            `json:"at" example:"2026-11-24T09:31:04Z"`
}

// JourneyDetails is a journey with its steps.
type JourneyDetails struct {
	JourneyBody
	Steps []JourneyStep `json:"steps" doc:"What happened, oldest first."`
}

type journeyOutput struct{ Body JourneyDetails }

func (h *handler) journey(ctx context.Context, in *struct {
	ID campaign.JourneyID `path:"id" minimum:"1" doc:"Id of the journey." example:"30412"`
},
) (*journeyOutput, error) {
	journey, err := h.campaigns.Journey(ctx, orgOf(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	log, err := h.campaigns.StepLog(ctx, orgOf(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &journeyOutput{}
	out.Body.JourneyBody = journeyOf(journey)
	out.Body.Steps = make([]JourneyStep, len(log))
	for i, e := range log {
		out.Body.Steps[i] = JourneyStep{Step: e.StepID, Kind: e.Kind, Label: e.Label.English(), Outcome: e.Outcome.English(), Branch: e.Branch, Message: e.MessageID, At: e.OccurredAt}
	}
	return out, nil
}
