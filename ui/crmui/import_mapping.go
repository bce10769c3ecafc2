package crmui

import (
	"context"
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
	if patch.Delimiter == nil && patch.Header == nil && patch.ReadAs == nil {
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

// optionGroup is a heading in a list of choices.
type optionGroup struct {
	Label   string
	Options []component.Option
}

var importFieldNames = map[string]string{
	"firstname": words.Mark("First name"), "lastname": words.Mark("Last name"), "name": words.Mark("Full name (is split)"), "email": words.Mark("Email"),
	"phone": words.Mark("Phone"), "company": words.Mark("Company"), "position": words.Mark("Position"), "points": words.Mark("Points"),
	"stage": words.Mark("Stage"), "timeZone": words.Mark("Time zone"), "locale": words.Mark("Language"), "preferredChannel": words.Mark("Preferred channel"),
	"tags": words.Mark("Tags"), "segments": words.Mark("Segments"), "owner": words.Mark("Owner (email address)"),
	"doNotEmail": words.Mark("Must not get email"), "doNotSMS": words.Mark("Must not get SMS"), "doNotPush": words.Mark("Must not get push messages"),
	"createdAt": words.Mark("Contact since"), "id": words.Mark("Number of the contact"),
}

var importFieldGroups = []struct {
	label  string
	fields []string
}{
	{words.Mark("Contact"), []string{"email", "firstname", "lastname", "name", "phone", "company", "position", "points", "stage", "timeZone", "locale", "preferredChannel"}},
	{words.Mark("Tags, segments, owner"), []string{"tags", "segments", "owner"}},
	{words.Mark("Do not contact (yes, no or a reason)"), []string{"doNotEmail", "doNotSMS", "doNotPush"}},
	{words.Mark("Other"), []string{"createdAt", "id"}},
}

var fieldGroupNames = map[crm.FieldGroup]string{
	crm.GroupCore: words.Mark("Custom fields"), crm.GroupSocial: words.Mark("Custom fields: social"),
	crm.GroupPersonal: words.Mark("Custom fields: personal"), crm.GroupProfessional: words.Mark("Custom fields: professional"),
}

// columnGroups are what a column can mean.
func columnGroups(ctx context.Context, choices crm.ImportChoices) []optionGroup {
	var groups []optionGroup
	for i, group := range importFieldGroups {
		options := make([]component.Option, len(group.fields))
		for n, field := range group.fields {
			options[n] = component.Option{Value: field, Label: words.Say(ctx, importFieldNames[field])}
		}
		groups = append(groups, optionGroup{words.Say(ctx, group.label), options})
		if i == 0 {
			groups = append(groups, customGroups(ctx, choices.Fields)...)
		}
	}
	return groups
}

func customGroups(ctx context.Context, fields []crm.Field) []optionGroup {
	var groups []optionGroup
	for _, field := range fields {
		label := words.Say(ctx, fieldGroupNames[field.Group])
		if len(groups) == 0 || groups[len(groups)-1].Label != label {
			groups = append(groups, optionGroup{Label: label})
		}
		group := &groups[len(groups)-1]
		group.Options = append(group.Options, component.Option{Value: "fields." + field.Alias, Label: field.Label})
	}
	return groups
}

// chosen is what the control of a column shows.
func chosen(column crm.ImportColumn) string {
	if column.New != nil {
		return newFieldChoice
	}
	return column.Field
}

var newTypeNames = map[crm.FieldType]string{
	crm.FieldText: words.Mark("Text"), crm.FieldTextarea: words.Mark("Long text"), crm.FieldNumber: words.Mark("Number"), crm.FieldBoolean: words.Mark("Yes or no"),
	crm.FieldDate: words.Mark("Date"), crm.FieldDatetime: words.Mark("Date and time"), crm.FieldEmail: words.Mark("Email address"),
	crm.FieldTel: words.Mark("Phone number"), crm.FieldURL: words.Mark("Web address"), crm.FieldCountry: words.Mark("Country"),
}

func newTypes(ctx context.Context) []component.Option {
	options := make([]component.Option, len(crm.NewFieldTypes))
	for i, kind := range crm.NewFieldTypes {
		options[i] = component.Option{Value: string(kind), Label: words.Say(ctx, newTypeNames[kind])}
	}
	return options
}

// sureWords say where the meaning of a column comes from.
func sureWords(ctx context.Context, sure crm.Sureness) (component.Tone, string) {
	switch sure {
	case crm.SureByName:
		return component.Good, words.T(ctx, "Recognised")
	case crm.SureByMemory:
		return component.Good, words.T(ctx, "As last time")
	case crm.LikelyByCells:
		return component.Info, words.T(ctx, "Guessed from the values")
	case crm.Doubtful:
		return component.Caution, words.T(ctx, "Please check: the values look different")
	case crm.SureByPerson:
		return component.Neutral, words.T(ctx, "Chosen by you")
	}
	return component.Neutral, words.T(ctx, "Not recognised")
}

func delimiterOptions(ctx context.Context) []component.Option {
	return []component.Option{
		{Value: ",", Label: words.T(ctx, "Commas")},
		{Value: ";", Label: words.T(ctx, "Semicolons")},
		{Value: "\t", Label: words.T(ctx, "Tabs")},
		{Value: "|", Label: words.T(ctx, "Vertical bars")},
	}
}

func dateOptions(ctx context.Context) []component.Option {
	return []component.Option{
		{Value: "dmy", Label: words.T(ctx, "Day first: 31/12/2026")},
		{Value: "mdy", Label: words.T(ctx, "Month first: 12/31/2026")},
		{Value: "ymd", Label: words.T(ctx, "Year first: 2026/12/31")},
	}
}

func matchOptions(ctx context.Context, choices crm.ImportChoices) []component.Option {
	options := []component.Option{
		{Value: "email", Label: words.T(ctx, "Email address")}, {Value: "id", Label: words.T(ctx, "Number of the contact")},
	}
	for _, field := range choices.Fields {
		if field.IsUnique {
			options = append(options, component.Option{Value: "fields." + field.Alias, Label: field.Label})
		}
	}
	return options
}

func encodingOptions(v importView) []component.Option {
	options := []component.Option{{Value: "", Label: v.Settings.Encoding}}
	for _, name := range crm.ReadableAs {
		options = append(options, component.Option{Value: name, Label: name})
	}
	return options
}

func importOwners(ctx context.Context, choices crm.ImportChoices) []component.Option {
	options := []component.Option{{Value: "", Label: words.T(ctx, "Nobody")}}
	for _, owner := range choices.Owners {
		options = append(options, component.Option{Value: fmt.Sprint(owner.ID), Label: owner.Name})
	}
	return options
}

func importSegments(ctx context.Context, choices crm.ImportChoices) []component.Option {
	options := []component.Option{{Value: "", Label: words.T(ctx, "None")}, {Value: newFieldChoice, Label: words.T(ctx, "A new segment…")}}
	for _, segment := range choices.Segments {
		options = append(options, component.Option{Value: fmt.Sprint(segment.ID), Label: segment.Name})
	}
	return options
}

// segmentChosen is what the control of the segment shows.
func segmentChosen(v importView) string {
	switch {
	case v.Settings.NewList != "":
		return newFieldChoice
	case v.Settings.Segment == 0:
		return ""
	}
	return fmt.Sprint(v.Settings.Segment)
}
