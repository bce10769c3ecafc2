package crmui

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	notesPath = "/app/notes"
	notesID   = "notes" // of the element that holds form and list
	notesSize = 20
)

var (
	noteNames = map[crm.NoteType]string{
		crm.NoteGeneral: words.Mark("Note"), crm.NoteEmail: words.Mark("Email"), crm.NoteCall: words.Mark("Call"), crm.NoteMeeting: words.Mark("Meeting"),
	}
	noteIcons = map[crm.NoteType]string{
		crm.NoteGeneral: "square-pen", crm.NoteEmail: "mail", crm.NoteCall: "phone", crm.NoteMeeting: "users",
	}
)

func (p *pages) noteRoutes(r fiber.Router) {
	r.Get(contactsPath+"/:id<int>/notes", p.notesPart)
	r.Post(contactsPath+"/:id<int>/notes", p.addNote)
	r.Post(notesPath+"/:id<int>", p.updateNote)
	r.Post(notesPath+"/:id<int>/delete", p.deleteNote)
	r.Post(notesPath+"/:id<int>/restore", p.restoreNote)
}

// notePath leads to a note on its contact's page.
func notePath(n crm.Note) string {
	return fmt.Sprintf("%s#note-%d", tabPath(n.Contact, tabNotes), n.ID)
}

// notesView is a page of notes, with the form of a new one or of the one that is changed.
type notesView struct {
	Contact crm.ContactID
	List    component.List
	Notes   []crm.Note
	Form    noteForm
	Edit    crm.NoteID // the note that is changed, 0 for none
}

// noteForm is a note as it is typed.
type noteForm struct {
	Type, Text, HappenedAt string
	Errors                 component.Errors
}

// readNotes reads the notes of the contact that the address names.
func (p *pages) readNotes(c *fiber.Ctx, contact crm.ContactID) (notesView, error) {
	q := domain.PageQuery{Page: c.QueryInt("page", 1), Limit: notesSize}
	found, err := p.Contacts.Notes(c.UserContext(), orgOf(c), contact, q)
	v := notesView{
		Contact: contact, Notes: found.Items, Form: noteForm{Type: string(crm.NoteGeneral)},
		List: component.ListOf(contactPath(contact), notesID, q, found).With("tab", string(tabNotes)),
	}
	edit := crm.NoteID(c.QueryInt("edit"))
	for _, note := range found.Items {
		if note.ID == edit {
			v.Edit = edit
			v.Form = noteForm{Type: string(note.Type), Text: note.Text, HappenedAt: localTime(c, note.HappenedAt)}
		}
	}
	return v, err
}

func (p *pages) notesPart(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	v, err := p.readNotes(c, id)
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, notesTab(v))
}

// showNotes answers with the notes as they are after a change, or with the form that was refused.
func (p *pages) showNotes(c *fiber.Ctx, contact crm.ContactID, form noteForm, edit crm.NoteID) error {
	refused := len(form.Errors) > 0
	if !page.IsHTMX(c) && !refused {
		return page.Redirect(c, tabPath(contact, tabNotes), "")
	}
	v, err := p.readNotes(c, contact)
	if err != nil {
		return err
	}
	if !refused {
		return page.Fragment(c, fiber.StatusOK, notesTab(v))
	}
	v.Form, v.Edit = form, edit
	if page.IsHTMX(c) {
		return page.Fragment(c, fiber.StatusUnprocessableEntity, notesTab(v))
	}
	return p.renderContact(c, contact, tabNotes, func(whole *contactView) { whole.Notes = v })
}

func (p *pages) addNote(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	form, at := readNoteForm(c)
	if len(form.Errors) == 0 {
		_, err = p.Contacts.AddNote(c.UserContext(), orgOf(c), id, crm.NoteInput{Type: crm.NoteType(form.Type), Text: form.Text, HappenedAt: at})
	}
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		form.Errors = found
	} else if err != nil {
		return err
	}
	return p.showNotes(c, id, form, 0)
}

func (p *pages) updateNote(c *fiber.Ctx) error {
	note, err := p.readNote(c)
	if err != nil {
		return err
	}
	form, at := readNoteForm(c)
	if len(form.Errors) == 0 {
		patch := crm.NotePatch{Type: (*crm.NoteType)(&form.Type), Text: &form.Text}
		if !at.IsZero() && form.HappenedAt != localTime(c, note.HappenedAt) {
			patch.HappenedAt = &at
		}
		_, err = p.Contacts.UpdateNote(c.UserContext(), orgOf(c), note.ID, patch)
	}
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		form.Errors = found
	} else if err != nil {
		return err
	}
	return p.showNotes(c, note.Contact, form, note.ID)
}

func (p *pages) deleteNote(c *fiber.Ctx) error {
	note, err := p.readNote(c)
	if err != nil {
		return err
	}
	if err := p.Contacts.DeleteNote(c.UserContext(), orgOf(c), note.ID); err != nil {
		return err
	}
	page.SayUndo(c, words.T(c.UserContext(), "The note is deleted."), fmt.Sprintf("%s/%d/restore", notesPath, note.ID))
	return p.showNotes(c, note.Contact, noteForm{}, 0)
}

func (p *pages) restoreNote(c *fiber.Ctx) error {
	id, err := page.ID[crm.NoteID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Contacts.RestoreNote(c.UserContext(), orgOf(c), id); err != nil {
		return err
	}
	note, err := p.Contacts.Note(c.UserContext(), orgOf(c), id)
	if err != nil {
		return err
	}
	return page.Redirect(c, tabPath(note.Contact, tabNotes), words.T(c.UserContext(), "The note is back."))
}

func (p *pages) readNote(c *fiber.Ctx) (crm.Note, error) {
	id, err := page.ID[crm.NoteID](c, "id")
	if err != nil {
		return crm.Note{}, err
	}
	return p.Contacts.Note(c.UserContext(), orgOf(c), id)
}

// localMinute is how browsers write a day with a time.
const localMinute = "2006-01-02T15:04"

// readNoteForm reads what was typed, and the time in the organization's zone; zero when it is left out.
func readNoteForm(c *fiber.Ctx) (noteForm, time.Time) {
	form := noteForm{Type: c.FormValue("type"), Text: c.FormValue("text"), HappenedAt: strings.TrimSpace(c.FormValue("happenedAt"))}
	if form.HappenedAt == "" {
		return form, time.Time{}
	}
	typed := form.HappenedAt[:min(len(form.HappenedAt), len(localMinute))] // some browsers add seconds
	at, err := time.ParseInLocation(localMinute, typed, page.From(c.UserContext()).Zone)
	if err != nil {
		form.Errors = component.Errors{{Field: "happenedAt", Message: words.T(c.UserContext(), "Write the day and the time like 2026-11-25T09:00.")}}
	}
	return form, at
}

func localTime(c *fiber.Ctx, t time.Time) string {
	return t.In(page.From(c.UserContext()).Zone).Format(localMinute)
}

func noteOptions(ctx context.Context) []component.Option {
	options := make([]component.Option, len(crm.NoteTypes))
	for i, kind := range crm.NoteTypes {
		options[i] = component.Option{Value: string(kind), Label: words.Say(ctx, noteNames[kind])}
	}
	return options
}
