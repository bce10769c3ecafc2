package crmstore_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store/crmstore"
)

const (
	png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	pdf = "%PDF-1.7\n1 0 obj"
)

// attach stores a file of a contact.
func (b bench) attach(contact crm.Contact, name, content string) crm.Attachment {
	b.t.Helper()
	a, err := b.AddAttachment(b.ctx, b.org, contact.ID, name, strings.NewReader(content))
	b.must(err)
	return a
}

func TestAnotherOrganizationsFileIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	file := b.attach(anna, "a.png", png)
	org, ctx := b.stranger()
	_, err := b.Attachments(ctx, org, anna.ID, domain.PageQuery{})
	b.refused(err, domain.KindNotFound, "no contact")
	_, err = b.AddAttachment(ctx, org, anna.ID, "a.png", strings.NewReader(png))
	b.refused(err, domain.KindNotFound, "no contact")
	_, err = b.Attachment(ctx, org, file.ID)
	b.refused(err, domain.KindNotFound, "no file")
	b.refused(b.WriteAttachment(ctx, org, file.ID, io.Discard), domain.KindNotFound, "no file")
	b.refused(b.DeleteAttachment(ctx, org, file.ID), domain.KindNotFound, "no file")
	b.refused(b.RestoreAttachment(ctx, org, file.ID), domain.KindNotFound, "no file")
}

func TestAFileComesBackAsItWasSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	content := pdf + strings.Repeat("0123456789", 250_000) // three pieces
	file := b.attach(anna, `C:\docs\..\offer <b>.pdf`, content)
	if hash := sha256.Sum256([]byte(content)); file.Name != "offer <b>.pdf" || file.Bytes != int64(len(content)) || !bytes.Equal(file.SHA256, hash[:]) || file.MediaType != "application/pdf" {
		t.Errorf("the file is %s, %d bytes, %s", file.Name, file.Bytes, file.MediaType)
	}
	var got bytes.Buffer
	b.must(b.WriteAttachment(b.ctx, b.org, file.ID, &got))
	if got.String() != content {
		t.Error("the content is another")
	}
	if events := b.events(anna.ID); events != "contact.created contact.file_added" {
		t.Errorf("events are %s", events)
	}
}

func TestDeletedFilesComeBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	file := b.attach(anna, "a.png", png)
	b.must(b.DeleteAttachment(b.ctx, b.org, file.ID))
	b.refused(b.WriteAttachment(b.ctx, b.org, file.ID, io.Discard), domain.KindNotFound, "no file")
	if n := len(b.timeline(crm.TimelineQuery{Contact: anna.ID}).Events); n != 1 {
		t.Errorf("the timeline tells of a deleted file: %d events", n)
	}
	b.must(b.RestoreAttachment(b.ctx, b.org, file.ID))
	page, err := b.Attachments(b.ctx, b.org, anna.ID, domain.PageQuery{})
	b.must(err)
	if page.Total != 1 || page.Items[0].Name != "a.png" {
		t.Errorf("files are %+v", page.Items)
	}
}

func TestFilesAreOfTheKindThatTheirContentShows(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	for name, c := range map[string]struct{ content, want string }{
		"a.png": {png, "image/png"}, "a.JPEG": {"\xff\xd8\xff\xe0 JFIF", "image/jpeg"}, "a.gif": {"GIF89a<?php", "image/gif"},
		"a.webp": {"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"}, "a.pdf": {pdf, "application/pdf"}, "no ending": {pdf, "application/pdf"},
		"a.csv": {"Name;Stra\xdfe\r\n", "text/csv"}, "a.txt": {"<script>alert(1)</script>", "text/plain"},
		"a.xlsx":              {zipped(t, "[Content_Types].xml", "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"a.docx":              {zipped(t, "[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"pdf called.png":      {pdf, "is a PDF document"},
		"png called.txt":      {png, "is a PNG picture"},
		"page.html":           {"<script>alert(1)</script>", "Only pictures"},
		"picture.svg":         {"<svg onload='alert(1)'/>", "Only pictures"},
		"shell.php":           {"<?php", "Only pictures"},
		"shell.jpg.php":       {"\xff\xd8\xff\xe0<?php", "ends in .php"},
		"program.txt":         {"MZ\x90\x00\x03", "Only pictures"},
		"archive.zip":         {zipped(t, "a.txt"), "Only pictures"},
		"macros.xlsx":         {zipped(t, "[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "Only pictures"},
		"macros.docm":         {zipped(t, "[Content_Types].xml", "word/document.xml"), "ends in .docm"},
		"half an office.xlsx": {"PK\x03\x04[Content_Types].xml xl/workbook.xml", "Only pictures"},
		"empty.txt":           {"", "empty"},
	} {
		file, err := b.AddAttachment(b.ctx, b.org, anna.ID, name, strings.NewReader(c.content))
		if err != nil {
			if domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
			continue
		}
		if file.MediaType != c.want {
			t.Errorf("%s is stored as %s, want %q", name, file.MediaType, c.want)
		}
	}
}

func TestNamesOfFilesAreCleanedOfWhatMisleads(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	for sent, want := range map[string]string{
		"../../etc/a.png": "a.png", "a\u202egnp.png": "agnp.png", "\x00\x1b.png": "png", "": "file", "..": "file",
		strings.Repeat("x", 5000) + ".png": strings.Repeat("x", 196) + ".png", " a.png. ": "a.png",
	} {
		if got := b.attach(anna, sent, png).Name; got != want {
			t.Errorf("%.20q is stored as %.220q, want %.220q", sent, got, want)
		}
	}
}

func TestFilesStayWithinTheirLimits(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	b.Service = crm.New(crm.Deps{
		Store: crmstore.New(b.db), Tx: b.db, Clock: func() time.Time { return today }, Files: crm.AttachmentQuota{Contact: 100, Org: 150},
	})
	first := b.attach(anna, "a.pdf", pdf+strings.Repeat("x", 80-len(pdf)))
	add := func(contact crm.Contact, size int) error {
		_, err := b.AddAttachment(b.ctx, b.org, contact.ID, "b.pdf", strings.NewReader(pdf+strings.Repeat("x", size-len(pdf))))
		return err
	}
	b.refused(add(anna, 21), domain.KindTooLarge, "room for 20 bytes")
	b.must(add(anna, 20))
	b.refused(add(ben, 51), domain.KindTooLarge, "all contacts")
	b.must(b.DeleteAttachment(b.ctx, b.org, first.ID))
	b.must(add(ben, 51))
	b.refused(add(ben, crm.MaxAttachment+1), domain.KindTooLarge, "25 MB")
}

func zipped(t *testing.T, names ...string) string {
	t.Helper()
	var file bytes.Buffer
	archive := zip.NewWriter(&file)
	for _, name := range names {
		if _, err := archive.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}
