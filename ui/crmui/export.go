package crmui

import (
	"bufio"
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	exportPath   = contactsPath + "/export"
	exportAction = "export" // of the bulk dialog
)

var exportMedia = map[crm.ExportFormat]string{
	crm.ExportCSV: "text/csv; charset=utf-8", crm.ExportXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

func (p *pages) exportRoutes(r fiber.Router) {
	r.Post(exportPath, p.export)
	r.Get(jobsPath+"/:id<int>/file", p.jobFile)
}

// exportView is the dialog that asks what a file is to hold.
type exportView struct {
	Contacts int
	Keep     []hiddenField // which contacts
	Columns  []component.Option
	Chosen   []string // columns; none: all
	Format   crm.ExportFormat
	Errors   component.Errors
}

// exportDialog asks for the format and the columns.
func (p *pages) exportDialog(c *fiber.Ctx, status int, v exportView) error {
	if err := identity.Require(c.UserContext(), orgOf(c), identity.ExportContacts); err != nil {
		return err
	}
	q, keep, err := bulkQuery(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	if v.Contacts, err = p.Contacts.BulkCount(ctx, orgOf(c), q, ""); err != nil {
		return err
	}
	set, err := p.Contacts.FieldSet(ctx, orgOf(c))
	if err != nil {
		return err
	}
	for _, name := range crm.ExportColumns {
		v.Columns = append(v.Columns, component.Option{Value: name, Label: words.Say(ctx, exportNames[name])})
	}
	for _, field := range set.Published() {
		v.Columns = append(v.Columns, component.Option{Value: "fields." + field.Alias, Label: field.Label})
	}
	v.Keep = keep
	return page.Fragment(c, status, exportForm(v))
}

// export starts a job that writes the file.
func (p *pages) export(c *fiber.Ctx) error {
	q, _, err := bulkQuery(c)
	if err != nil {
		return err
	}
	e := crm.Export{Format: crm.ExportFormat(c.FormValue("format")), BOM: c.FormValue("bom") == "true"}
	for _, name := range c.Context().PostArgs().PeekMulti("columns") {
		if len(name) > 0 {
			e.Columns = append(e.Columns, string(name))
		}
	}
	job, err := p.Contacts.StartExport(c.UserContext(), orgOf(c), q, e)
	if found, refused := component.ErrorsFrom(c.UserContext(), err); refused {
		return p.exportDialog(c, fiber.StatusUnprocessableEntity, exportView{Format: e.Format, Chosen: e.Columns, Errors: found})
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, jobPath(job.ID), "")
}

// jobFile streams the file of an export.
func (p *pages) jobFile(c *fiber.Ctx) error {
	id, err := page.ID[crm.JobID](c, "id")
	if err != nil {
		return err
	}
	ctx, org := context.WithoutCancel(c.UserContext()), orgOf(c)
	job, err := p.Contacts.JobWithFile(ctx, org, id)
	if err != nil {
		return err
	}
	c.Attachment(job.Result.File.Name)
	c.Set(fiber.HeaderContentType, exportMedia[job.Settings.Export.Format])
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The status is sent already: all that is left to do after an error is to stop.
		_ = p.Contacts.WriteJobFile(ctx, org, job, w)
	})
	return nil
}

// exportNames are what people call the columns of a file.
var exportNames = map[string]string{
	"id": words.Mark("Number"), "firstname": words.Mark("First name"), "lastname": words.Mark("Last name"), "email": words.Mark("Email"),
	"phone": words.Mark("Phone"), "company": words.Mark("Company"), "position": words.Mark("Position"), "points": words.Mark("Points"),
	"stage": words.Mark("Stage"), "owner": words.Mark("Owner"), "timeZone": words.Mark("Time zone"), "locale": words.Mark("Language"),
	"preferredChannel": words.Mark("Preferred channel"), "tags": words.Mark("Tags"), "segments": words.Mark("Segments"),
	"doNotEmail": words.Mark("No email"), "doNotSMS": words.Mark("No SMS"), "doNotPush": words.Mark("No push"),
	"createdAt": words.Mark("Created"), "updatedAt": words.Mark("Changed"),
}
