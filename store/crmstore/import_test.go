package crmstore_test

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// imported uploads and imports a file with its columns as they are guessed.
func (b bench) imported(file string, tags ...string) crm.Import {
	b.t.Helper()
	imp, err := b.UploadImport(b.ctx, b.org, crm.ImportUpload{FileName: "people.csv", File: strings.NewReader(file), Tags: tags})
	b.must(err)
	_, err = b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{})
	b.must(err)
	imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return nil })
	b.must(err)
	if imp.State != crm.ImportDone || imp.RowsDone != imp.Created+imp.Updated+imp.Unchanged+imp.Rejected {
		b.t.Fatalf("the import ended as %+v", imp)
	}
	return imp
}

// numbers tells what became of the rows.
func numbers(imp crm.Import) string {
	return fmt.Sprintf("%d created %d updated %d unchanged %d rejected", imp.Created, imp.Updated, imp.Unchanged, imp.Rejected)
}

// rejects returns "row: reason" of every rejected row.
func (b bench) rejects(imp crm.Import) []string {
	b.t.Helper()
	rejects, err := b.Rejects(b.ctx, b.org, imp.ID, 0, 1000)
	b.must(err)
	lines := make([]string, len(rejects))
	for i, reject := range rejects {
		lines[i] = fmt.Sprintf("%d: %s", reject.RowNo, reject.Reason)
	}
	return lines
}

func (b bench) byEmail(email string) crm.Contact {
	b.t.Helper()
	page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{PageQuery: domain.PageQuery{Search: email}})
	b.must(err)
	if page.Total != 1 {
		b.t.Fatalf("%d contacts have %q", page.Total, email)
	}
	return page.Items[0]
}

func TestAnImportCreatesUpdatesAndRejects(t *testing.T) {
	t.Parallel()
	b := setup(t)
	known, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new("ben@example.com"), Firstname: new("Ben"), Company: new("Acme")})
	b.must(err)
	imp := b.imported("\ufeffE-Mail;Vorname;Nachname;Firma;Telefon;Tags;Lieblingsfarbe;Abgemeldet\r\n"+
		"anna@example.com;Anna;\"Berg;\"\"von\"\"\";;+49 30 901820;news, vip;rot;nein\r\n"+
		"BEN@example.com;;Costa;;;;;\r\n"+
		"\r\n"+
		"kaputt;Kai;;;;;;\r\n"+
		"anna@example.com;;;Nordlicht;;;;ja\r\n"+
		";Only;Name;;;;;\r\n"+
		";;;Nobody;;;;\r\n"+
		"carla@example.com;Carla\r\n", "spring")
	if got := numbers(imp); got != "2 created 2 updated 0 unchanged 3 rejected" {
		t.Errorf("%s", got)
	}
	want := []string{
		`5: Column “E-Mail”: “kaputt” is not an email address.`,
		`8: The row has neither an email address nor a phone number nor a name.`,
		`9: The row has 2 cells, but the file has 8 columns.`,
	}
	if got := b.rejects(imp); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("rejects are\n%s", strings.Join(got, "\n"))
	}
	anna := b.byEmail("anna@example.com")
	if *anna.Firstname != "Anna" || *anna.Lastname != `Berg;"von"` || *anna.Company != "Nordlicht" || *anna.PhoneE164 != "+4930901820" {
		t.Errorf("Anna is %+v", anna)
	}
	if strings.Join(anna.Tags, " ") != "news spring vip" || anna.MayReceive(crm.Email) {
		t.Errorf("Anna has tags %v and marks %v", anna.Tags, anna.DoNotContact)
	}
	ben := b.byEmail("ben@example.com")
	if ben.ID != known.ID || *ben.Firstname != "Ben" || *ben.Lastname != "Costa" || *ben.Company != "Acme" {
		t.Errorf("Ben is %+v", ben)
	}
	if got := b.events(ben.ID); got != "contact.created contact.updated" {
		t.Errorf("Ben's events are %s", got)
	}
}

func TestAwkwardFilesAreReadAsPeopleMeantThem(t *testing.T) {
	t.Parallel()
	all := setup(t)
	for name, file := range map[string]string{
		"Latin-1":               "email,lastname\nanna@example.com,M\xfcller\n",
		"UTF-16":                utf16LE("email,lastname\nanna@example.com,Müller\n"),
		"tabs":                  "email\tlastname\nanna@example.com\tMüller\n",
		"bars":                  "email|lastname\nanna@example.com|Müller",
		"old Mac":               "email,lastname\ranna@example.com,Müller\r",
		"Excel's separator":     "sep=;\nemail;lastname\nanna@example.com;Müller\n",
		"no header":             "anna@example.com,Müller\n",
		"trailing delimiters":   "email,lastname\nanna@example.com,Müller,,\n,,,\n",
		"blank lines":           "\n\nemail,lastname\n\n\nanna@example.com,Müller\n\n",
		"a quote in a cell":     "email,lastname,company\nanna@example.com,Müller,5\" pipes\n",
		"the same row, twice":   "email,lastname\nanna@example.com,Maier\nANNA@example.com,Müller\n",
		"more than one of them": "email,lastname,email\nanna@example.com,Müller,x\n",
	} {
		t.Run(name, func(t *testing.T) {
			b := all.in(t, name)
			imp, err := b.UploadImport(b.ctx, b.org, crm.ImportUpload{FileName: name, File: strings.NewReader(file)})
			b.must(err)
			if name == "no header" {
				imp.Columns[1].Field = "lastname"
			}
			fields := make([]string, len(imp.Columns))
			for i, column := range imp.Columns {
				fields[i] = column.Field
			}
			_, err = b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{Fields: fields})
			b.must(err)
			imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return nil })
			b.must(err)
			if imp.Created != 1 || imp.Rejected != 0 {
				t.Fatalf("%s: %v", numbers(imp), b.rejects(imp))
			}
			if anna := b.byEmail("anna@example.com"); *anna.Lastname != "Müller" {
				t.Errorf("Anna is called %q", *anna.Lastname)
			}
		})
	}
}

func TestBadRowsNeverStopAFile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imp := b.imported("email,firstname,lastname,points\n" +
		"\"open@example.com,Lone,Quote,1\n" +
		"a@example.com,Anna,A,1\n" +
		"nul@example.com,Nu\x00l,N,1\n" +
		"long@example.com," + strings.Repeat("x", 10_000) + ",L,1\n" +
		"b@example.com,\"" + strings.Repeat("y", 10<<20) + "\",B,1\n" +
		"c@example.com,Carla,C,many\n" +
		"d@example.com,\"two\nlines\",D,1\n" +
		"e@example.com,Emil,E,1,extra\n" +
		"ü@example.com,Ü,F,1\n" +
		"g@example.com,Greta,\"G\",1\n")
	want := []string{
		`2: A quote (") is missing or too many in this row.`,
		`4: Column “firstname” holds a NUL character, which no text has.`,
		`5: Column “firstname”: At most 191 characters are allowed, and these are 10,000.`,
		`6: Column “firstname” holds 10,485,760 characters; a cell may have about 1,048,576.`,
		`7: Column “points”: “many” is not a whole number.`,
		`8: Column “firstname”: Line breaks and control characters are not allowed here.`,
		`9: The row has 5 cells, but the file has 4 columns.`,
		`10: Column “email”: “ü@example.com” can't be reached: before the @ only plain letters, digits and signs are allowed.`,
	}
	if got := b.rejects(imp); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("rejects are\n%s", strings.Join(got, "\n"))
	}
	if got := numbers(imp); got != "2 created 0 updated 0 unchanged 8 rejected" {
		t.Error(got)
	}
}

func TestAnInterruptedImportGoesOnExactly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	file := &strings.Builder{}
	file.WriteString("email,firstname,company\n")
	const rows = 7_000
	for i := range rows {
		// Every tenth address is bad, and a multi-line company makes rows and lines differ.
		email := fmt.Sprintf("p%d@example.com", i)
		if i%10 == 0 {
			email = "bad"
		}
		fmt.Fprintf(file, "%s,Anna,Company %d\n\n", email, i)
	}
	imp, err := b.UploadImport(b.ctx, b.org, crm.ImportUpload{FileName: "people.csv", File: strings.NewReader(file.String())})
	b.must(err)
	_, err = b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{})
	b.must(err)
	crash := errors.New("power cut")
	for range 3 {
		imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return crash })
		if !errors.Is(err, crash) {
			t.Fatalf("got %v", err)
		}
	}
	imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return nil })
	b.must(err)
	if got := numbers(imp); got != "6300 created 0 updated 0 unchanged 700 rejected" || imp.RowsDone != rows || imp.BytesDone != imp.Bytes {
		t.Errorf("%s, %+v", got, imp)
	}
	if got := b.rejects(imp)[1]; got != `22: Column “email”: “bad” is not an email address.` {
		t.Errorf("the second reject is %s", got)
	}
	again := b.imported(file.String())
	if got := numbers(again); got != "0 created 0 updated 6300 unchanged 700 rejected" {
		t.Errorf("imported again: %s", got)
	}
}

func TestUploadsThatAreNoTablesAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for says, file := range map[string]string{
		"The file is empty":            "",
		"The file has no rows":         "\n\n\n",
		"only one row":                 "email,firstname\n\n",
		"Save it as CSV":               "PK\x03\x04 a workbook",
		"This is a PDF":                "%PDF-1.7",
		"NUL characters":               "\x00\x01\x02\x03",
		"at most 200 are allowed":      strings.Repeat("a,", 201) + "\n",
		"The first row is longer than": strings.Repeat("x", 2<<20),
	} {
		_, err := b.UploadImport(b.ctx, b.org, crm.ImportUpload{FileName: "x.csv", File: strings.NewReader(file)})
		b.refused(err, domain.KindInvalid, says)
	}
	imports, err := b.Imports(b.ctx, b.org, crm.ImportQuery{})
	b.must(err)
	if imports.Total != 0 {
		t.Errorf("%d imports are left of refused uploads", imports.Total)
	}
}

func TestAnImportNeedsColumnsThatMakeSense(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imp, err := b.UploadImport(b.ctx, b.org, crm.ImportUpload{FileName: `C:\lists\people.csv`, File: strings.NewReader("Was,Wer\nrot,Anna\n")})
	b.must(err)
	if imp.FileName != "people.csv" || imp.State != crm.ImportMapping {
		t.Errorf("uploaded as %+v", imp)
	}
	for says, fields := range map[string][]string{
		"which column holds the email": nil,
		"2 columns, but 1 were":        {"email"},
		`There is no field “shoe”`:     {"email", "shoe"},
		"both fill the field":          {"email", "email"},
		"can't name a custom field":    {"email", "fields.Big City"},
	} {
		_, err := b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{Fields: fields})
		b.refused(err, domain.KindInvalid, says)
	}
	samples, err := b.ImportSamples(b.ctx, b.org, imp.ID)
	b.must(err)
	if fmt.Sprint(samples) != "[{[rot] {Was text}} {[Anna] {Wer text}}]" {
		t.Errorf("the samples are %v", samples)
	}
}

func TestACancelledImportStops(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imp, err := b.UploadImport(b.ctx, b.org, crm.ImportUpload{FileName: "a.csv", File: strings.NewReader("email\na@example.com\n")})
	b.must(err)
	_, err = b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{})
	b.must(err)
	b.must(b.CancelImport(b.ctx, b.org, imp.ID))
	imp, err = b.RunImport(b.ctx, b.org, imp.ID, func(crm.Import) error { return nil })
	b.must(err)
	if imp.State != crm.ImportCancelled || imp.RowsDone != 0 {
		t.Errorf("the import is %+v", imp)
	}
	b.refused(b.CancelImport(b.ctx, b.org, imp.ID), domain.KindConflict, "can't be cancelled")
	_, err = b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{})
	b.refused(err, domain.KindConflict, "can't be started")
}

func TestAnotherOrganizationsImportIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imp := b.imported("email\nbad\n")
	other, ctx := b.stranger()
	_, err := b.Import(ctx, other, imp.ID)
	b.refused(err, domain.KindNotFound, "There is no import")
	_, err = b.StartImport(ctx, other, imp.ID, crm.ImportStart{})
	b.refused(err, domain.KindNotFound, "")
	b.refused(b.CancelImport(ctx, other, imp.ID), domain.KindNotFound, "")
	b.refused(b.WriteRejects(ctx, other, imp.ID, &strings.Builder{}, domain.Kept.English), domain.KindNotFound, "")
	rejects, err := b.Rejects(ctx, other, imp.ID, 0, 10)
	b.must(err)
	if len(rejects) != 0 {
		t.Errorf("another organization sees %v", rejects)
	}
}

func TestTheRejectFileIsHarmlessInASpreadsheet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	imp := b.imported("email,company\n=HYPERLINK(1),+1\n@x,\"-2,\"\n")
	out := &strings.Builder{}
	b.must(b.WriteRejects(b.ctx, b.org, imp.ID, out, domain.Kept.English))
	want := "\ufeffRow,Reason,email,company\n" +
		"2,Column “email”: “=HYPERLINK(1)” is not an email address.,'=HYPERLINK(1),'+1\n" +
		"3,Column “email”: “@x” is not an email address.,'@x,\"'-2,\"\n"
	if out.String() != want {
		t.Errorf("got\n%s", out)
	}
}

func utf16LE(text string) string {
	encoded := []byte{0xff, 0xfe}
	for _, r := range text {
		encoded = append(encoded, byte(r), byte(r>>8))
	}
	return string(encoded)
}

func TestSegmentsOfAnImportAreToldLikeAnyOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	fair, err := b.CreateSegment(b.ctx, b.org, crm.SegmentInput{Name: "Fair"})
	b.must(err)
	inside, outside := b.contact("inside@example.com"), b.contact("outside@example.com")
	_, err = b.AddToSegment(b.ctx, b.org, fair.ID, []crm.ContactID{inside.ID}, "")
	b.must(err)
	imp := b.carried(b.uploaded("email\ninside@example.com\noutside@example.com\nnew@example.com\n", crm.ImportPatch{Segment: &fair.ID}), false)
	fresh := b.byEmail("new@example.com")
	for id, want := range map[crm.ContactID]string{
		inside.ID: "contact.created contact.added_to_segment", outside.ID: "contact.created contact.added_to_segment",
		fresh.ID: "contact.created contact.added_to_segment",
	} {
		if got := b.events(id); got != want {
			t.Errorf("events of %d are %s", id, got)
		}
	}
	timeline, err := b.Timeline(b.ctx, b.org, outside.ID, 0, 1)
	b.must(err)
	if data := timeline[0].Data; data["segment"] != "Fair" || data["segmentId"] != float64(fair.ID) || data["importId"] != float64(imp.ID) || data["origin"] != "import" {
		t.Errorf("it says %v", data)
	}
	b.later().undone(imp, false)
	if got := b.events(outside.ID); !strings.HasSuffix(got, "contact.removed_from_segment contact.import_undone") {
		t.Errorf("undone, events are %s", got)
	}
	if got := b.events(inside.ID); strings.Contains(got, "removed") {
		t.Errorf("who was in it before has the events %s", got)
	}
}

func TestWhoUploadedAFileIsKnownByNameOrAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for address, name := range map[string]string{"anna@acme.example": "Anna Sales", "ben@acme.example": ""} {
		user, want := b.user(name, address), cmp.Or(name, address)
		ctx := identity.WithActor(b.ctx, identity.Actor{Org: b.org, User: user, Role: identity.RoleUser})
		imp, err := b.UploadImport(ctx, b.org, crm.ImportUpload{FileName: "people.csv", File: strings.NewReader("email\nann@example.org\n")})
		b.must(err)
		imp, err = b.Import(ctx, b.org, imp.ID)
		b.must(err)
		if imp.Creator != want {
			t.Errorf("a file of %q was uploaded by %q", want, imp.Creator)
		}
	}
}
