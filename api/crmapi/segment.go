package crmapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

const (
	segmentsPath = "/api/crm/segments"
	segmentPath  = segmentsPath + "/{id}"
)

func (h handler) registerSegments(a huma.API) {
	const tag = "Segments"
	members := segmentPath + "/contacts"
	huma.Register(a, described(operation(http.MethodGet, segmentsPath, "list-segments", tag, "List segments"),
		"By name, unless ordered by alias, id, createdAt, updatedAt or contacts. The contacts of one are listed by GET "+contactsPath+"?segment=alias. "+
			"Words are looked for in names, aliases and descriptions.\n\n"+api.SearchHelp(crm.SegmentCommands, "fair is:published contacts:>100")), h.segments)
	huma.Register(a, created(described(operation(http.MethodPost, segmentsPath, "create-segment", tag, "Create a segment"),
		"Empty at first. An alias that another segment has is a conflict; one that is left out is made of the name.")), h.createSegment)
	huma.Register(a, described(operation(http.MethodGet, segmentPath, "get-segment", tag, "Read a segment"),
		"With the number of its contacts. They are listed by GET /api/crm/contacts?segment=alias."), h.segment)
	huma.Register(a, described(api.MayAnswer(operation(http.MethodPatch, segmentPath, "update-segment", tag, "Change a segment"), http.StatusConflict), "What is left out stays."), h.updateSegment)
	huma.Register(a, described(operation(http.MethodDelete, segmentPath, "delete-segment", tag, "Delete a segment"),
		"Its contacts stay. It can be restored for 30 days."), h.deleteSegment)
	huma.Register(a, described(operation(http.MethodPost, segmentPath+"/restore", "restore-segment", tag, "Bring a deleted segment back with its contacts"),
		"Within 30 days of its deletion. An alias that another segment has meanwhile is a conflict; one that is there already stays as it is."), h.restoreSegment)
	huma.Register(a, described(operation(http.MethodPost, members, "add-to-segment", tag, "Add contacts to a segment"),
		"At most 10,000 at once. Those that are in it already, or don't exist, are passed over."), h.addToSegment)
	huma.Register(a, described(operation(http.MethodPost, members+"/remove", "remove-from-segment", tag, "Remove contacts from a segment"),
		"At most 10,000 at once. Those that are not in it are passed over."), h.removeFromSegment)
	huma.Register(a, described(operation(http.MethodPut, members+"/{contactId}", "add-contact-to-segment", tag, "Add a contact to a segment"),
		"One that is in it already stays; changed is 0 then."), h.addOne)
	huma.Register(a, described(operation(http.MethodDelete, members+"/{contactId}", "remove-contact-from-segment", tag, "Remove a contact from a segment"),
		"The contact itself stays. One that is not in it is no error."), h.removeOne)
	huma.Register(a, described(operation(http.MethodGet, contactPath+"/segments", "list-segments-of-contact", tag, "List the segments that a contact is in"),
		"By name, without their counts."), h.segmentsOf)
}

// Segment is a list of contacts.
type Segment struct {
	ID          int64     `json:"id" example:"3"`
	Name        string    `json:"name" example:"Spring fair"`
	Alias       string    `json:"alias" example:"spring-fair" doc:"As searches name it: segment:spring-fair."`
	Description string    `json:"description" example:"Who left a card at our stand."`
	IsPublished bool      `json:"isPublished" doc:"Offered where people choose a segment."`
	Contacts    *int      `json:"contacts,omitempty" example:"1248" doc:"How many are in it; left out where it is not counted."`
	CreatedBy   *int64    `json:"createdBy" example:"7"`
	CreatedAt   time.Time `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt   time.Time `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

func segmentBody(g crm.Segment) Segment {
	body := uncounted(g)
	body.Contacts = &g.Contacts
	return body
}

func uncounted(g crm.Segment) Segment {
	return Segment{
		ID: int64(g.ID), Name: g.Name, Alias: g.Alias, Description: g.Description, IsPublished: g.IsPublished,
		CreatedBy: (*int64)(g.CreatedBy), CreatedAt: g.CreatedAt, UpdatedAt: g.UpdatedAt,
	}
}

// SegmentPath names a segment.
type SegmentPath struct {
	ID crm.SegmentID `path:"id" minimum:"1" doc:"Id of the segment." example:"3"`
}

type segmentOutput struct{ Body Segment }

type listSegmentsOutput struct{ Body domain.Page[Segment] }

func (h handler) segments(ctx context.Context, in *struct{ api.PageInput }) (*listSegmentsOutput, error) {
	page, err := h.contacts.Segments(ctx, org(ctx), in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &listSegmentsOutput{Body: domain.MapPage(page, segmentBody)}, nil
}

type createSegmentInput struct {
	Body struct {
		Name        string `json:"name" example:"Spring fair"`
		Alias       string `json:"alias,omitempty" example:"spring-fair" doc:"Made of the name when left out."`
		Description string `json:"description,omitempty" example:"Who left a card at our stand."`
		IsPublished *bool  `json:"isPublished,omitempty" doc:"True when left out."`
	}
}

func (h handler) createSegment(ctx context.Context, in *createSegmentInput) (*segmentOutput, error) {
	b := in.Body
	segment, err := h.contacts.CreateSegment(ctx, org(ctx), crm.SegmentInput{
		Name: b.Name, Alias: b.Alias, Description: b.Description, Unpublished: b.IsPublished != nil && !*b.IsPublished,
	})
	if err != nil {
		return nil, api.Problem(err)
	}
	return &segmentOutput{Body: segmentBody(segment)}, nil
}

func (h handler) segment(ctx context.Context, in *SegmentPath) (*segmentOutput, error) {
	segment, err := h.contacts.Segment(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &segmentOutput{Body: segmentBody(segment)}, nil
}

type updateSegmentInput struct {
	SegmentPath
	Body struct {
		Name        *string `json:"name,omitempty" example:"Spring fair 2027"`
		Alias       *string `json:"alias,omitempty" example:"spring-fair-2027" doc:"Searches that use the old one find nothing any more."`
		Description *string `json:"description,omitempty" example:"Who left a card at our stand in Berlin."`
		IsPublished *bool   `json:"isPublished,omitempty"`
	}
}

func (h handler) updateSegment(ctx context.Context, in *updateSegmentInput) (*segmentOutput, error) {
	if _, err := h.contacts.UpdateSegment(ctx, org(ctx), in.ID, crm.SegmentPatch(in.Body)); err != nil {
		return nil, api.Problem(err)
	}
	return h.segment(ctx, &in.SegmentPath)
}

func (h handler) deleteSegment(ctx context.Context, in *SegmentPath) (*struct{}, error) {
	return nil, api.Problem(h.contacts.DeleteSegment(ctx, org(ctx), in.ID))
}

func (h handler) restoreSegment(ctx context.Context, in *SegmentPath) (*segmentOutput, error) {
	if err := h.contacts.RestoreSegment(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	return h.segment(ctx, in)
}

type segmentContactsInput struct {
	SegmentPath
	Body struct {
		ContactIDs []crm.ContactID `json:"contactIds" minItems:"1" maxItems:"10000" example:"[4711, 4712]"`
	}
}

// SegmentChange says what came of adding contacts to a segment, or removing them.
type SegmentChange struct {
	Changed int `json:"changed" example:"2" doc:"How many contacts went in or out."`
}

type segmentChangeOutput struct{ Body SegmentChange }

func (h handler) addToSegment(ctx context.Context, in *segmentContactsInput) (*segmentChangeOutput, error) {
	return segmentChange(h.contacts.AddToSegment(ctx, org(ctx), in.ID, in.Body.ContactIDs, ""))
}

func (h handler) removeFromSegment(ctx context.Context, in *segmentContactsInput) (*segmentChangeOutput, error) {
	return segmentChange(h.contacts.RemoveFromSegment(ctx, org(ctx), in.ID, in.Body.ContactIDs, ""))
}

func segmentChange(changed int, err error) (*segmentChangeOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &segmentChangeOutput{}
	out.Body.Changed = changed
	return out, nil
}

// SegmentContactPath names a contact in a segment.
type SegmentContactPath struct {
	SegmentPath
	ContactID crm.ContactID `path:"contactId" minimum:"1" doc:"Id of the contact." example:"4711"`
}

func (h handler) addOne(ctx context.Context, in *SegmentContactPath) (*segmentChangeOutput, error) {
	if _, err := h.contacts.Contact(ctx, org(ctx), in.ContactID); err != nil {
		return nil, api.Problem(err)
	}
	return segmentChange(h.contacts.AddToSegment(ctx, org(ctx), in.ID, []crm.ContactID{in.ContactID}, ""))
}

func (h handler) removeOne(ctx context.Context, in *SegmentContactPath) (*struct{}, error) {
	if _, err := h.contacts.Contact(ctx, org(ctx), in.ContactID); err != nil {
		return nil, api.Problem(err)
	}
	_, err := h.contacts.RemoveFromSegment(ctx, org(ctx), in.ID, []crm.ContactID{in.ContactID}, "")
	return nil, api.Problem(err)
}

type segmentsOfOutput struct{ Body api.List[Segment] }

func (h handler) segmentsOf(ctx context.Context, in *ContactPath) (*segmentsOfOutput, error) {
	if _, err := h.contacts.Contact(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	segments, err := h.contacts.SegmentsOf(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	out := &segmentsOfOutput{}
	out.Body.Items = make([]Segment, len(segments))
	for i, segment := range segments {
		out.Body.Items[i] = uncounted(segment)
	}
	return out, nil
}
