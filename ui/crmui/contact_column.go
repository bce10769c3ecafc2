package crmui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// contactColumn is a column of the list beside the name, which always comes first.
type contactColumn struct {
	component.Column
	Key  string // as views, preferences and addresses name it; custom fields are fields.<alias>
	Cell func(v listView, c crm.Contact) templ.Component
}

var nameColumn = component.Column{Label: words.Mark("Name"), Sort: "lastname"}

// coreColumns are the columns that every organization has, in the order of the chooser.
var coreColumns = []contactColumn{
	{Key: "email", Column: component.Column{Label: words.Mark("Email"), Sort: "email", Plain: true}, Cell: func(_ listView, c crm.Contact) templ.Component { return emailCell(c) }},
	{Key: "phone", Column: component.Column{Label: words.Mark("Phone"), Plain: true}, Cell: textCell(func(c crm.Contact) *string { return c.Phone })},
	{Key: "company", Column: component.Column{Label: words.Mark("Company"), Sort: "company", Plain: true}, Cell: textCell(func(c crm.Contact) *string { return c.Company })},
	{Key: "position", Column: component.Column{Label: words.Mark("Position"), Plain: true}, Cell: textCell(func(c crm.Contact) *string { return c.Position })},
	{Key: "tags", Column: component.Column{Label: words.Mark("Tags"), Plain: true}, Cell: func(_ listView, c crm.Contact) templ.Component { return tagsCell(c) }},
	{Key: "points", Column: component.Column{Label: words.Mark("Points"), Sort: "points", Number: true}, Cell: func(_ listView, c crm.Contact) templ.Component {
		return component.Text(component.Count(c.Points))
	}},
	{Key: "stage", Column: component.Column{Label: words.Mark("Stage")}, Cell: textCell(func(c crm.Contact) *string { return c.Stage })},
	{Key: "owner", Column: component.Column{Label: words.Mark("Owner")}, Cell: func(v listView, c crm.Contact) templ.Component { return component.Text(v.owner(c)) }},
	{Key: "dnc", Column: component.Column{Label: words.Mark("Do not contact")}, Cell: func(_ listView, c crm.Contact) templ.Component { return dncCell(c) }},
	{Key: "channel", Column: component.Column{Label: words.Mark("Preferred channel")}, Cell: textCell(func(c crm.Contact) *string { return (*string)(c.PreferredChannel) })},
	{Key: "locale", Column: component.Column{Label: words.Mark("Language")}, Cell: textCell(func(c crm.Contact) *string { return c.Locale })},
	{Key: "timeZone", Column: component.Column{Label: words.Mark("Time zone")}, Cell: textCell(func(c crm.Contact) *string { return c.TimeZone })},
	{Key: "createdAt", Column: component.Column{Label: words.Mark("Created"), Sort: "createdAt"}, Cell: func(_ listView, c crm.Contact) templ.Component {
		return component.TimeAgo(c.CreatedAt)
	}},
	{Key: "updatedAt", Column: component.Column{Label: words.Mark("Updated"), Sort: "updatedAt"}, Cell: func(_ listView, c crm.Contact) templ.Component {
		return component.TimeAgo(c.UpdatedAt)
	}},
	{Key: "id", Column: component.Column{Label: words.Mark("Number"), Sort: "id", Number: true}, Cell: func(_ listView, c crm.Contact) templ.Component {
		return component.Text(fmt.Sprint(c.ID))
	}},
}

// defaultColumns are shown until somebody chooses others.
var defaultColumns = []string{"email", "company", "tags", "points", "createdAt"}

// columnsChoice is the preference that holds the keys of a person's columns.
const columnsChoice = "contacts.columns"

const fieldColumn = "fields."

func textCell(of func(crm.Contact) *string) func(listView, crm.Contact) templ.Component {
	return func(_ listView, c crm.Contact) templ.Component { return wordsCell(deref(of(c))) }
}

func (v listView) owner(c crm.Contact) string {
	if c.OwnerID == nil {
		return ""
	}
	return v.Owners[*c.OwnerID]
}

// allColumns are the columns that the list can have.
func (v listView) allColumns() []contactColumn {
	all := slices.Clone(coreColumns)
	for _, field := range v.Fields {
		if !field.IsPublished {
			continue
		}
		all = append(all, contactColumn{
			Key: fieldColumn + field.Alias, Column: component.Column{Label: field.Label, Number: field.Type == crm.FieldNumber},
			Cell: func(_ listView, c crm.Contact) templ.Component { return fieldCell(field, c.Fields[field.Alias]) },
		})
	}
	return all
}

// readColumns finds the columns to show: the address's, else the open view's, else the person's. What is
// no column any more is left out.
func (p *pages) readColumns(c *fiber.Ctx, v *listView) error {
	keys := slices.Clone(defaultColumns)
	if err := p.Identity.Preference(c.UserContext(), orgOf(c), columnsChoice, &keys); err != nil {
		return err
	}
	if v.View != nil && len(v.View.Columns) > 0 {
		keys = v.View.Columns
	}
	if given := c.Query("columns"); given != "" {
		keys, v.Custom = strings.Split(given, ","), true
		v.List = v.List.With("columns", given)
	}
	all := v.allColumns()
	for _, key := range keys {
		i := slices.IndexFunc(all, func(col contactColumn) bool { return col.Key == key })
		if i < 0 || slices.ContainsFunc(v.Columns, func(col contactColumn) bool { return col.Key == key }) {
			continue
		}
		column := all[i]
		column.Wide = len(v.Columns) > 0 && key != "tags" // a phone has room for the name, one more and the tags
		v.Columns = append(v.Columns, column)
	}
	return nil
}

// heads are the columns as the table heads them.
func (v listView) heads() []component.Column {
	heads := []component.Column{nameColumn}
	for _, column := range v.Columns {
		heads = append(heads, column.Column)
	}
	return heads
}

func (v listView) keys() []string {
	keys := make([]string, len(v.Columns))
	for i, column := range v.Columns {
		keys[i] = column.Key
	}
	return keys
}

// chooser offers the columns: those that are shown in their order, then the rest.
func (v listView) chooser(ctx context.Context) component.ColumnChooserProps {
	p := component.ColumnChooserProps{Action: contactsPath + "/columns", Back: v.List.Searching(v.List.Query.Search)}
	shown := v.keys()
	for _, column := range v.Columns {
		p.Choices = append(p.Choices, component.ColumnChoice{Key: column.Key, Label: words.Say(ctx, column.Label), Chosen: true})
	}
	for _, column := range v.allColumns() {
		if !slices.Contains(shown, column.Key) {
			p.Choices = append(p.Choices, component.ColumnChoice{Key: column.Key, Label: words.Say(ctx, column.Label)})
		}
	}
	return p
}

// chooseColumns remembers the columns of a person. Those of a view that is open go into the address, to be
// saved with it or not.
func (p *pages) chooseColumns(c *fiber.Ctx) error {
	var keys []string
	for _, key := range c.Context().PostArgs().PeekMulti("columns") {
		keys = append(keys, string(key))
	}
	back := listAddress(c.FormValue("back"))
	query := back.Query()
	query.Del("columns")
	reset := c.FormValue("reset") != ""
	switch {
	case query.Get("view") != "" && !reset:
		query.Set("columns", strings.Join(keys, ","))
	case query.Get("view") == "":
		var value any
		if !reset {
			value = keys
		}
		if err := p.Identity.SetPreference(c.UserContext(), orgOf(c), columnsChoice, value); err != nil {
			return err
		}
	}
	back.RawQuery = query.Encode()
	return page.Redirect(c, back.String(), "")
}
