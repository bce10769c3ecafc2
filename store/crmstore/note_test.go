package crmstore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// note stores a note about a contact.
func (b bench) note(contact crm.Contact, text string, happened time.Time) crm.Note {
	b.t.Helper()
	note, err := b.AddNote(b.ctx, b.org, contact.ID, crm.NoteInput{Text: text, HappenedAt: happened})
	b.must(err)
	return note
}

func TestAnotherOrganizationsNoteIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	note := b.note(anna, "Likes tea.", today)
	org, ctx := b.stranger()
	text := "Mine"
	_, err := b.Notes(ctx, org, anna.ID, domain.PageQuery{})
	b.refused(err, domain.KindNotFound, "no contact")
	_, err = b.AddNote(ctx, org, anna.ID, crm.NoteInput{Text: text})
	b.refused(err, domain.KindNotFound, "no contact")
	_, err = b.Note(ctx, org, note.ID)
	b.refused(err, domain.KindNotFound, "no note")
	_, err = b.UpdateNote(ctx, org, note.ID, crm.NotePatch{Text: &text})
	b.refused(err, domain.KindNotFound, "no note")
	b.refused(b.DeleteNote(ctx, org, note.ID), domain.KindNotFound, "no note")
	b.refused(b.RestoreNote(ctx, org, note.ID), domain.KindNotFound, "no note")
}

func TestNotesAreListedByWhenTheyHappened(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	b.note(anna, "second", today.Add(-time.Hour))
	b.note(anna, "first", today.Add(-48*time.Hour))
	b.note(anna, "third", time.Time{})
	page, err := b.Notes(b.ctx, b.org, anna.ID, domain.PageQuery{})
	b.must(err)
	var texts []string
	for _, note := range page.Items {
		texts = append(texts, note.Text)
	}
	if got := strings.Join(texts, " "); got != "third second first" {
		t.Errorf("notes are %s", got)
	}
	page, err = b.Notes(b.ctx, b.org, anna.ID, domain.PageQuery{Search: "SECO"})
	b.must(err)
	if page.Total != 1 {
		t.Errorf("the search finds %d notes, want 1", page.Total)
	}
}

func TestANoteStandsOnTheTimelineAsItReadsNow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	note := b.note(anna, "Likes tea.", today.Add(-time.Hour))
	text, at := "Likes coffee.", today.Add(-72*time.Hour)
	_, err := b.UpdateNote(b.ctx, b.org, note.ID, crm.NotePatch{Text: &text, HappenedAt: &at})
	b.must(err)
	timeline := b.timeline(crm.TimelineQuery{Contact: anna.ID, Kinds: []crm.EventKind{crm.KindNotes}})
	if len(timeline.Events) != 1 || !timeline.Events[0].OccurredAt.Equal(at) || timeline.Notes[note.ID].Text != text {
		t.Errorf("the timeline has %+v with %+v", timeline.Events, timeline.Notes)
	}
	b.must(b.DeleteNote(b.ctx, b.org, note.ID))
	if n := len(b.timeline(crm.TimelineQuery{Contact: anna.ID}).Events); n != 1 {
		t.Errorf("with the note deleted, the timeline has %d events, want the creation alone", n)
	}
	b.must(b.RestoreNote(b.ctx, b.org, note.ID))
	if n := len(b.timeline(crm.TimelineQuery{Contact: anna.ID}).Events); n != 2 {
		t.Errorf("with the note restored, the timeline has %d events, want 2", n)
	}
}

func TestNotesThatSayNothingAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	for name, c := range map[string]struct {
		in   crm.NoteInput
		says string
	}{
		"empty":   {crm.NoteInput{Text: " \n "}, "Write what"},
		"long":    {crm.NoteInput{Text: strings.Repeat("é", 10_001)}, "10,000"},
		"nul":     {crm.NoteInput{Text: "a\x00b"}, "Control characters"},
		"type":    {crm.NoteInput{Text: "a", Type: "rumour"}, "meeting"},
		"ancient": {crm.NoteInput{Text: "a", HappenedAt: time.Date(12, 1, 1, 0, 0, 0, 0, time.UTC)}, "1970"},
	} {
		_, err := b.AddNote(b.ctx, b.org, anna.ID, c.in)
		if domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an error that says %q", name, err, c.says)
		}
	}
	b.note(anna, "Two\nlines\tand "+strings.Repeat("é", 9_980), today)
}
