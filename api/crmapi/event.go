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
	ID         int64          `json:"id" example:"311"`
	ContactID  int64          `json:"contactId" example:"4711"`
	Type       string         `json:"type" example:"order.paid"`
	MessageID  *int64         `json:"messageId" example:"98211"`
	CampaignID *int64         `json:"campaignId" example:"12"`
	Data       map[string]any `json:"data" example:"{\"order\":\"2026-0815\",\"total\":129.9,\"currency\":\"EUR\"}"`
	Key        string         `json:"key" example:"order-2026-0815"`
	OccurredAt time.Time      `json:"occurredAt" example:"2026-11-24T09:15:00Z"`
	CreatedAt  time.Time      `json:"createdAt" example:"2026-11-24T09:30:00Z"`
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

type eventsOutput struct{ Body api.List[Event] }

func eventsAnswer(events []crm.Event) *eventsOutput {
	out := &eventsOutput{}
	out.Body.Items = eventBodies(events)
	return out
}

type timelineInput struct {
	ContactPath
	Before crm.EventID `query:"before" minimum:"0" doc:"Only events below this id." example:"311"`
	Limit  int         `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"How many events to answer." example:"20"`
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
	ContactID  crm.ContactID  `json:"contactId,omitempty" minimum:"1" example:"4711"`
	Email      string         `json:"email,omitempty" example:"eva.lang@example.com"`
	Type       string         `json:"type,omitempty" example:"order.paid"`
	Data       map[string]any `json:"data,omitempty" doc:"At most 16 KB of JSON." example:"{\"order\":\"2026-0815\",\"total\":129.9,\"currency\":\"EUR\"}"`
	Key        string         `json:"key,omitempty" doc:"Makes the event safe to send again." example:"order-2026-0815"`
	OccurredAt time.Time      `json:"occurredAt,omitzero" required:"false" doc:"Now when left out." example:"2026-11-24T09:15:00Z"`
}

// TransformSchema gives an example that names the contact in one way only.
func (NewEvent) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"email": "eva.lang@example.com", "type": "order.paid", "data": {"order": "2026-0816", "total": 89, "currency": "EUR"}, "key": "order-2026-0816"}`)
}

// RecordEvents is one event, or many as events.
type RecordEvents struct {
	NewEvent
	Events []NewEvent `json:"events,omitempty"`
}

// TransformSchema gives an example of one event.
func (RecordEvents) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return api.Example(s, `{"contactId": 4711, "type": "order.paid", "data": {"order": "2026-0815", "total": 129.9, "currency": "EUR"}, "key": "order-2026-0815", "occurredAt": "2026-11-24T09:15:00Z"}`)
}

type recordEventsInput struct {
	Body RecordEvents
}

func (h handler) record(ctx context.Context, in *recordEventsInput) (*eventsOutput, error) {
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
