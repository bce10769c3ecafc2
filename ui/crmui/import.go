package crmui

import (
	"context"
	"fmt"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// UploadPath is where the form with the file goes.
const UploadPath = importsPath

const (
	importsPath  = "/app/imports"
	importsID    = "imports"       // of the list
	uploadFormID = "upload-form"   // of the form that chooses a file
	mappingID    = "mapping-form"  // of the form that says what the columns mean
	progressID   = "import-status" // of what shows how far it is
)

func (p *pages) importRoutes(r fiber.Router) {
	r.Get(importsPath, p.imports)
	r.Get(importsPath+"/suggest", listing.Suggest(importsID, crm.ImportCommands))
	r.Get(importsPath+"/new", p.newImport)
	r.Post(importsPath, p.upload)
	r.Get(importsPath+"/:id<int>", p.showImport)
	r.Get(importsPath+"/:id<int>/events", p.importEvents)
	r.Post(importsPath+"/:id<int>/mapping", p.changeImport)
	r.Post(importsPath+"/:id<int>/start", p.startImport)
	r.Post(importsPath+"/:id<int>/cancel", p.cancelImport)
	r.Post(importsPath+"/:id<int>/undo", p.undoImport)
	r.Get(importsPath+"/:id<int>/rejects.csv", p.rejectFile)
}

func importPath(id crm.ImportID) string { return fmt.Sprintf("%s/%d", importsPath, id) }

// importsView is the list of imports.
type importsView struct {
	List    component.List
	Rows    []crm.Import
	Problem *search.Error // why the search can't be read; nil: it can
	May     bool          // import something
}

func (p *pages) imports(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Contacts.Imports(c.UserContext(), orgOf(c), crm.ImportQuery{PageQuery: q})
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := importsView{List: component.ListOf(importsPath, importsID, q, found), Rows: found.Items, Problem: problem, May: mayEdit(c.UserContext())}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: importsPage(v), Region: importRegion(v), Body: importTable(v)})
}

// importPills are the filters above the list.
var importPills = []listing.Pill{
	{Term: "", Label: words.Mark("All")},
	{Term: "state:mapping", Label: words.Mark("Waits for you")},
	{Term: "state:running", Label: words.Mark("Running")},
	{Term: "state:done", Label: words.Mark("Done")},
	{Term: "state:failed", Label: words.Mark("Failed")},
	{Term: "state:undone", Label: words.Mark("Undone")},
}

// importView is the page of one import: its columns first, then how far it is.
type importView struct {
	crm.Import
	Samples []crm.ImportSample // of each column
	Choices crm.ImportChoices
	Errors  component.Errors
	Tried   bool // the form was sent off: errors are listed on top of it
	May     bool // change something
	Now     time.Time
}

func (p *pages) readImport(c *fiber.Ctx) (importView, error) {
	id, err := page.ID[crm.ImportID](c, "id")
	if err != nil {
		return importView{}, err
	}
	imp, err := p.Contacts.Import(c.UserContext(), orgOf(c), id)
	if err != nil {
		return importView{}, err
	}
	return p.viewImport(c, imp)
}

// viewImport adds to an import what its page shows besides.
func (p *pages) viewImport(c *fiber.Ctx, imp crm.Import) (importView, error) {
	ctx, org := c.UserContext(), orgOf(c)
	imp.Settings = imp.Settings.WithDefaults()
	v := importView{Import: imp, May: mayEdit(ctx), Now: time.Now()}
	if imp.State != crm.ImportMapping {
		return v, nil
	}
	var err error
	if v.Samples, err = p.Contacts.ImportSamples(ctx, org, imp.ID); err != nil {
		return v, err
	}
	if v.Choices, err = p.Contacts.ImportChoices(ctx, org); err != nil {
		return v, err
	}
	clashes, err := p.Contacts.ImportClashes(ctx, org, imp)
	v.Errors = importErrors(component.Errors(clashes))
	return v, err
}

func (p *pages) showImport(c *fiber.Ctx) error {
	v, err := p.readImport(c)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, importPage(v), page.Part{ID: progressID, Show: importStatus(v)})
}

// importEvents sends how far an import is, until nothing is done with it any more.
func (p *pages) importEvents(c *fiber.Ctx) error {
	id, err := page.ID[crm.ImportID](c, "id")
	if err != nil {
		return err
	}
	org := orgOf(c)
	return page.Stream(c, func(ctx context.Context) (templ.Component, bool, error) {
		imp, err := p.Contacts.Import(ctx, org, id)
		if err != nil {
			return nil, false, err
		}
		v := importView{Import: imp, May: mayEdit(ctx), Now: time.Now()}
		return importStatus(v), !imp.State.Working(), nil
	})
}

func (p *pages) cancelImport(c *fiber.Ctx) error {
	id, err := page.ID[crm.ImportID](c, "id")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	imp, err := p.Contacts.Import(ctx, orgOf(c), id)
	if err != nil {
		return err
	}
	if err := p.Contacts.CancelImport(ctx, orgOf(c), id); err != nil {
		return err
	}
	said := words.T(ctx, "The import is cancelled. What was imported stays, and can be undone.")
	switch imp.State {
	case crm.ImportChecking:
		said = words.T(ctx, "The check is cancelled.")
	case crm.ImportMapping:
		return page.Redirect(c, importsPath, words.T(ctx, "The file is discarded."))
	}
	return page.Redirect(c, importPath(id), said)
}

func (p *pages) undoImport(c *fiber.Ctx) error {
	id, err := page.ID[crm.ImportID](c, "id")
	if err != nil {
		return err
	}
	if _, err := p.Contacts.UndoImport(c.UserContext(), orgOf(c), id, c.FormValue("changed") == "true"); err != nil {
		return err
	}
	return page.Redirect(c, importPath(id), "")
}

// importTone and importStates say how far an import is.
var (
	importTones = map[crm.ImportState]component.Tone{
		crm.ImportMapping: component.Caution, crm.ImportChecking: component.Info, crm.ImportQueued: component.Info, crm.ImportRunning: component.Info,
		crm.ImportDone: component.Good, crm.ImportFailed: component.Bad, crm.ImportCancelled: component.Neutral, crm.ImportUndoing: component.Info,
		crm.ImportUndone: component.Neutral,
	}
	importStates = map[crm.ImportState]string{
		crm.ImportMapping: words.Mark("Waits for you"), crm.ImportChecking: words.Mark("Being checked"), crm.ImportQueued: words.Mark("Waiting to start"),
		crm.ImportRunning: words.Mark("Running"), crm.ImportDone: words.Mark("Done"), crm.ImportFailed: words.Mark("Failed"),
		crm.ImportCancelled: words.Mark("Cancelled"), crm.ImportUndoing: words.Mark("Being undone"), crm.ImportUndone: words.Mark("Undone"),
	}
)
