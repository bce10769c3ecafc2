package crmapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// RegisterFiles adds what does not fit a typed body: files, streamed in and out. Mount it on the
// app that the API is on.
func RegisterFiles(r fiber.Router, s *crm.Service) {
	h := handler{contacts: s}
	r.Post(importsPath, api.RequireActor, api.Query("start", "tag", "name"), h.upload)
	r.Get(importsPath+"/:id/rejects.csv", api.RequireActor, api.Query(), h.rejectFile)
	r.Get(exportPath, api.RequireActor, api.Query("format", "search", "tag", "segment", "columns", "bom"), h.export)
	r.Get(jobsPath+"/:id/file", api.RequireActor, api.Query(), h.jobFile)
	r.Post(contactsPath+"/:id/attachments", api.RequireActor, api.Query("name"), h.attach)
	r.Get("/api/crm/attachments/:id/content", api.RequireActor, api.Query(), h.download)
}

// describeFiles tells the contract about them.
func (h handler) describeFiles(a huma.API) {
	answer := func(status int, description, media string, schema *huma.Schema) map[string]*huma.Response {
		return map[string]*huma.Response{strconv.Itoa(status): {Description: description, Content: map[string]*huma.MediaType{media: {Schema: schema}}}}
	}
	query := func(name string, example any, doc string, schema huma.Schema) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Example: example, Schema: &schema}
	}
	upload := described(operation(http.MethodPost, importsPath, "upload-import", importTag, "Upload a CSV file"),
		"As the field file of a form, or as the body itself. At most 256 MB. The import then waits in state mapping, unless it is to start at once.")
	upload.Parameters = []*huma.Param{
		query("start", true, "Start at once, with the columns as they are guessed.", huma.Schema{Type: huma.TypeBoolean}),
		query("tag", []string{"spring-fair"}, "Given to every contact of the file. May be repeated.", huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString}}),
		query("name", "spring-fair.csv", "Name of the file, when it is the body itself.", huma.Schema{Type: huma.TypeString}),
	}
	upload.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		fiber.MIMEMultipartForm: {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}}}},
		"text/csv":              {Schema: &huma.Schema{Type: huma.TypeString}, Example: "First name,Last name,E-mail\nEva,Lang,eva.lang@example.com\n"},
	}}
	upload.Responses = answer(http.StatusCreated, "Created", fiber.MIMEApplicationJSON, &huma.Schema{Ref: "#/components/schemas/Import"})
	a.OpenAPI().AddOperation(&upload)

	rejects := described(operation(http.MethodGet, importPath+"/rejects.csv", "download-import-rejects", importTag, "Download the rows that were not imported"),
		"A CSV with the number of each row, the reason, and the cells as they came. It can be mended and imported again.")
	rejects.Parameters = idParams(18, "Id of the import.")
	rejects.Responses = answer(http.StatusOK, "Safe to open in a spreadsheet.", "text/csv", &huma.Schema{Type: huma.TypeString})
	a.OpenAPI().AddOperation(&rejects)
	h.describeExports(a)
}

func (h handler) upload(c *fiber.Ctx) error {
	ctx := c.UserContext()
	start, err := api.QueryBool(c, "start")
	if err != nil {
		return err
	}
	name, file, err := uploadedFile(c, "Send a CSV file: as the field file of a multipart form, or as a body of type text/csv.")
	if err != nil {
		return err
	}
	var tags []string
	for _, tag := range c.Context().QueryArgs().PeekMulti("tag") {
		tags = append(tags, string(tag))
	}
	imp, err := h.contacts.UploadImport(ctx, org(ctx), crm.ImportUpload{FileName: name, File: file, Tags: tags, Guess: start})
	if err == nil && start {
		imp, err = h.contacts.StartImport(ctx, org(ctx), imp.ID, crm.ImportStart{})
	}
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(importBody(imp))
}

// uploadedFile returns the file of a form, or the body itself, unread. What is neither is answered
// with the sentence asks.
func uploadedFile(c *fiber.Ctx, asks string) (name string, file io.Reader, err error) {
	body := c.Context().RequestBodyStream()
	if body == nil {
		body = strings.NewReader(string(c.Body()))
	}
	media, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	switch {
	case err != nil, media == fiber.MIMEApplicationJSON:
		return "", nil, domain.Invalid("file", "%s", asks)
	case media != fiber.MIMEMultipartForm:
		return c.Query("name", "contacts.csv"), &cutOff{Reader: body, missing: c.Request().Header.ContentLength()}, nil
	}
	for form := multipart.NewReader(body, params["boundary"]); ; {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, domain.Invalid("file", "The form has no field file.")
		}
		if err != nil {
			return "", nil, domain.Invalid("file", "The form can't be read.")
		}
		if part.FormName() == "file" {
			return part.FileName(), &cutOff{Reader: part}, nil
		}
	}
}

// cutOff explains an upload that ends too early. When the caller hangs up, the server ends a body of
// known length as if it were whole.
type cutOff struct {
	io.Reader
	missing int // bytes that are still to come; below one when that is not known
}

func (r *cutOff) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.missing -= n
	if err != nil && (!errors.Is(err, io.EOF) || r.missing > 0) {
		err = domain.Invalid("file", "The upload was cut off.")
	}
	return n, err
}

func (h handler) rejectFile(c *fiber.Ctx) error {
	number, err := strconv.ParseInt(c.Params("id"), 10, 64)
	id := crm.ImportID(number)
	if err != nil {
		return domain.NotFound("There is nothing at this address.")
	}
	ctx := context.WithoutCancel(c.UserContext())
	if err := identity.Require(ctx, org(ctx), identity.ExportContacts); err != nil { // before the status is sent
		return err
	}
	if _, err := h.contacts.Import(ctx, org(ctx), id); err != nil {
		return err
	}
	c.Attachment(fmt.Sprintf("import-%d-rejected.csv", id))
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already: all that is left to do after an error is to stop.
		_ = h.contacts.WriteRejects(ctx, org(ctx), id, w, domain.Kept.English)
	})
	return nil
}
