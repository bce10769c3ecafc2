package crmapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func (h handler) registerEvents(a huma.API) {
	huma.Register(a, described(operation(http.MethodGet, contactPath+"/events", "list-contact-events", "Events", "Read the timeline of a contact"),
		"Newest first. Send the id of the last event as before to read on."), h.timeline)
	huma.Register(a, described(created(operation(http.MethodPost, "/api/crm/events", "record-events", "Events", "Record what contacts did")),
		"Send one event, or up to 100 as events; all are recorded or none. A second event under a key is the first one again. "+
			"Types that begin with email., contact., campaign. or sms. are written by Mauntic itself."), h.record)
}

// Event is something that happened to a contact or that a contact did.
type Event struct {
	ID         int64          `json:"id"`
	ContactID  int64          `json:"contactId"`
	Type       string         `json:"type"`
	MessageID  *int64         `json:"messageId"`
	CampaignID *int64         `json:"campaignId"`
	Data       map[string]any `json:"data"`
	Key        string         `json:"key"`
	OccurredAt time.Time      `json:"occurredAt"`
	CreatedAt  time.Time      `json:"createdAt"`
}

func eventBodies(events []crm.Event) []Event {
	bodies := make([]Event, len(events))
	for i, e := range events {
		bodies[i] = Event{
			ID: int64(e.ID), ContactID: int64(e.Contact), Type: e.Type, MessageID: e.MessageID, CampaignID: e.CampaignID,
			Data: e.Data, Key: e.Key, OccurredAt: e.OccurredAt, CreatedAt: e.CreatedAt,
		}
		if bodies[i].Data == nil {
			bodies[i].Data = map[string]any{}
		}
	}
	return bodies
}

type eventsOutput struct {
	Body struct {
		Items []Event `json:"items"`
	}
}

func eventsAnswer(events []crm.Event) *eventsOutput {
	out := &eventsOutput{}
	out.Body.Items = eventBodies(events)
	return out
}

type timelineInput struct {
	ContactPath
	Before crm.EventID `query:"before" minimum:"0" doc:"Only events below this id."`
	Limit  int         `query:"limit" default:"20" minimum:"1" maximum:"100"`
}

func (h handler) timeline(ctx context.Context, in *timelineInput) (*eventsOutput, error) {
	if _, err := h.contacts.Contact(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	events, err := h.contacts.Timeline(ctx, org(ctx), in.ID, in.Before, in.Limit)
	if err != nil {
		return nil, api.Problem(err)
	}
	return eventsAnswer(events), nil
}

// NewEvent is an event of a contact that is named by its id or its email address.
type NewEvent struct {
	ContactID  crm.ContactID  `json:"contactId,omitempty" minimum:"1"`
	Email      string         `json:"email,omitempty"`
	Type       string         `json:"type,omitempty" example:"order.paid"`
	Data       map[string]any `json:"data,omitempty" doc:"At most 16 KB of JSON."`
	Key        string         `json:"key,omitempty" doc:"Makes the event safe to send again."`
	OccurredAt time.Time      `json:"occurredAt,omitzero" required:"false" doc:"Now when left out."`
}

type recordInput struct {
	Body struct {
		NewEvent
		Events []NewEvent `json:"events,omitempty"`
	}
}

func (h handler) record(ctx context.Context, in *recordInput) (*eventsOutput, error) {
	events := in.Body.Events
	if events == nil {
		events = []NewEvent{in.Body.NewEvent}
	}
	inputs := make([]crm.EventInput, len(events))
	for i, e := range events {
		inputs[i] = crm.EventInput{Contact: e.ContactID, Email: e.Email, Type: e.Type, Data: e.Data, Key: e.Key, OccurredAt: e.OccurredAt}
	}
	stored, err := h.contacts.RecordEvents(ctx, org(ctx), inputs)
	if err != nil && in.Body.Events == nil {
		err = withoutIndex(err)
	}
	if err != nil {
		return nil, api.Problem(err)
	}
	return eventsAnswer(stored), nil
}

// withoutIndex names fields as the caller of a single event knows them.
func withoutIndex(err error) error {
	var found *domain.Error
	if !errors.As(err, &found) {
		return err
	}
	named := *found
	named.Field = strings.TrimPrefix(found.Field, "events[0].")
	named.More = nil
	for _, more := range found.More {
		named.More = append(named.More, domain.FieldError{Field: strings.TrimPrefix(more.Field, "events[0]."), Message: more.Message})
	}
	return &named
}
