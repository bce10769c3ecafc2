package crmapi

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

const exportPath = contactsPath + "/export"

var exportMedia = map[crm.ExportFormat]string{
	crm.ExportCSV: "text/csv; charset=utf-8", crm.ExportXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// export streams contacts into a file.
func (h handler) export(c *fiber.Ctx) error {
	ctx := context.WithoutCancel(c.UserContext()) // the file goes on when this has returned
	bom, err := api.QueryBool(c, "bom")
	if err != nil {
		return err
	}
	e := crm.Export{Format: crm.ExportFormat(c.Query("format", string(crm.ExportCSV))), BOM: bom}
	if columns := c.Query("columns"); columns != "" {
		e.Columns = strings.Split(columns, ",")
	}
	q := crm.ContactQuery{PageQuery: domain.PageQuery{Search: c.Query("search")}.Normal(), Tag: c.Query("tag"), Segment: c.Query("segment")}
	write, err := h.contacts.PrepareExport(ctx, org(ctx), q, e)
	if err != nil {
		return err
	}
	c.Attachment("contacts." + string(e.Format))
	c.Set(fiber.HeaderContentType, exportMedia[e.Format])
	conn := c.Context().Conn()
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already. Cut off, the file does not look whole.
		if write(ctx, w) != nil {
			_ = conn.Close()
		}
	})
	return nil
}

// jobFile streams the file of an export that is done.
func (h handler) jobFile(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil {
		return domain.NotFound("There is nothing at this address.")
	}
	ctx := context.WithoutCancel(c.UserContext())
	job, err := h.contacts.JobWithFile(ctx, org(ctx), crm.JobID(id))
	if err != nil {
		return err
	}
	c.Attachment(job.Result.File.Name)
	c.Set(fiber.HeaderContentType, exportMedia[job.Settings.Export.Format])
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		_ = h.contacts.WriteJobFile(ctx, org(ctx), job, w) // cut off, its length tells
	})
	return nil
}

// describeExports tells the contract about them.
func (h handler) describeExports(a huma.API) {
	text := func(name, example, doc string) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Example: example, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	file := func() map[string]*huma.Response {
		content := map[string]*huma.MediaType{}
		for _, media := range exportMedia {
			content[media] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		return map[string]*huma.Response{strconv.Itoa(http.StatusOK): {Description: "The file.", Content: content}}
	}
	export := described(operation(http.MethodGet, exportPath, "export-contacts", "Contacts", "Export contacts"),
		"Streams all contacts that search, tag and segment find. Cells that a spreadsheet would take for a formula begin with a quote; importing takes it away again.")
	export.Parameters = []*huma.Param{
		{Name: "format", In: "query", Description: "csv when left out.", Example: "csv", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"csv", "xlsx"}}},
		text("search", "tag:newsletter !dnc:email", "In the language of the contact list."), text("tag", "newsletter", "Only contacts that carry this tag."),
		text("segment", "spring-fair", "Only contacts in the segment of this alias or number."),
		text("columns", "email,firstname,lastname", "Between commas: "+strings.Join(crm.ExportColumns, ", ")+", or fields. and the alias of a custom field. All when left out."),
		{Name: "bom", In: "query", Description: "Begin a CSV with a mark by which Excel knows UTF-8.", Example: true, Schema: &huma.Schema{Type: huma.TypeBoolean}},
	}
	export.Responses = file()
	a.OpenAPI().AddOperation(&export)

	job := described(api.MayAnswer(operation(http.MethodGet, jobPath+"/file", "download-job-file", jobTag, "Download the file of an export"), http.StatusConflict),
		"Once the export is done, until the file expires; before that it is a conflict.")
	job.Parameters = idParams(88, "Id of the job.")
	job.Responses = file()
	a.OpenAPI().AddOperation(&job)
}
