package crmui

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

func (p *pages) newImport(c *fiber.Ctx) error {
	return page.Render(c, fiber.StatusOK, uploadPage(nil))
}

// upload streams the file of the form into the database; it never lies in memory as a whole.
func (p *pages) upload(c *fiber.Ctx) error {
	// A refused file is not read to its end: its rest must not be taken for the next request.
	c.Context().SetConnectionClose()
	imp, err := p.uploaded(c)
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		return page.Render(c, fiber.StatusUnprocessableEntity, uploadPage(found), page.Part{ID: uploadFormID, Show: uploadForm(found)})
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, importPath(imp.ID), "")
}

func (p *pages) uploaded(c *fiber.Ctx) (crm.Import, error) {
	media, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || media != fiber.MIMEMultipartForm {
		return crm.Import{}, domain.Invalid("file", "Choose a CSV file.")
	}
	body := c.Context().RequestBodyStream()
	if body == nil {
		body = bytes.NewReader(c.Body())
	}
	for form := multipart.NewReader(body, params["boundary"]); ; {
		part, err := form.NextPart()
		if err != nil {
			return crm.Import{}, domain.Invalid("file", "Choose a CSV file.")
		}
		if part.FormName() != "file" {
			continue
		}
		if part.FileName() == "" {
			return crm.Import{}, domain.Invalid("file", "Choose a CSV file.")
		}
		return p.Contacts.UploadImport(c.UserContext(), orgOf(c), crm.ImportUpload{FileName: part.FileName(), File: cutOff{part}})
	}
}

// cutOff explains an upload that ends too early.
type cutOff struct{ io.Reader }

func (r cutOff) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = domain.Invalid("file", "The upload was cut off. Try again.")
	}
	return n, err
}

// rejectFile streams the rows that were not imported.
func (p *pages) rejectFile(c *fiber.Ctx) error {
	id, err := page.ID[crm.ImportID](c, "id")
	if err != nil {
		return err
	}
	ctx, org := context.WithoutCancel(c.UserContext()), orgOf(c)
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil { // before the status is sent
		return err
	}
	if _, err := p.Contacts.Import(ctx, org, id); err != nil {
		return err
	}
	c.Attachment(fmt.Sprintf("import-%d-rejected.csv", id))
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already: all that is left to do after an error is to stop.
		_ = p.Contacts.WriteRejects(ctx, org, id, w, func(why domain.Kept) string { return words.Kept(ctx, why) })
	})
	return nil
}
