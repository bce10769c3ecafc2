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

const notePath = "/api/crm/notes/{id}"

func (h handler) registerNotes(a huma.API) {
	const tag = "Notes"
	huma.Register(a, described(operation(http.MethodGet, contactPath+"/notes", "list-notes", tag, "List notes about a contact"),
		"The latest happening first. Ordered by happenedAt, id or createdAt. The search looks into their text."), h.notes)
	huma.Register(a, created(described(operation(http.MethodPost, contactPath+"/notes", "add-note", tag, "Note something about a contact"),
		"With an API key it has no author. happenedAt may lie in the past.")), h.addNote)
	huma.Register(a, described(operation(http.MethodGet, notePath, "get-note", tag, "Read a note"),
		"One that was deleted is not found."), h.note)
	huma.Register(a, described(operation(http.MethodPatch, notePath, "update-note", tag, "Change a note"), "What is left out stays."), h.updateNote)
	huma.Register(a, described(operation(http.MethodDelete, notePath, "delete-note", tag, "Delete a note"),
		"It can be restored for 30 days."), h.deleteNote)
	huma.Register(a, described(operation(http.MethodPost, notePath+"/restore", "restore-note", tag, "Bring a deleted note back"),
		"Within 30 days of its deletion. One that is there already stays as it is."), h.restoreNote)
}

// Note is what somebody wrote down about a contact.
type Note struct {
	ID         int64        `json:"id" example:"12"`
	ContactID  int64        `json:"contactId" example:"4711"`
	Type       crm.NoteType `json:"type" enum:"general,email,call,meeting" example:"call"`
	Text       string       `json:"text" example:"Wants an offer for twenty seats until Friday."`
	HappenedAt time.Time    `json:"happenedAt" example:"2026-11-24T09:15:00Z"`
	AuthorID   *int64       `json:"authorId" doc:"Null when a program wrote it, or the user is gone." example:"7"`
	Author     string       `json:"author" example:"Ada Lovelace"`
	CreatedAt  time.Time    `json:"createdAt" example:"2026-11-24T09:30:00Z"`
	UpdatedAt  time.Time    `json:"updatedAt" example:"2026-11-25T14:05:00Z"`
}

func noteBody(n crm.Note) Note {
	return Note{
		ID: int64(n.ID), ContactID: int64(n.Contact), Type: n.Type, Text: n.Text, HappenedAt: n.HappenedAt,
		AuthorID: (*int64)(n.AuthorID), Author: n.Author, CreatedAt: n.CreatedAt, UpdatedAt: n.UpdatedAt,
	}
}

// NotePath names a note.
type NotePath struct {
	ID crm.NoteID `path:"id" minimum:"1" doc:"Id of the note." example:"12"`
}

type noteOutput struct{ Body Note }

func noteAnswer(note crm.Note, err error) (*noteOutput, error) {
	if err != nil {
		return nil, api.Problem(err)
	}
	return &noteOutput{Body: noteBody(note)}, nil
}

type listNotesInput struct {
	ContactPath
	api.PageInput
}

type listNotesOutput struct{ Body domain.Page[Note] }

func (h handler) notes(ctx context.Context, in *listNotesInput) (*listNotesOutput, error) {
	page, err := h.contacts.Notes(ctx, org(ctx), in.ID, in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &listNotesOutput{Body: domain.MapPage(page, noteBody)}, nil
}

type addNoteInput struct {
	ContactPath
	Body struct {
		Type       crm.NoteType `json:"type,omitempty" enum:"general,email,call,meeting" default:"general" example:"call"`
		Text       string       `json:"text" example:"Wants an offer for twenty seats until Friday." doc:"At most 10,000 characters."`
		HappenedAt time.Time    `json:"happenedAt,omitzero" required:"false" doc:"Now when left out." example:"2026-11-24T09:15:00Z"`
	}
}

func (h handler) addNote(ctx context.Context, in *addNoteInput) (*noteOutput, error) {
	return noteAnswer(h.contacts.AddNote(ctx, org(ctx), in.ID, crm.NoteInput{Type: in.Body.Type, Text: in.Body.Text, HappenedAt: in.Body.HappenedAt}))
}

func (h handler) note(ctx context.Context, in *NotePath) (*noteOutput, error) {
	return noteAnswer(h.contacts.Note(ctx, org(ctx), in.ID))
}

type updateNoteInput struct {
	NotePath
	Body struct {
		Type       *crm.NoteType `json:"type,omitempty" enum:"general,email,call,meeting" example:"meeting"`
		Text       *string       `json:"text,omitempty" example:"Wants an offer for thirty seats until Friday."`
		HappenedAt *time.Time    `json:"happenedAt,omitempty" example:"2026-11-24T09:15:00Z"`
	}
}

func (h handler) updateNote(ctx context.Context, in *updateNoteInput) (*noteOutput, error) {
	return noteAnswer(h.contacts.UpdateNote(ctx, org(ctx), in.ID, crm.NotePatch(in.Body)))
}

func (h handler) deleteNote(ctx context.Context, in *NotePath) (*struct{}, error) {
	return nil, api.Problem(h.contacts.DeleteNote(ctx, org(ctx), in.ID))
}

func (h handler) restoreNote(ctx context.Context, in *NotePath) (*noteOutput, error) {
	if err := h.contacts.RestoreNote(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	return h.note(ctx, in)
}
