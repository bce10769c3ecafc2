package crm

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// maxNote is how many characters a note may have.
const maxNote = 10_000

// NoteID names a note.
type NoteID int64

// NoteType says what a note is about.
type NoteType string

// The types of notes.
const (
	NoteGeneral NoteType = "general"
	NoteEmail   NoteType = "email"
	NoteCall    NoteType = "call"
	NoteMeeting NoteType = "meeting"
)

// NoteTypes lists all types.
var NoteTypes = []NoteType{NoteGeneral, NoteEmail, NoteCall, NoteMeeting}

// Note is what somebody wrote down about a contact. It stands on the contact's timeline where it
// happened, as it reads now.
type Note struct {
	ID         NoteID
	Contact    ContactID
	Type       NoteType
	Text       string
	HappenedAt time.Time
	AuthorID   *identity.UserID // nil: a program, or a user who is gone
	Author     string           // the author's name as it is now, "" without one
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Notes keeps notes. Deleted ones are absent for all but RestoreNote.
type Notes interface {
	// Notes reads a page of a contact's notes, the latest happening first.
	Notes(ctx context.Context, org domain.OrgID, contact ContactID, q domain.PageQuery) (domain.Page[Note], error)
	Note(ctx context.Context, org domain.OrgID, id NoteID) (Note, error)
	InsertNote(ctx context.Context, org domain.OrgID, n Note) (NoteID, error)
	// SaveNote stores a note that exists, and moves its event to where it happened.
	SaveNote(ctx context.Context, org domain.OrgID, n Note) error
	DeleteNote(ctx context.Context, org domain.OrgID, id NoteID) error
	RestoreNote(ctx context.Context, org domain.OrgID, id NoteID) error
}

// Notes returns a page of a contact's notes by happenedAt, id or createdAt, the latest happening first when
// nothing is said. The query's search looks into their text.
func (s *Service) Notes(ctx context.Context, org domain.OrgID, contact ContactID, q domain.PageQuery) (domain.Page[Note], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[Note]{}, err
	}
	if err := checkSearch(q.Search); err != nil {
		return domain.Page[Note]{}, err
	}
	if _, err := s.store.Contact(ctx, org, contact); err != nil {
		return domain.Page[Note]{}, err
	}
	return s.store.Notes(ctx, org, contact, q)
}

// Note returns a note, or NotFound.
func (s *Service) Note(ctx context.Context, org domain.OrgID, id NoteID) (Note, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Note{}, err
	}
	return s.store.Note(ctx, org, id)
}

// NoteInput is a new note.
type NoteInput struct {
	Type       NoteType // general when empty
	Text       string
	HappenedAt time.Time // now when zero
}

// AddNote stores a note about a contact and its contact.note_added event.
func (s *Service) AddNote(ctx context.Context, org domain.OrgID, contact ContactID, in NoteInput) (Note, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Note{}, err
	}
	now := s.now()
	note := Note{Contact: contact, Type: in.Type, Text: in.Text, HappenedAt: in.HappenedAt, CreatedAt: now, UpdatedAt: now}
	if note.HappenedAt.IsZero() {
		note.HappenedAt = now
	}
	note.AuthorID = identity.ActorFrom(ctx).Author()
	if err := note.normalize(); err != nil {
		return Note{}, err
	}
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		if _, err := s.store.Contact(ctx, org, contact); err != nil {
			return err
		}
		id, err := s.store.InsertNote(ctx, org, note)
		if err != nil {
			return err
		}
		data := origin(ctx, "")
		data["noteId"] = id
		if err := s.append(ctx, org, Event{Contact: contact, Type: EventNoteAdded, Data: data, OccurredAt: note.HappenedAt}); err != nil {
			return err
		}
		note, err = s.store.Note(ctx, org, id)
		return err
	})
	return note, err
}

// NotePatch changes a note. What is nil stays.
type NotePatch struct {
	Type       *NoteType
	Text       *string
	HappenedAt *time.Time
}

// UpdateNote changes what the patch names.
func (s *Service) UpdateNote(ctx context.Context, org domain.OrgID, id NoteID, patch NotePatch) (Note, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Note{}, err
	}
	var note Note
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if note, err = s.store.Note(ctx, org, id); err != nil {
			return err
		}
		if patch.Type != nil {
			note.Type = *patch.Type
		}
		if patch.Text != nil {
			note.Text = *patch.Text
		}
		if patch.HappenedAt != nil {
			note.HappenedAt = *patch.HappenedAt
		}
		if err := note.normalize(); err != nil {
			return err
		}
		note.UpdatedAt = s.now()
		return s.store.SaveNote(ctx, org, note)
	})
	return note, err
}

// DeleteNote removes a note, also from the timeline. RestoreNote brings it back until the purge, 30
// days later.
func (s *Service) DeleteNote(ctx context.Context, org domain.OrgID, id NoteID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.DeleteNote(ctx, org, id)
}

// RestoreNote undoes DeleteNote. A note that is there already stays as it is.
func (s *Service) RestoreNote(ctx context.Context, org domain.OrgID, id NoteID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.RestoreNote(ctx, org, id)
}

// normalize brings a note into its normal form and says what is wrong with it.
func (n *Note) normalize() error {
	var findings domain.Findings
	if n.Type == "" {
		n.Type = NoteGeneral
	}
	if !slices.Contains(NoteTypes, n.Type) {
		findings.Add("type", "A note is general, email, call or meeting.")
	}
	n.Text = strings.TrimSpace(strings.ReplaceAll(n.Text, "\r\n", "\n"))
	if n.Text == "" {
		findings.Add("text", "Write what you want to note.")
	} else if problem := longTextProblem(n.Text, maxNote); problem != nil {
		findings.Say("text", problem)
	}
	n.HappenedAt = n.HappenedAt.UTC().Truncate(time.Microsecond)
	if problem := yearProblem(n.HappenedAt); problem != nil {
		findings.Say("happenedAt", problem)
	}
	return findings.Err()
}

// yearProblem refuses times that are a slip of the pen, or nil.
func yearProblem(at time.Time) *domain.Phrase {
	if year := at.Year(); year < 1970 || year > 2200 {
		return domain.Say("The year must lie between 1970 and 2200.")
	}
	return nil
}
