package crmstore_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store/crmstore"
)

// later returns the same bench an hour later.
func (b bench) later() bench {
	b.Service = crm.New(crm.Deps{
		Store: crmstore.New(b.db), Tx: b.db, Starter: starter{}, Clock: func() time.Time { return today.Add(time.Hour) },
	})
	return b
}

// undone undoes an import, and is killed after each batch.
func (b bench) undone(imp crm.Import, changed bool) crm.Import {
	b.t.Helper()
	_, err := b.UndoImport(b.ctx, b.org, imp.ID, changed)
	b.must(err)
	killed := errors.New("killed")
	for {
		imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return killed })
		if !errors.Is(err, killed) {
			b.must(err)
			return imp
		}
	}
}

func TestAnUndoneImportLeavesWhatOthersDid(t *testing.T) {
	t.Parallel()
	for _, changed := range []bool{false, true} {
		b := setup(t)
		b.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
		known := func(name string) crm.Contact {
			contact, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{
				Email: new(name + "@example.com"), Firstname: new(name), Fields: map[string]any{"city": "Bonn"}, Tags: []string{"old"},
			})
			b.must(err)
			return contact
		}
		ben, carla, gone := known("ben"), known("carla"), known("gone")
		b.must(b.SetDoNotContact(b.ctx, b.org, ben.ID, crm.DoNotContact{Channel: crm.SMS, Reason: crm.Bounced}))
		imp := b.carried(b.uploaded("email,firstname,city,points,tags,Unsubscribed,Do not sms\n"+
			"ben@example.com,Benjamin,Berlin,7,\"old, new\",yes,yes\n"+
			"carla@example.com,Karla,Berlin,,,,\n"+
			"gone@example.com,G,,,,,\n"+
			"anna@example.com,Anna,,,,,\n"+
			"dora@example.com,Dora,,,x,,\n"+
			"ben@example.com,Benny,,,,,\n", crm.ImportPatch{Tags: []string{"fair"}, NewList: new("Fair")}), false)
		if got := numbers(imp); got != "2 created 4 updated 0 unchanged 0 rejected" {
			t.Fatal(got)
		}
		b = b.later()
		dora := b.byEmail("dora@example.com")
		_, err := b.UpdateContact(b.ctx, b.org, dora.ID, crm.ContactPatch{Company: new("Acme")})
		b.must(err)
		_, err = b.UpdateContact(b.ctx, b.org, carla.ID, crm.ContactPatch{Firstname: new("Carola")})
		b.must(err)
		b.must(b.DeleteContact(b.ctx, b.org, gone.ID))

		imp = b.undone(imp, changed)
		want := "1 deleted 1 kept 1 restored 1 partly 1 gone 1 fields"
		if changed {
			want = "2 deleted 0 kept 1 restored 1 partly 1 gone 1 fields"
		}
		u := imp.Undo
		got := fmt.Sprintf("%d deleted %d kept %d restored %d partly %d gone %d fields", u.Deleted, u.Kept, u.Restored, u.Partly, u.Gone, u.Fields)
		if imp.State != crm.ImportUndone || got != want || u.Done != 5 || u.Total != 5 {
			t.Errorf("%s: %s, %+v", imp.State, got, u)
		}
		ben, err = b.Contact(b.ctx, b.org, ben.ID)
		b.must(err)
		if *ben.Firstname != "ben" || ben.Fields["city"] != "Bonn" || ben.Points != 0 || strings.Join(ben.Tags, " ") != "old" {
			t.Errorf("Ben is %+v", ben)
		}
		if !ben.MayReceive(crm.Email) || ben.MayReceive(crm.SMS) {
			t.Errorf("Ben's marks are %+v", ben.DoNotContact)
		}
		carla, err = b.Contact(b.ctx, b.org, carla.ID)
		b.must(err)
		if *carla.Firstname != "Carola" || carla.Fields["city"] != "Bonn" {
			t.Errorf("Carla is %+v", carla)
		}
		if segments, err := b.SegmentsOf(b.ctx, b.org, ben.ID); err != nil || len(segments) != 0 {
			t.Errorf("Ben is in %v, %v", segments, err)
		}
		_, err = b.Contact(b.ctx, b.org, dora.ID)
		if gone := domain.KindOf(err) == domain.KindNotFound; gone != changed {
			t.Errorf("Dora, who was changed since: %v", err)
		}
		if got := b.events(ben.ID); !strings.HasSuffix(got, "contact.updated contact.import_repeated contact.added_to_segment contact.removed_from_segment contact.import_undone") {
			t.Errorf("Ben's events are %s", got)
		}
	}
}

func TestAnImportIsUndoneInManyBatchesAndOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	file := &strings.Builder{}
	file.WriteString("email\n")
	for i := range 1_700 {
		fmt.Fprintf(file, "p%d@example.com\n", i)
	}
	imp := b.carried(b.uploaded(file.String(), crm.ImportPatch{}), false)
	imp = b.undone(imp, false)
	if imp.Undo.Deleted != 1_700 || imp.Percent() != 100 {
		t.Errorf("%+v", imp.Undo)
	}
	if page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{}); err != nil || page.Total != 0 {
		t.Errorf("%d contacts are left, %v", page.Total, err)
	}
	_, err := b.UndoImport(b.ctx, b.org, imp.ID, false)
	b.refused(err, domain.KindConflict, "undone already")

	again := b.carried(b.uploaded(file.String(), crm.ImportPatch{}), false)
	if got := numbers(again); got != "1700 created 0 updated 0 unchanged 0 rejected" {
		t.Errorf("imported again: %s", got)
	}
}

func TestAnImportCanBeUndoneForThirtyDays(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imp := b.imported("email\nanna@example.com\n")
	other, ctx := b.stranger()
	_, err := b.UndoImport(ctx, other, imp.ID, false)
	b.refused(err, domain.KindNotFound, "There is no import")
	nothing := b.imported("email\nbad\n")
	_, err = b.UndoImport(b.ctx, b.org, nothing.ID, false)
	b.refused(err, domain.KindConflict, "nothing to undo")
	b.exec("update crm.imports set ended_at = ended_at - interval '31 days' where id = $1", imp.ID)
	_, err = b.UndoImport(b.ctx, b.org, imp.ID, false)
	b.refused(err, domain.KindConflict, "more than 30 days ago")
}

func TestWhatImportsKeepForUndoingIsForgottenLater(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.contact("ben@example.com")
	imp := b.imported("email,firstname\nben@example.com,Ben\nanna@example.com,Anna\n")
	waiting := b.uploaded("email\nx@example.com\n", crm.ImportPatch{})
	kept := func() (n int) {
		b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm.import_contacts where before is not null").Scan(&n))
		return n
	}
	b.must(b.ForgetImports(b.ctx))
	if n := kept(); n != 1 {
		t.Errorf("too early, values of %d contacts are kept", n)
	}
	b.exec("update crm.import_contacts set at = at - interval '31 days'")
	b.exec("update crm.imports set created_at = created_at - interval '31 days'")
	b.must(b.ForgetImports(b.ctx))
	if n := kept(); n != 0 {
		t.Errorf("values of %d contacts are kept for ever", n)
	}
	if found := b.found(crm.ContactQuery{PageQuery: domain.PageQuery{Search: fmt.Sprintf("import_id:%d", imp.ID)}}); found == "" {
		t.Error("the contacts of the import are not found any more")
	}
	if waiting, err := b.Import(b.ctx, b.org, waiting.ID); err != nil || waiting.State != crm.ImportCancelled {
		t.Errorf("a file that nobody imports is %s, %v", waiting.State, err)
	}
}
