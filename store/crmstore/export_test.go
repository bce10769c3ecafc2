package crmstore_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

func (b bench) export(q crm.ContactQuery, e crm.Export) string {
	b.t.Helper()
	write, err := b.PrepareExport(b.ctx, b.org, q, e)
	b.must(err)
	var file bytes.Buffer
	b.must(write(b.ctx, &file))
	return file.String()
}

// exportJob runs an export in the background and returns its file.
func (b bench) exportJob(e crm.Export) (crm.Job, string) {
	b.t.Helper()
	job, err := b.StartExport(b.ctx, b.org, crm.ContactQuery{}, e)
	b.must(err)
	job = b.run(job.ID)
	var file bytes.Buffer
	b.must(b.WriteJobFile(b.ctx, b.org, job, &file))
	return job, file.String()
}

func TestWhatIsExportedAndImportedAgainIsTheSame(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := func(s string) *string { return &s }
	anna, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{
		Firstname: text("=cmd|' /C calc'!A0"), Lastname: text("Müller, \"die\" Ältere"), Email: text("anna@example.com"), Phone: text("+49 30 1234567"),
		Company: text("-Minus AG"), TimeZone: text("Europe/Berlin"), Tags: []string{"vip", "fair 2026"},
	})
	b.must(err)
	b.must(b.SetDoNotContact(b.ctx, b.org, anna.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed}))
	minus := -7
	_, err = b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: text("ben@example.com"), Points: &minus})
	b.must(err)
	gone := b.contact("gone@example.com")
	b.must(b.DeleteContact(b.ctx, b.org, gone.ID))

	columns := []string{"firstname", "lastname", "email", "phone", "company", "points", "timeZone", "tags", "doNotEmail"}
	file := b.export(crm.ContactQuery{}, crm.Export{Columns: columns, BOM: true})
	if strings.Contains(file, "gone@") || !strings.Contains(file, "+49 30 1234567") || !strings.Contains(file, ",-7,") {
		t.Errorf("the file is %q", file)
	}
	other := b.in(t, "Again")
	imp, err := other.UploadImport(other.ctx, other.org, crm.ImportUpload{FileName: "contacts.csv", File: strings.NewReader(file)})
	other.must(err)
	_, err = other.StartImport(other.ctx, other.org, imp.ID, crm.ImportStart{})
	other.must(err)
	imp, err = other.RunImport(other.ctx, other.org, imp.ID, func(crm.Import) error { return nil })
	if err != nil || imp.Created != 2 || imp.Rejected != 0 {
		t.Fatalf("the import is %+v, %v", imp, err)
	}
	if again := other.export(crm.ContactQuery{}, crm.Export{Columns: columns, BOM: true}); again != file {
		t.Errorf("exported again it is\n%q, it was\n%q", again, file)
	}
}

func TestAnotherOrganizationsContactsAreNotExported(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	org, ctx := b.stranger()
	write, err := b.PrepareExport(ctx, org, crm.ContactQuery{IDs: []crm.ContactID{anna.ID}}, crm.Export{})
	b.must(err)
	var file bytes.Buffer
	b.must(write(ctx, &file))
	if strings.Contains(file.String(), "anna") {
		t.Errorf("the file is %s", file.String())
	}
	job, _ := b.exportJob(crm.Export{})
	_, err = b.JobWithFile(ctx, org, job.ID)
	b.refused(err, domain.KindNotFound, "no job")
}

func TestAnExportInTheBackgroundGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.people(2300)
	job, err := b.StartExport(b.ctx, b.org, crm.ContactQuery{}, crm.Export{Columns: []string{"email"}})
	b.must(err)
	_, err = b.JobWithFile(b.ctx, b.org, job.ID)
	b.refused(err, domain.KindConflict, "not ready")
	steps := 0
	_, err = b.RunJob(b.ctx, b.org, job.ID, func(crm.Job) error {
		if steps++; steps == 2 {
			return errors.New("the worker is gone")
		}
		return nil
	})
	if err == nil {
		t.Fatal("nothing crashed")
	}
	job = b.run(job.ID)
	var file bytes.Buffer
	b.must(b.WriteJobFile(b.ctx, b.org, job, &file))
	rows, err := csv.NewReader(&file).ReadAll()
	if err != nil || len(rows) != 2301 || rows[0][0] != "email" || rows[2300][0] != "person2299@example.com" || job.Done != 2300 {
		t.Errorf("%d rows, %v; job %+v", len(rows), err, job)
	}
	if job.Result.File.Pieces != 3 || !job.Result.File.Expired(today.AddDate(0, 0, crm.FileDays)) {
		t.Errorf("the file is %+v", job.Result.File)
	}
}

func TestAWorkbookIsWrittenAgainAfterACrash(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.people(1200)
	job, err := b.StartExport(b.ctx, b.org, crm.ContactQuery{}, crm.Export{Format: crm.ExportXLSX, Columns: []string{"email", "points"}})
	b.must(err)
	steps := 0
	_, err = b.RunJob(b.ctx, b.org, job.ID, func(crm.Job) error {
		if steps++; steps == 2 {
			return context.Canceled
		}
		return nil
	})
	if err == nil {
		t.Fatal("nothing crashed")
	}
	job = b.run(job.ID)
	b.expectRows(job, 1200)
	var file bytes.Buffer
	b.must(b.WriteJobFile(b.ctx, b.org, job, &file))
	book, err := excelize.OpenReader(&file)
	b.must(err)
	rows, err := book.GetRows("Contacts")
	if err != nil || len(rows) != 1201 || rows[1200][0] != "person1199@example.com" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func (b bench) expectRows(job crm.Job, n int64) {
	b.t.Helper()
	if job.State != crm.JobDone || job.Done != n || job.Total != n {
		b.t.Fatalf("the job is %+v", job)
	}
}

func TestAnExportOfNobodyHoldsTheHeader(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, format := range []crm.ExportFormat{crm.ExportCSV, crm.ExportXLSX} {
		if job, file := b.exportJob(crm.Export{Format: format}); job.State != crm.JobDone || len(file) == 0 {
			t.Errorf("%s: %d bytes, %+v", format, len(file), job)
		}
	}
}

func TestExportsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for says, e := range map[string]crm.Export{
		"csv or xlsx": {Format: "pdf"}, "There is no column": {Columns: []string{"password"}}, "no column \"fields.x\"": {Columns: []string{"fields.x"}},
	} {
		_, err := b.StartExport(b.ctx, b.org, crm.ContactQuery{}, e)
		b.refused(err, domain.KindInvalid, says)
	}
}

// BenchmarkExport writes contacts with tags into a CSV; the unit is a contact.
func BenchmarkExport(b *testing.B) {
	s := setup(b)
	const n = 50_000
	s.people(n)
	_, err := s.db.Pool().Exec(s.ctx, `with t as (insert into crm.tags (org_id, name) select $1, 'tag ' || i from generate_series(1, 10) i returning id)
		insert into crm.contact_tags (org_id, contact_id, tag_id) select c.org_id, c.id, t.id from crm.contacts c, t where c.org_id = $1 and (c.id + t.id) % 5 = 0`, s.org)
	s.must(err)
	_, err = s.db.Pool().Exec(s.ctx, "analyze") // as autovacuum has done after a while
	s.must(err)
	for _, format := range []crm.ExportFormat{crm.ExportCSV, crm.ExportXLSX} {
		b.Run(string(format), func(b *testing.B) {
			start, rows := time.Now(), 0
			for b.Loop() {
				file := s.export(crm.ContactQuery{}, crm.Export{Format: format})
				rows += n
				b.ReportMetric(float64(len(file))/1e6, "MB")
			}
			b.ReportMetric(float64(rows)/time.Since(start).Seconds(), "rows/s")
		})
	}
}

func TestWhoOnlyViewsContactsTakesNoneAway(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	job, _ := b.exportJob(crm.Export{})
	imp, err := b.UploadImport(b.ctx, b.org, crm.ImportUpload{FileName: "x.csv", File: strings.NewReader("email\nbad\n")})
	b.must(err)
	as := func(role identity.Role) context.Context {
		return identity.WithActor(context.Background(), identity.Actor{Org: b.org, User: 1, Role: role})
	}
	var file bytes.Buffer
	for what, do := range map[string]func(context.Context) error{
		"an export in the background": func(ctx context.Context) error {
			_, err := b.StartExport(ctx, b.org, crm.ContactQuery{}, crm.Export{Format: "none"})
			return err
		},
		"a streamed export": func(ctx context.Context) error {
			_, err := b.PrepareExport(ctx, b.org, crm.ContactQuery{}, crm.Export{})
			return err
		},
		"a file that is there": func(ctx context.Context) error { return b.WriteJobFile(ctx, b.org, job, &file) },
		"its job":              func(ctx context.Context) error { _, err := b.JobWithFile(ctx, b.org, job.ID); return err },
		"rejected rows":        func(ctx context.Context) error { return b.WriteRejects(ctx, b.org, imp.ID, &file, domain.Kept.English) },
		"a consent log":        func(ctx context.Context) error { return b.WriteConsents(ctx, b.org, anna.ID, &file) },
		"a timeline": func(ctx context.Context) error {
			return b.EachTimeline(ctx, b.org, crm.TimelineQuery{Contact: anna.ID}, func(crm.Timeline) error { return nil })
		},
	} {
		if err := do(as(identity.RoleViewer)); domain.KindOf(err) != domain.KindForbidden || file.Len() != 0 {
			t.Errorf("a viewer gets %s: %v, %d bytes", what, err, file.Len())
		}
		if err := do(as(identity.RoleUser)); domain.KindOf(err) == domain.KindForbidden {
			t.Errorf("a user does not get %s: %v", what, err)
		}
		file.Reset()
	}
	if _, err := b.Contact(as(identity.RoleViewer), b.org, anna.ID); err != nil {
		t.Errorf("a viewer does not see a contact: %v", err)
	}
}
