package crmui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// newFieldChoice is what a column's control says when it is to make a field.
const newFieldChoice = "new"

// What buttons of the form are for, besides check and start.
const (
	doBelowTitle = "below-title" // the header is where it seems to be
	doFirstLine  = "first-line"  // it is in the first row after all
)

// changeImport keeps what the form says each time something of it changes, and checks or starts the
// import when a button says so.
func (p *pages) changeImport(c *fiber.Ctx) error {
	v, err := p.readImport(c)
	if err != nil {
		return err
	}
	do := c.FormValue("do")
	imp, err := p.Contacts.UpdateImport(c.UserContext(), orgOf(c), v.ID, importPatch(c, v))
	if err == nil && (do == "check" || do == "start") {
		imp, err = p.Contacts.StartImport(c.UserContext(), orgOf(c), v.ID, crm.ImportStart{DryRun: do == "check"})
	}
	found, refused := component.ErrorsFrom(c.UserContext(), err)
	switch {
	case refused && v.State == crm.ImportMapping:
		return p.refuseMapping(c, v.ID, found, do != "")
	case domain.KindOf(err) == domain.KindUnavailable:
		page.Say(c, page.Failure, words.Error(c.UserContext(), err))
		return page.Redirect(c, importPath(v.ID), "")
	case err != nil:
		return err
	case imp.State != crm.ImportMapping || !page.IsHTMX(c):
		return page.Redirect(c, importPath(v.ID), "")
	}
	if v, err = p.viewImport(c, imp); err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, importPage(v), page.Part{ID: mappingID, Show: mappingForm(v)})
}

// refuseMapping shows the form again with what is wrong in it.
func (p *pages) refuseMapping(c *fiber.Ctx, id crm.ImportID, found component.Errors, tried bool) error {
	imp, err := p.Contacts.Import(c.UserContext(), orgOf(c), id)
	if err != nil {
		return err
	}
	v, err := p.viewImport(c, imp)
	if err != nil {
		return err
	}
	v.Errors, v.Tried = importErrors(found), tried
	return page.Render(c, fiber.StatusUnprocessableEntity, importPage(v), page.Part{ID: mappingID, Show: mappingForm(v)})
}

// startImport imports a file as its mapping stands, after it was checked.
func (p *pages) startImport(c *fiber.Ctx) error {
	id, err := page.ID[crm.ImportID](c, "id")
	if err != nil {
		return err
	}
	_, err = p.Contacts.StartImport(c.UserContext(), orgOf(c), id, crm.ImportStart{})
	found, refused := component.ErrorsFrom(c.UserContext(), err)
	switch {
	case refused:
		return p.refuseMapping(c, id, found, true)
	case domain.KindOf(err) == domain.KindUnavailable:
		page.Say(c, page.Failure, words.Error(c.UserContext(), err))
	case err != nil:
		return err
	}
	return page.Redirect(c, importPath(id), "")
}

// importPatch reads the form: columns are named by their place in the file. Where the file is to be read
// another way, its columns are others.
func importPatch(c *fiber.Ctx, v importView) crm.ImportPatch {
	imp, patch := v.Import, crm.ImportPatch{}
	if delimiter := c.FormValue("delimiter"); delimiter != "" && delimiter != imp.Settings.Delimiter {
		patch.Delimiter = &delimiter
	}
	if header := c.FormValue("header") == "true"; c.FormValue("header") != "" && header != imp.Settings.Header {
		patch.Header = &header
	}
	if readAs := c.FormValue("readAs"); readAs != imp.Settings.ReadAs && imp.Settings.Encoding == "Windows-1252" {
		patch.ReadAs = &readAs
	}
	switch c.FormValue("do") {
	case doBelowTitle:
		patch.Line = &imp.Settings.LikelyHeader
	case doFirstLine:
		patch.Line = new(int)
	}
	if patch.Delimiter == nil && patch.Header == nil && patch.ReadAs == nil && patch.Line == nil {
		patch.Columns = formColumns(c, v)
	}
	patch.Tags = tagList(c.FormValue("tags"))
	if patch.Tags == nil {
		patch.Tags = []string{}
	}
	patch.DateOrder = formValue[crm.DateOrder](c, "dateOrder")
	patch.Existing = formValue[crm.ImportExisting](c, "existing")
	patch.Match = formValue[string](c, "match")
	overwrite, list := c.FormValue("overwrite") == "true", c.FormValue("newList")
	owner, segment := identity.UserID(number(c, "owner")), crm.SegmentID(number(c, "segment"))
	switch {
	case c.FormValue("segment") != newFieldChoice:
		list = ""
	case list == "":
		list = strings.TrimSuffix(imp.FileName, ".csv")
	}
	patch.Overwrite, patch.Owner, patch.Segment, patch.NewList = &overwrite, &owner, &segment, &list
	return patch
}

func formValue[T ~string](c *fiber.Ctx, name string) *T {
	value := T(c.FormValue(name))
	if value == "" {
		return nil
	}
	return &value
}

// number reads a choice of a record; what is none is 0.
func number(c *fiber.Ctx, name string) int64 {
	n, err := strconv.ParseInt(c.FormValue(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// formColumns reads what columns mean. A field that is to be made and has no name yet gets the one of its column.
func formColumns(c *fiber.Ctx, v importView) []crm.ImportColumn {
	columns := make([]crm.ImportColumn, len(v.Columns))
	for i := range columns {
		columns[i].Field = c.FormValue(columnName(i))
		if columns[i].Field != newFieldChoice {
			continue
		}
		made := crm.NewField{Label: c.FormValue(newLabelName(i)), Type: crm.FieldType(c.FormValue(newTypeName(i)))}
		if made.Type == "" && i < len(v.Samples) {
			made = v.Samples[i].New
		}
		columns[i].New = &made
	}
	return columns
}

func columnName(i int) string   { return fmt.Sprintf("column-%d", i) }
func newLabelName(i int) string { return fmt.Sprintf("new-label-%d", i) }
func newTypeName(i int) string  { return fmt.Sprintf("new-type-%d", i) }

// importErrors puts findings about columns[3] to the control of that column.
func importErrors(found component.Errors) component.Errors {
	for i, f := range found {
		var n int
		if _, err := fmt.Sscanf(f.Field, "columns[%d]", &n); err == nil {
			found[i].Field = columnName(n)
		}
		if f.Field == "columns" {
			found[i].Field = columnName(0)
		}
		if strings.HasPrefix(f.Field, "tags") {
			found[i].Field = "tags"
		}
	}
	return found
}
