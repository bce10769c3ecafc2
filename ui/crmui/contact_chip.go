package crmui

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// commandLabels are what people call the commands of contacts, for chips and the menu of filters.
var commandLabels = map[string]string{
	"tag": words.Mark("Tag"), "segment": words.Mark("Segment"), "owner": words.Mark("Owner"), "stage": words.Mark("Stage"),
	"is": words.Mark("Is"), "has": words.Mark("Has"), "dnc": words.Mark("Do not contact"), "points": words.Mark("Points"),
	"created": words.Mark("Created"), "updated": words.Mark("Updated"), "email": words.Mark("Email"), "name": words.Mark("Name"),
	"firstname": words.Mark("First name"), "lastname": words.Mark("Last name"), "phone": words.Mark("Phone"),
	"company": words.Mark("Company"), "position": words.Mark("Position"), "locale": words.Mark("Language"),
	"import_id": words.Mark("Import"), "ids": words.Mark("Contact numbers"),
}

// commandLabel is what people call a command: the label of a custom field is its hint.
func commandLabel(ctx context.Context, c search.Command) string {
	if label, ok := commandLabels[c.Name]; ok {
		return words.Say(ctx, label)
	}
	return c.Hint
}

// chips are the parts of the search that are commands. Words stay in the box.
func (v listView) chips(ctx context.Context) []component.Chip {
	var chips []component.Chip
	commands := v.commands()
	for place, part := range search.Parts(v.Search) {
		if label := chipLabel(ctx, commands, part); label != "" {
			chips = append(chips, component.Chip{Label: label, Remove: v.List.Searching(search.String(search.Without(v.Search, place)))})
		}
	}
	return chips
}

// chipLabel is a filter in words, or "" when the part is no single command.
func chipLabel(ctx context.Context, commands search.Commands, part search.Expr) string {
	switch x := part.(type) {
	case search.Not:
		if inner, ok := x.X.(search.Term); ok {
			return words.F(ctx, "not {{.Filter}}", words.Data{"Filter": chipLabel(ctx, commands, inner)})
		}
	case search.Term:
		if c := commands.Find(x.Command); c != nil {
			return commandLabel(ctx, *c) + signs[x.Op] + valueLabel(ctx, *c, x)
		}
	}
	return ""
}

var signs = map[search.Op]string{search.Is: ": ", search.More: " > ", search.AtLeast: " ≥ ", search.Less: " < ", search.AtMost: " ≤ "}

func valueLabel(ctx context.Context, c search.Command, t search.Term) string {
	if t.Any() {
		return words.T(ctx, "any")
	}
	for _, v := range c.Values {
		if v.Value == t.Value && v.Label != "" {
			return v.Label
		}
	}
	if days, ok := strings.CutSuffix(strings.TrimPrefix(t.Value, "-"), "d"); ok && c.Kind == search.Date && strings.HasPrefix(t.Value, "-") {
		return words.F(ctx, "{{.Days}} days ago", words.Data{"Days": days})
	}
	return t.Value
}

// filterMenu are the commands that the menu Add filter offers: those that people think of first, then the
// custom fields.
func (v listView) filterMenu(ctx context.Context) []component.Option {
	var menu []component.Option
	for _, name := range []string{"tag", "segment", "owner", "stage", "points", "dnc", "created", "updated", "has", "is"} {
		if c := v.commands().Find(name); c != nil {
			menu = append(menu, component.Option{Value: c.Name + ":", Label: commandLabel(ctx, *c)})
		}
	}
	for _, field := range v.Fields {
		if c := v.commands().Find(field.Alias); c != nil && field.IsPublished && c.Hint == field.Label {
			menu = append(menu, component.Option{Value: c.Name + ":", Label: field.Label})
		}
	}
	return menu
}
