package crmui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

// UploadPath is where the form with the file goes.
const UploadPath = importsPath

const (
	importsPath  = "/app/imports"
	importsID    = "imports"       // of the list
	uploadFormID = "upload-form"   // of the form that chooses a file
	mappingID    = "mapping-form"  // of the form that says what the columns mean
	progressID   = "import-status" // of what shows how far it is
	previewRows  = 5
	rejectRows   = 20
)

func (p *pages) importRoutes(r fiber.Router) {
	r.Get(importsPath, p.imports)
	r.Get(importsPath+"/new", p.newImport)
	r.Post(importsPath, p.upload)
	r.Get(importsPath+"/:id<int>", p.showImport)
	r.Post(importsPath+"/:id<int>/start", p.startImport)
	r.Post(importsPath+"/:id<int>/cancel", p.cancelImport)
	r.Get(importsPath+"/:id<int>/rejects.csv", p.rejectFile)
}

func importPath(id crm.ImportID) string { return fmt.Sprintf("%s/%d", importsPath, id) }

// importsView is the list of imports.
type importsView struct {
	List component.List
	Rows []crm.Import
}

func (p *pages) imports(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Contacts.Imports(c.UserContext(), orgOf(c), q)
	if err != nil {
		return err
	}
	v := importsView{List: component.ListOf(importsPath, importsID, q, found), Rows: found.Items}
	return page.Render(c, fiber.StatusOK, importsPage(v), page.Part{ID: importsID, Show: importTable(v)})
}

// importView is the page of one import: its columns first, then how far it is.
type importView struct {
	crm.Import
	Preview [][]string
	Tags    string
	Rejects []crm.Reject
	Errors  component.Errors
}

func (p *pages) readImport(c *fiber.Ctx) (importView, error) {
	id, err := page.ID[crm.ImportID](c, "id")
	if err != nil {
		return importView{}, err
	}
	ctx, org := c.UserContext(), orgOf(c)
	imp, err := p.Contacts.Import(ctx, org, id)
	if err != nil {
		return importView{}, err
	}
	v := importView{Import: imp, Tags: strings.Join(imp.Settings.Tags, ", ")}
	if imp.State == crm.ImportMapping {
		v.Preview, err = p.Contacts.ImportPreview(ctx, org, id, previewRows)
		return v, err
	}
	if imp.Rejected > 0 {
		v.Rejects, err = p.Contacts.Rejects(ctx, org, id, 0, rejectRows)
	}
	return v, err
}

func (p *pages) showImport(c *fiber.Ctx) error {
	v, err := p.readImport(c)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, importPage(v), page.Part{ID: progressID, Show: importProgress(v)})
}

// startImport reads one field for each column: columns are named by their place in the file.
func (p *pages) startImport(c *fiber.Ctx) error {
	v, err := p.readImport(c)
	if err != nil {
		return err
	}
	v.Tags = c.FormValue("tags")
	start := crm.ImportStart{Tags: tagList(v.Tags), Fields: make([]string, len(v.Columns))}
	for i := range v.Columns {
		start.Fields[i] = c.FormValue(columnName(i))
		v.Columns[i].Field = start.Fields[i]
	}
	_, err = p.Contacts.StartImport(c.UserContext(), orgOf(c), v.ID, start)
	if found, ok := component.ErrorsFrom(err); ok && v.State == crm.ImportMapping {
		v.Errors = columnErrors(found)
		return page.Render(c, fiber.StatusUnprocessableEntity, importPage(v), page.Part{ID: mappingID, Show: mappingForm(v)})
	}
	if domain.KindOf(err) == domain.KindUnavailable {
		page.Say(c, page.Failure, err.Error())
		err = nil
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, importPath(v.ID), "")
}

func (p *pages) cancelImport(c *fiber.Ctx) error {
	id, err := page.ID[crm.ImportID](c, "id")
	if err != nil {
		return err
	}
	if err := p.Contacts.CancelImport(c.UserContext(), orgOf(c), id); err != nil {
		return err
	}
	return page.Redirect(c, importPath(id), "The import is cancelled. What was imported stays.")
}

// cellsLine shows the cells that hold something.
func cellsLine(cells []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(cells), func(cell string) bool { return strings.TrimSpace(cell) == "" }), " · ")
}

func columnName(i int) string { return fmt.Sprintf("column-%d", i) }

// columnErrors puts findings about columns[3] to the control of that column.
func columnErrors(found component.Errors) component.Errors {
	for i, f := range found {
		var n int
		if _, err := fmt.Sscanf(f.Field, "columns[%d]", &n); err == nil {
			found[i].Field = columnName(n)
		}
		if strings.HasPrefix(f.Field, "tags") {
			found[i].Field = "tags"
		}
	}
	return found
}

var fieldNames = map[string]string{
	"firstname": "First name", "lastname": "Last name", "email": "Email", "phone": "Phone", "company": "Company",
	"position": "Position", "points": "Points", "stage": "Stage", "timeZone": "Time zone", "tags": "Tags", "doNotEmail": "Must not get email (yes/no)",
}

// options are what a column can mean: a standard field, a custom field of its name, or nothing.
func options(column crm.ImportColumn) []component.Option {
	options := []component.Option{{Value: "", Label: "Leave out"}}
	for _, field := range crm.ImportFields {
		options = append(options, component.Option{Value: field, Label: fieldNames[field]})
	}
	custom := crm.CustomField(column.Header)
	return append(options, component.Option{Value: custom, Label: fmt.Sprintf("Custom field “%s”", strings.TrimPrefix(custom, "fields."))})
}

// stateBadge says how far an import is.
func stateBadge(state crm.ImportState) (component.Tone, string) {
	switch state {
	case crm.ImportMapping:
		return component.Caution, "Waits for you"
	case crm.ImportQueued:
		return component.Info, "Waiting to start"
	case crm.ImportRunning:
		return component.Info, "Running"
	case crm.ImportDone:
		return component.Good, "Done"
	case crm.ImportFailed:
		return component.Bad, "Failed"
	}
	return component.Neutral, "Cancelled"
}
