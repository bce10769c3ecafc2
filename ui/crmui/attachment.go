package crmui

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"mime"
	"mime/multipart"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	filesPath = "/app/files"
	filesID   = "files" // of the element that holds form and list
	filesSize = 50

	// AttachmentUploads is the route whose forms hold files of contacts.
	AttachmentUploads = contactsPath + "/:id<int>/files"
)

func (p *pages) attachmentRoutes(r fiber.Router) {
	r.Post(AttachmentUploads, p.attach)
	r.Get(filesPath+"/:id<int>", p.downloadFile)
	r.Post(filesPath+"/:id<int>/delete", p.deleteFile)
	r.Post(filesPath+"/:id<int>/restore", p.restoreFile)
}

// filesView is a page of files, with the form for another one.
type filesView struct {
	Contact crm.ContactID
	List    component.List
	Files   []crm.Attachment
	Errors  component.Errors
}

func (p *pages) readFiles(c *fiber.Ctx, contact crm.ContactID) (filesView, error) {
	q := domain.PageQuery{Page: c.QueryInt("page", 1), Limit: filesSize}
	found, err := p.Contacts.Attachments(c.UserContext(), orgOf(c), contact, q)
	return filesView{
		Contact: contact, Files: found.Items, List: component.ListOf(contactPath(contact), filesID, q, found).With("tab", string(tabFiles)),
	}, err
}

// attach streams the file of the form into the database. upload.js asks for JSON and shows progress;
// a plain form gets pages.
func (p *pages) attach(c *fiber.Ctx) error {
	// A refused file is not read to its end: its rest must not be taken for the next request.
	c.Context().SetConnectionClose()
	ctx := c.UserContext()
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	file, err := p.attached(c, id)
	byScript := strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMEApplicationJSON)
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		if byScript {
			return c.Status(fiber.StatusUnprocessableEntity).JSON(fiber.Map{"message": found[0].Message})
		}
		return p.renderContact(c, id, tabFiles, func(v *contactView) { v.Files.Errors = found })
	}
	if err != nil {
		return err
	}
	said := words.F(ctx, "{{.Name}} is attached.", words.Data{"Name": file.Name})
	if byScript {
		page.Say(c, page.Success, said)
		return c.Status(fiber.StatusCreated).JSON(fiber.Map{"next": tabPath(id, tabFiles)})
	}
	return page.Redirect(c, tabPath(id, tabFiles), said)
}

func (p *pages) attached(c *fiber.Ctx, contact crm.ContactID) (crm.Attachment, error) {
	none := domain.Invalid("file", "Choose a file.")
	media, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || media != fiber.MIMEMultipartForm {
		return crm.Attachment{}, none
	}
	body := c.Context().RequestBodyStream()
	if body == nil {
		body = bytes.NewReader(c.Body())
	}
	for form := multipart.NewReader(body, params["boundary"]); ; {
		part, err := form.NextPart()
		if err != nil {
			return crm.Attachment{}, none
		}
		if part.FormName() != "file" {
			continue
		}
		if part.FileName() == "" {
			return crm.Attachment{}, none
		}
		return p.Contacts.AddAttachment(c.UserContext(), orgOf(c), contact, part.FileName(), cutOff{part})
	}
}

// downloadFile streams a file. Whatever it holds, the browser shows nothing of it and runs nothing in it.
func (p *pages) downloadFile(c *fiber.Ctx) error {
	file, err := p.readFile(c)
	if err != nil {
		return err
	}
	ctx, org := context.WithoutCancel(c.UserContext()), orgOf(c)
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	c.Set(fiber.HeaderContentType, file.MediaType)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already: all that is left to do after an error is to stop.
		_ = p.Contacts.WriteAttachment(ctx, org, file.ID, w)
	})
	return nil
}

func (p *pages) deleteFile(c *fiber.Ctx) error {
	file, err := p.readFile(c)
	if err != nil {
		return err
	}
	if err := p.Contacts.DeleteAttachment(c.UserContext(), orgOf(c), file.ID); err != nil {
		return err
	}
	said := words.F(c.UserContext(), "{{.Name}} is deleted.", words.Data{"Name": file.Name})
	page.SayUndo(c, said, fmt.Sprintf("%s/%d/restore", filesPath, file.ID))
	if !page.IsHTMX(c) {
		return page.Redirect(c, tabPath(file.Contact, tabFiles), "")
	}
	v, err := p.readFiles(c, file.Contact)
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, filesTab(v))
}

func (p *pages) restoreFile(c *fiber.Ctx) error {
	id, err := page.ID[crm.AttachmentID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Contacts.RestoreAttachment(c.UserContext(), orgOf(c), id); err != nil {
		return err
	}
	file, err := p.readFile(c)
	if err != nil {
		return err
	}
	return page.Redirect(c, tabPath(file.Contact, tabFiles), words.F(c.UserContext(), "{{.Name}} is back.", words.Data{"Name": file.Name}))
}

func (p *pages) readFile(c *fiber.Ctx) (crm.Attachment, error) {
	id, err := page.ID[crm.AttachmentID](c, "id")
	if err != nil {
		return crm.Attachment{}, err
	}
	return p.Contacts.Attachment(c.UserContext(), orgOf(c), id)
}
