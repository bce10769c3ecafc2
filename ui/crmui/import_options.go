package crmui

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

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
