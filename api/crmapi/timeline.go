package crmapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/crm"
)

func (h handler) registerTimeline(a huma.API) {
	huma.Register(a, described(operation(http.MethodGet, contactPath+"/timeline", "find-timeline", "Events", "Look for what happened to a contact"),
		"By when it happened, the latest first. Send next of the answer as before to read on; it is empty at the end."), h.findTimeline)
}

type findTimelineInput struct {
	ContactPath
	Kind   []crm.EventKind `query:"kind" enum:"messages,activity,changes,notes,campaign,imports,custom" doc:"Only these kinds of events, between commas; activity is opens and clicks." example:"messages,notes"`
	Search string          `query:"search" maxLength:"200" doc:"Looked for in types, in the texts of the data, and in notes." example:"offer"`
	From   time.Time       `query:"from" doc:"Happened then or later." example:"2026-11-01T00:00:00Z"`
	To     time.Time       `query:"to" doc:"Happened before then." example:"2026-12-01T00:00:00Z"`
	Before string          `query:"before" maxLength:"60" doc:"Where to read on: next of the answer before." example:"1795424400000000-311"`
	Limit  int             `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"How many events to answer." example:"20"`
}

// TimelineEvent is an event with the note that it tells of.
type TimelineEvent struct {
	Event
	Note *Note `json:"note,omitempty" doc:"As it reads now."`
}

// Timeline is a part of what happened to a contact.
type Timeline struct {
	Items []TimelineEvent `json:"items"`
	Next  string          `json:"next" doc:"Where to read on; empty at the end." example:"1795424400000000-311"`
}

type findTimelineOutput struct{ Body Timeline }

func (h handler) findTimeline(ctx context.Context, in *findTimelineInput) (*findTimelineOutput, error) {
	before, err := crm.ParseTimelineCursor(in.Before)
	if err != nil {
		return nil, api.Problem(err)
	}
	found, err := h.contacts.FindTimeline(ctx, org(ctx), crm.TimelineQuery{
		Contact: in.ID, Kinds: in.Kind, Search: in.Search, From: in.From, To: in.To, Before: before, Limit: in.Limit,
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &findTimelineOutput{}
	out.Body.Items, out.Body.Next = make([]TimelineEvent, len(found.Events)), found.Next.String()
	for i, event := range eventBodies(found.Events) {
		out.Body.Items[i].Event = event
		if note, ok := found.Notes[found.Events[i].Note()]; ok {
			body := noteBody(note)
			out.Body.Items[i].Note = &body
		}
	}
	return out, nil
}
