package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// writeNouns writes a text into all texts of what belongs to a contact, comes as a file, or is made by
// pages only; the operations of the API that take no number don't get there. It returns how many
// things took it. n numbers the text.
func (s *secured) writeNouns(n int, text string) int {
	s.t.Helper()
	org, err := onlyOrganization(context.Background(), s.app.DB)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx := identity.WithActor(context.Background(), identity.System(org))
	contact, err := s.app.crm.CreateContact(ctx, org, crm.ContactInput{
		Firstname: &text, Lastname: &text, Company: &text, Position: &text, Phone: &text, Stage: &text, Tags: []string{text},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	w := nounWriter{app: s.app, ctx: ctx, org: org, contact: contact.ID, n: n, text: text}
	written := 1
	for what, write := range map[string]func() error{
		"field": w.field, "segment": w.segment, "tag": w.tag, "note": w.note, "file": w.file, "consent": w.consent,
		"mark": w.mark, "view": w.view, "import": w.imported, "job": w.job, "trash": w.trash, "invitation": w.invitation, "user": w.user,
	} {
		// Rules may refuse a text for what it is. Then nobody reads it either.
		switch err := write(); {
		case err == nil:
			written++
		case domain.KindOf(err) == "":
			s.t.Errorf("%s: %v", what, err)
		default:
			s.t.Logf("A %s does not take %q: %v", what, text, err)
		}
	}
	return written
}

// nounWriter writes one text into everything.
type nounWriter struct {
	*app
	ctx     context.Context //nolint:containedctx // it lives for one function
	org     domain.OrgID
	contact crm.ContactID
	n       int // of the text
	text    string
}

func (w nounWriter) field() error {
	field, err := w.crm.CreateField(w.ctx, w.org, crm.FieldInput{
		Alias: fmt.Sprintf("hostile_%d", w.n), Label: w.text, Hint: w.text, Type: crm.FieldSelect, Options: []crm.FieldOption{{Value: w.text, Label: w.text}},
	})
	if err != nil {
		return err
	}
	_, err = w.crm.UpdateContact(w.ctx, w.org, w.contact, crm.ContactPatch{Fields: map[string]any{field.Alias: w.text}})
	return err
}

func (w nounWriter) segment() error {
	segment, err := w.crm.CreateSegment(w.ctx, w.org, crm.SegmentInput{Name: w.text, Description: w.text})
	if err != nil {
		return err
	}
	_, err = w.crm.AddToSegment(w.ctx, w.org, segment.ID, []crm.ContactID{w.contact}, w.text)
	return err
}

func (w nounWriter) tag() error {
	_, err := w.crm.CreateTag(w.ctx, w.org, "tag "+w.text, w.text)
	return err
}

func (w nounWriter) note() error {
	_, err := w.crm.AddNote(w.ctx, w.org, w.contact, crm.NoteInput{Text: w.text})
	return err
}

func (w nounWriter) file() error {
	_, err := w.crm.AddAttachment(w.ctx, w.org, w.contact, w.text+".txt", strings.NewReader(w.text))
	return err
}

func (w nounWriter) consent() error {
	_, err := w.crm.RecordConsent(w.ctx, w.org, w.contact, crm.ConsentInput{
		Purpose: "email", State: crm.Granted, Source: crm.ByForm, Detail: w.text, Wording: w.text,
	})
	return err
}

func (w nounWriter) mark() error {
	return w.crm.SetDoNotContact(w.ctx, w.org, w.contact, crm.DoNotContact{Channel: crm.SMS, Reason: crm.Manual, Comment: w.text, Origin: w.text})
}

func (w nounWriter) view() error {
	_, err := w.crm.CreateView(w.ctx, w.org, crm.ViewInput{Name: w.text, Search: `"` + strings.ReplaceAll(w.text, `"`, "") + `"`, IsShared: true})
	return err
}

func (w nounWriter) imported() error {
	cell := `"` + strings.ReplaceAll(w.text, `"`, `""`) + `"`
	_, err := w.crm.UploadImport(w.ctx, w.org, crm.ImportUpload{
		FileName: w.text + ".csv", File: strings.NewReader("email," + cell + "\n" + cell + "," + cell + "\n"), Tags: []string{w.text},
	})
	return err
}

func (w nounWriter) job() error {
	_, err := w.crm.Bulk(w.ctx, w.org, crm.Bulk{
		Query:  crm.ContactQuery{IDs: []crm.ContactID{w.contact}},
		Change: crm.BulkChange{Action: crm.BulkAddTags, Tags: []string{"job " + w.text}},
	})
	return err
}

func (w nounWriter) trash() error {
	gone, err := w.crm.CreateContact(w.ctx, w.org, crm.ContactInput{Firstname: &w.text, Lastname: &w.text, Company: &w.text})
	if err != nil {
		return err
	}
	return w.crm.DeleteContact(w.ctx, w.org, gone.ID)
}

func (w nounWriter) invitation() error {
	_, err := w.identity.Invite(w.ctx, w.org, identity.InvitationInput{Email: fmt.Sprintf("invited%d@example.com", w.n), Name: w.text})
	return err
}

func (w nounWriter) user() error {
	_, _, err := w.identity.CreateUser(w.ctx, w.org, identity.UserInput{
		Email: fmt.Sprintf("user%d@example.com", w.n), Name: w.text, Role: identity.RoleUser, Password: testPassword,
	})
	return err
}
