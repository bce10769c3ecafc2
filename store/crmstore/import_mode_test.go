package crmstore_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// uploaded stores a file and changes its mapping.
func (b bench) uploaded(file string, patch crm.ImportPatch) crm.Import {
	b.t.Helper()
	imp, err := b.UploadImport(b.ctx, b.org, crm.ImportUpload{FileName: "people.csv", File: strings.NewReader(file)})
	b.must(err)
	imp, err = b.UpdateImport(b.ctx, b.org, imp.ID, patch)
	b.must(err)
	return imp
}

// carried starts an import and carries it to its end.
func (b bench) carried(imp crm.Import, dry bool) crm.Import {
	b.t.Helper()
	_, err := b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{DryRun: dry})
	b.must(err)
	imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return nil })
	b.must(err)
	return imp
}

func TestExistingContactsAreTreatedAsTheImportSays(t *testing.T) {
	t.Parallel()
	all := setup(t)
	file := "email,firstname,company\nben@example.com,Benjamin,\nanna@example.com,Anna,Acme\nBEN@example.com,,Globex\n"
	for _, one := range []struct {
		existing  crm.ImportExisting
		overwrite bool
		numbers   string
		ben       string
	}{
		{crm.UpdateExisting, false, "1 created 2 updated 0 unchanged 0 rejected", "Benjamin of Globex"},
		{crm.UpdateExisting, true, "1 created 2 updated 0 unchanged 0 rejected", " of Globex"},
		{crm.SkipExisting, false, "1 created 0 updated 2 unchanged 0 rejected", "Ben of Initech"},
		{crm.OnlyExisting, false, "0 created 2 updated 0 unchanged 1 rejected", "Benjamin of Globex"},
	} {
		b := all.in(t, fmt.Sprint(one.existing, one.overwrite))
		_, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new("ben@example.com"), Firstname: new("Ben"), Company: new("Initech")})
		b.must(err)
		imp := b.carried(b.uploaded(file, crm.ImportPatch{Existing: &one.existing, Overwrite: &one.overwrite}), false)
		if got := numbers(imp); got != one.numbers {
			t.Errorf("%s: %s", one.existing, got)
		}
		ben := b.byEmail("ben@example.com")
		if got := deref(ben.Firstname) + " of " + deref(ben.Company); got != one.ben {
			t.Errorf("%s, overwrite %t: Ben is %s, want %s", one.existing, one.overwrite, got, one.ben)
		}
	}
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func TestContactsAreKnownByAnIdentifierOrTheirNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.CreateField(b.ctx, b.org, crm.FieldInput{Label: "Customer", Type: crm.FieldText, IsUnique: true})
	b.must(err)
	ben, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new("ben@example.com"), Fields: map[string]any{"customer": "K-1"}})
	b.must(err)
	other, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new("other@example.com")})
	b.must(err)

	imp := b.carried(b.uploaded("customer,email,firstname\n"+
		"k-1,ben@new.example,Ben\n"+ // Ben has a new address
		"K-2,ben@example.com,Carla\n"+ // which sets the old one free
		"K-3,other@example.com,Dora\n"+
		"k-2,,Carla\n"+
		",,Nobody\n", crm.ImportPatch{Match: new("fields.customer")}), false)
	if got := numbers(imp); got != "2 created 1 updated 1 unchanged 1 rejected" {
		t.Errorf("%s: %v", got, b.rejects(imp))
	}
	if got := strings.Join(b.rejects(imp), "\n"); got != "4: The email address other@example.com belongs to another contact already." {
		t.Errorf("rejects are %s", got)
	}
	if now := b.byEmail("ben@new.example"); now.ID != ben.ID || *now.Firstname != "Ben" {
		t.Errorf("Ben is %+v", now)
	}
	if carla := b.byEmail("ben@example.com"); carla.ID == ben.ID || carla.Fields["customer"] != "K-2" {
		t.Errorf("Carla is %+v", carla)
	}

	imp = b.carried(b.uploaded(fmt.Sprintf("contact id,company,customer\n%d,Acme,\n%d,Acme,k-1\n999999,Acme,\nx,Acme,\n", ben.ID, other.ID), crm.ImportPatch{Match: new("id")}), false)
	want := "3: “Customer” of another contact is “k-1” already.\n4: There is no contact 999999.\n5: Column “contact id”: “x” is not the number of a contact."
	if got := strings.Join(b.rejects(imp), "\n"); numbers(imp) != "0 created 1 updated 0 unchanged 3 rejected" || got != want {
		t.Errorf("%s, rejects are\n%s", numbers(imp), got)
	}
}

func TestAFileSetsWhateverAContactHas(t *testing.T) {
	t.Parallel()
	b := setup(t)
	user := b.user("Boss", "boss@example.com")
	fair, err := b.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: "Spring fair"})
	b.must(err)
	b.must(b.SetDoNotContact(b.ctx, b.org, b.contact("ben@example.com").ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Bounced}))

	imp := b.uploaded("Name;Email;Owner;Lists;Unsubscribed;Do not SMS;Created;Language;Size;Member;Born\n"+
		"\"Berg, Anna\";anna@example.com;BOSS@example.com;spring-fair;unsubscribed;no;31/12/2020;pt_br;1.234,5;ja;24.12.1999\n"+
		"Ben Costa;ben@example.com;;;yes;x;;;;;\n"+
		"Carla;carla@example.com;stranger@example.com;;;;;;;;\n"+
		"Dora;dora@example.com;;no such list;;;;;;;\n"+
		"Emil;emil@example.com;;;perhaps;;;;;;\n"+
		"Fred;fred@example.com;;;;;soon;;;;\n", crm.ImportPatch{})
	columns := append([]crm.ImportColumn{}, imp.Columns...)
	columns[8].New = &crm.NewField{Label: "Size", Type: crm.FieldNumber}
	columns[9].New = &crm.NewField{Label: "Member", Type: crm.FieldBoolean}
	columns[10].New = &crm.NewField{Label: "Born", Type: crm.FieldDate}
	imp, err = b.UpdateImport(b.ctx, b.org, imp.ID, crm.ImportPatch{Columns: columns, NewList: new("Everybody"), Tags: []string{"fair"}, Owner: new(identity.UserID(0))})
	b.must(err)
	imp = b.carried(imp, false)
	if got := numbers(imp); got != "1 created 1 updated 0 unchanged 4 rejected" {
		t.Errorf("%s: %v", got, b.rejects(imp))
	}
	for i, says := range []string{"Nobody of your team", "There is no segment “no such list”", "neither yes nor no", "“soon” is not a date"} {
		if got := b.rejects(imp)[i]; !strings.Contains(got, says) {
			t.Errorf("reject %d is %s", i, got)
		}
	}
	anna := b.byEmail("anna@example.com")
	if *anna.Firstname != "Anna" || *anna.Lastname != "Berg" || *anna.OwnerID != user || *anna.Locale != "pt-BR" ||
		!anna.CreatedAt.Equal(time.Date(2020, 12, 31, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("Anna is %+v", anna)
	}
	if got := fmt.Sprintf("%v %v %v", anna.Fields["size"], anna.Fields["member"], anna.Fields["born"]); got != "1235 true 1999-12-24" {
		t.Errorf("Anna's fields are %s", got)
	}
	if len(anna.DoNotContact) != 1 || anna.DoNotContact[0].Reason != crm.Unsubscribed {
		t.Errorf("Anna's marks are %+v", anna.DoNotContact)
	}
	ben := b.byEmail("ben@example.com")
	if ben.MayReceive(crm.SMS) || ben.DoNotContact[0].Reason != crm.Bounced || !ben.HasTag("fair") || *ben.Firstname != "Ben" || *ben.Lastname != "Costa" {
		t.Errorf("Ben is %+v", ben)
	}
	segments, err := b.SegmentsOf(b.ctx, b.org, anna.ID)
	b.must(err)
	if len(segments) != 2 || segments[0].Name != "Everybody" || segments[1].ID != fair.ID {
		t.Errorf("Anna is in %+v", segments)
	}
}

func TestAMappingIsRemembered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	file := "Mail;Wohnort;Nr\nanna@example.com;Bonn;7\nbad;Bonn;8\n"
	imp := b.uploaded(file, crm.ImportPatch{})
	columns := append([]crm.ImportColumn{}, imp.Columns...)
	columns[1] = crm.ImportColumn{New: &crm.NewField{Label: "City", Type: crm.FieldText}}
	columns[2] = crm.ImportColumn{Field: "points"}
	imp, err := b.UpdateImport(b.ctx, b.org, imp.ID, crm.ImportPatch{Columns: columns, Existing: new(crm.SkipExisting)})
	b.must(err)
	imp = b.carried(imp, false)

	again := b.uploaded(strings.ToUpper(file[:16])+"ben@example.com;Bonn;7\n", crm.ImportPatch{})
	if got := fmt.Sprint(again.Columns); got != "[{MAIL email last <nil>} {WOHNORT fields.city last <nil>} {NR points last <nil>}]" || again.Settings.Existing != crm.SkipExisting {
		t.Errorf("the next file is mapped as %s, %s", got, again.Settings.Existing)
	}

	out := &strings.Builder{}
	b.must(b.WriteRejects(b.ctx, b.org, imp.ID, out, domain.Kept.English))
	mended := b.carried(b.uploaded(strings.ReplaceAll(out.String(), "bad", "carla@example.com"), crm.ImportPatch{}), false)
	if got := numbers(mended); got != "1 created 0 updated 0 unchanged 0 rejected" || mended.Columns[0].Field != "" || mended.Columns[3].Field != "fields.city" {
		t.Errorf("the mended rejects became %s by %v", got, mended.Columns)
	}
	other := b.in(t, "Other")
	if imp := other.uploaded(file, crm.ImportPatch{}); imp.Columns[1].Field != "" {
		t.Errorf("another organization's mapping is used: %v", imp.Columns)
	}
}

func TestAFileIsReadAnewAnotherWay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imp := b.uploaded("email;name\nanna@example.com;\xc8apek\n", crm.ImportPatch{}) // Czech, of Windows-1250
	if imp.Settings.Encoding != "Windows-1252" {
		t.Fatalf("read as %s", imp.Settings.Encoding)
	}
	imp, err := b.UpdateImport(b.ctx, b.org, imp.ID, crm.ImportPatch{ReadAs: new("Windows-1250")})
	b.must(err)
	samples, err := b.ImportSamples(b.ctx, b.org, imp.ID)
	b.must(err)
	if samples[1].Cells[0] != "Čapek" {
		t.Errorf("the samples are %v", samples)
	}
	b.carried(imp, false)
	if anna := b.byEmail("anna@example.com"); *anna.Firstname != "Čapek" {
		t.Errorf("Anna is called %s", *anna.Firstname)
	}
	imp = b.uploaded("a;email\nb;ben@example.com\n", crm.ImportPatch{Header: new(false)})
	if len(imp.Columns) != 2 || imp.Columns[1].Header != "Column 2" || imp.NextRow != 1 {
		t.Errorf("without a header: %+v", imp)
	}
	imp, err = b.UpdateImport(b.ctx, b.org, imp.ID, crm.ImportPatch{Delimiter: new(",")})
	b.must(err)
	if len(imp.Columns) != 1 {
		t.Errorf("with commas: %+v", imp.Columns)
	}
	_, err = b.UpdateImport(b.ctx, b.org, imp.ID, crm.ImportPatch{ReadAs: new("Windows-1250")})
	b.refused(err, domain.KindInvalid, "can't be read as")
}

func TestAnImportLeavesFieldsAloneThatAreNotPublished(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hidden := b.field(crm.FieldInput{Label: "Secret", Type: crm.FieldText})
	ben, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new("ben@example.com"), Fields: map[string]any{"secret": "kept"}})
	b.must(err)
	_, err = b.UpdateField(b.ctx, b.org, hidden.ID, crm.FieldPatch{IsPublished: new(false)})
	b.must(err)
	imp := b.imported("email,firstname\nben@example.com,Ben\n")
	b.undone(imp, false)
	var value string
	b.must(b.db.Pool().QueryRow(b.ctx, "select fields ->> 'secret' from crm.contacts where id = $1", ben.ID).Scan(&value))
	if value != "kept" {
		t.Errorf("the value is %q", value)
	}
}
