package crmapi

import (
	"bufio"
	"context"
	"encoding/hex"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

const (
	attachmentTag  = "Attachments"
	attachmentPath = "/api/crm/attachments/{id}"
)

func (h handler) registerAttachments(a huma.API) {
	huma.Register(a, described(operation(http.MethodGet, contactPath+"/attachments", "list-attachments", attachmentTag, "List files of a contact"),
		"The newest first. Ordered by id, name, bytes or createdAt. The search looks into their names."), h.attachments)
	huma.Register(a, described(operation(http.MethodGet, attachmentPath, "get-attachment", attachmentTag, "Read what is known of a file"),
		"Without its content, which GET …/content answers."), h.attachment)
	huma.Register(a, described(operation(http.MethodDelete, attachmentPath, "delete-attachment", attachmentTag, "Delete a file"),
		"It can be restored for 30 days."), h.deleteAttachment)
	huma.Register(a, described(operation(http.MethodPost, attachmentPath+"/restore", "restore-attachment", attachmentTag, "Bring a deleted file back"),
		"Within 30 days of its deletion. Answers the file; one that is there already stays as it is."), h.restoreAttachment)
	h.describeAttachments(a)
}

// Attachment is a file of a contact.
type Attachment struct {
	ID        int64     `json:"id" example:"5"`
	ContactID int64     `json:"contactId" example:"4711"`
	Name      string    `json:"name" example:"offer.pdf"`
	MediaType string    `json:"mediaType" example:"application/pdf" doc:"As the content shows it."`
	Bytes     int64     `json:"bytes" example:"48213"`
	SHA256    string    `json:"sha256" doc:"In hexadecimal digits." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	AddedBy   *int64    `json:"addedBy" doc:"Null when a program added it, or the user is gone." example:"7"`
	CreatedAt time.Time `json:"createdAt" example:"2026-11-24T09:30:00Z"`
}

func attachmentBody(a crm.Attachment) Attachment {
	return Attachment{
		ID: int64(a.ID), ContactID: int64(a.Contact), Name: a.Name, MediaType: a.MediaType, Bytes: a.Bytes, SHA256: hex.EncodeToString(a.SHA256),
		AddedBy: (*int64)(a.AddedBy), CreatedAt: a.CreatedAt,
	}
}

// AttachmentPath names a file.
type AttachmentPath struct {
	ID crm.AttachmentID `path:"id" minimum:"1" doc:"Id of the file." example:"5"`
}

type listAttachmentsInput struct {
	ContactPath
	api.PageInput
}

type listAttachmentsOutput struct{ Body domain.Page[Attachment] }

func (h handler) attachments(ctx context.Context, in *listAttachmentsInput) (*listAttachmentsOutput, error) {
	page, err := h.contacts.Attachments(ctx, org(ctx), in.ID, in.Query())
	if err != nil {
		return nil, api.Problem(err)
	}
	return &listAttachmentsOutput{Body: domain.MapPage(page, attachmentBody)}, nil
}

type attachmentOutput struct{ Body Attachment }

func (h handler) attachment(ctx context.Context, in *AttachmentPath) (*attachmentOutput, error) {
	a, err := h.contacts.Attachment(ctx, org(ctx), in.ID)
	if err != nil {
		return nil, api.Problem(err)
	}
	return &attachmentOutput{Body: attachmentBody(a)}, nil
}

func (h handler) deleteAttachment(ctx context.Context, in *AttachmentPath) (*struct{}, error) {
	return nil, api.Problem(h.contacts.DeleteAttachment(ctx, org(ctx), in.ID))
}

func (h handler) restoreAttachment(ctx context.Context, in *AttachmentPath) (*attachmentOutput, error) {
	if err := h.contacts.RestoreAttachment(ctx, org(ctx), in.ID); err != nil {
		return nil, api.Problem(err)
	}
	return h.attachment(ctx, in)
}

// attach takes a file: as the field file of a form, or as the body itself.
func (h handler) attach(c *fiber.Ctx) error {
	contact, err := idParam[crm.ContactID](c)
	if err != nil {
		return err
	}
	// A refused file is not read to its end: its rest must not be taken for the next request.
	c.Context().SetConnectionClose()
	name, file, err := uploadedFile(c, "Send a file: as the field file of a multipart form, or as the body itself with its name in the query.")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	a, err := h.contacts.AddAttachment(ctx, org(ctx), contact, name, file)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(attachmentBody(a))
}

// download streams a file. Whatever it holds, a browser shows nothing of it and runs nothing in it.
func (h handler) download(c *fiber.Ctx) error {
	id, err := idParam[crm.AttachmentID](c)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(c.UserContext())
	a, err := h.contacts.Attachment(ctx, org(ctx), id)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	c.Set(fiber.HeaderContentType, a.MediaType)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderCacheControl, "private, no-store")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already: all that is left to do after an error is to stop.
		_ = h.contacts.WriteAttachment(ctx, org(ctx), id, w)
	})
	return nil
}

func idParam[T ~int64](c *fiber.Ctx) (T, error) {
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, domain.NotFound("There is nothing at this address.")
	}
	return T(id), nil
}

// idParams describe the id in the path of what is no typed operation.
func idParams(example int64, doc string) []*huma.Param {
	return []*huma.Param{{Name: "id", In: "path", Required: true, Description: doc, Example: example, Schema: &huma.Schema{Type: huma.TypeInteger, Format: "int64"}}}
}

// describeAttachments tells the contract about what goes in and out as files.
func (h handler) describeAttachments(a huma.API) {
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	upload := described(operation(http.MethodPost, contactPath+"/attachments", "add-attachment", attachmentTag, "Attach a file to a contact"),
		"As the field file of a form, or as the body itself with its name in the query. At most 25 MB. Pictures (PNG, JPEG, GIF, WebP), PDF, Excel, Word, CSV and text files: "+
			"the content decides what it is, and a name that says otherwise is refused.")
	upload.Parameters = append(idParams(4711, "Id of the contact."), &huma.Param{Name: "name", In: "query", Example: "offer.pdf", Description: "Name of the file, when it is the body itself.", Schema: &huma.Schema{Type: huma.TypeString}})
	upload.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		fiber.MIMEMultipartForm: {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary}}},
		fiber.MIMEOctetStream:   {Schema: binary, Example: "%PDF-1.7\n"},
	}}
	upload.Responses = map[string]*huma.Response{"201": {Description: "Created", Content: map[string]*huma.MediaType{
		fiber.MIMEApplicationJSON: {Schema: &huma.Schema{Ref: "#/components/schemas/Attachment"}},
	}}}
	a.OpenAPI().AddOperation(&upload)

	download := described(operation(http.MethodGet, attachmentPath+"/content", "download-attachment", attachmentTag, "Download a file"),
		"In its own media type, always as an attachment: no browser shows it or runs anything in it.")
	download.Parameters = idParams(5, "Id of the file.")
	download.Responses = map[string]*huma.Response{"200": {Description: "The file as it was sent.", Content: map[string]*huma.MediaType{"*/*": {Schema: binary}}}}
	a.OpenAPI().AddOperation(&download)
}
