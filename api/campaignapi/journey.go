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
	huma.Register(a, op(http.MethodGet, path, "list-journeys", "List journeys, newest first"), h.journeys)
	huma.Register(a, op(http.MethodGet, path+"/{id}", "get-journey", "Read a journey with its steps"), h.journey)
}

// JourneyBody is a journey as programs see it.
type JourneyBody struct {
	ID         campaign.JourneyID    `json:"id"`
	Campaign   campaign.ID           `json:"campaign"`
	Version    int                   `json:"version"`
	Contact    crm.ContactID         `json:"contact"`
	Entry      int                   `json:"entry" doc:"1 for the contact's first pass, 2 for the second, …"`
	State      campaign.JourneyState `json:"state" enum:"pending,open,ended"`
	Source     string                `json:"source"`
	Reason     string                `json:"reason"`
	Step       campaign.StepID       `json:"step,omitempty" doc:"Where the contact is now."`
	Doing      string                `json:"doing,omitempty" doc:"What the journey waits for, in words."`
	Until      *time.Time            `json:"until,omitempty"`
	Outcome    string                `json:"outcome,omitempty"`
	WorkflowID string                `json:"workflowId"`
	CreatedAt  time.Time             `json:"createdAt"`
	StartedAt  *time.Time            `json:"startedAt,omitempty"`
	EndedAt    *time.Time            `json:"endedAt,omitempty"`
}

func journeyOf(j campaign.JourneyItem) JourneyBody {
	b := JourneyBody{
		ID: j.ID, Campaign: j.Campaign, Version: j.Version, Contact: j.Contact, Entry: j.Entry, State: j.State,
		Source: j.Source, Reason: j.Reason, Step: j.Cursor, Outcome: j.Outcome, WorkflowID: j.WorkflowID,
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
	Campaign campaign.ID           `query:"campaign" minimum:"0"`
	Contact  crm.ContactID         `query:"contact" minimum:"0"`
	Step     campaign.StepID       `query:"step" doc:"Only those at this step now."`
	State    campaign.JourneyState `query:"state" enum:"pending,open,ended"`
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

type stepBody struct {
	Step    campaign.StepID      `json:"step"`
	Kind    campaign.Kind        `json:"kind"`
	Label   string               `json:"label"`
	Outcome string               `json:"outcome"`
	Branch  string               `json:"branch,omitempty"`
	Message *messaging.MessageID `json:"message,omitempty"`
	At      time.Time            `json:"at"`
}

type journeyOutput struct {
	Body struct {
		JourneyBody
		Steps []stepBody `json:"steps" doc:"What happened, oldest first."`
	}
}

func (h *handler) journey(ctx context.Context, in *struct {
	ID campaign.JourneyID `path:"id" minimum:"1"`
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
	out.Body.Steps = make([]stepBody, len(log))
	for i, e := range log {
		out.Body.Steps[i] = stepBody{Step: e.StepID, Kind: e.Kind, Label: e.Label, Outcome: e.Outcome, Branch: e.Branch, Message: e.MessageID, At: e.OccurredAt}
	}
	return out, nil
}
