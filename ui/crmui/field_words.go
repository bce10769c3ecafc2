package crmui

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// typeWords say what a type of fields is called, and what it is for. Both are marked.
type typeWords struct{ name, about string }

var fieldTypes = map[crm.FieldType]typeWords{
	crm.FieldText:        {words.Mark("Text"), words.Mark("One line, such as a city or a customer number.")},
	crm.FieldTextarea:    {words.Mark("Long text"), words.Mark("Several lines, such as a remark.")},
	crm.FieldHTML:        {words.Mark("HTML"), words.Mark("Text with markup, kept as it is and never run on our pages.")},
	crm.FieldNumber:      {words.Mark("Number"), words.Mark("To count and compare with, such as orders or revenue.")},
	crm.FieldSelect:      {words.Mark("Choice"), words.Mark("One of several options, such as a plan.")},
	crm.FieldMultiselect: {words.Mark("Multiple choice"), words.Mark("Any number of several options, such as newsletters.")},
	crm.FieldBoolean:     {words.Mark("Yes or no"), words.Mark("A question with two answers, in your own words.")},
	crm.FieldDate:        {words.Mark("Date"), words.Mark("A day without a time, such as a birthday.")},
	crm.FieldDatetime:    {words.Mark("Date and time"), words.Mark("A moment, such as an appointment.")},
	crm.FieldTime:        {words.Mark("Time of day"), words.Mark("Such as when somebody likes to be called.")},
	crm.FieldEmail:       {words.Mark("Email address"), words.Mark("A further address. Campaigns write to the standard one.")},
	crm.FieldTel:         {words.Mark("Phone number"), words.Mark("A further number, kept as it is typed.")},
	crm.FieldURL:         {words.Mark("Web address"), words.Mark("A link that begins with https:// or http://.")},
	crm.FieldLookup:      {words.Mark("Text with suggestions"), words.Mark("Any text; what is often used is offered.")},
	crm.FieldCountry:     {words.Mark("Country"), words.Mark("One of the world’s countries.")},
	crm.FieldRegion:      {words.Mark("Region"), words.Mark("A state, county or province, as text.")},
	crm.FieldLocale:      {words.Mark("Language"), words.Mark("A language, with or without a country, such as pt-BR.")},
	crm.FieldTimezone:    {words.Mark("Time zone"), words.Mark("Such as Europe/Berlin.")},
}

var fieldGroups = map[crm.FieldGroup]string{
	crm.GroupCore:         words.Mark("General"),
	crm.GroupSocial:       words.Mark("Social"),
	crm.GroupPersonal:     words.Mark("Personal"),
	crm.GroupProfessional: words.Mark("Professional"),
}

// typeOptions lists the types for a select.
func typeOptions(ctx context.Context) []component.Option {
	options := make([]component.Option, len(crm.FieldTypes))
	for i, kind := range crm.FieldTypes {
		options[i] = component.Option{Value: string(kind), Label: words.Say(ctx, fieldTypes[kind].name)}
	}
	return options
}

func groupOptions(ctx context.Context) []component.Option {
	options := make([]component.Option, len(crm.FieldGroups))
	for i, group := range crm.FieldGroups {
		options[i] = component.Option{Value: string(group), Label: words.Say(ctx, fieldGroups[group])}
	}
	return options
}

// show writes a value of a custom field as people read it.
func show(ctx context.Context, f crm.Field, value any) string {
	zone := page.From(ctx).Zone
	text, _ := value.(string)
	switch f.Type {
	case crm.FieldBoolean:
		if yes, is := value.(bool); is && yes && f.Settings.Yes == "" {
			return words.T(ctx, "Yes")
		} else if is && !yes && f.Settings.No == "" {
			return words.T(ctx, "No")
		}
	case crm.FieldDate:
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			return words.Time(ctx, day, words.LongDay)
		}
	case crm.FieldDatetime:
		if moment, err := time.Parse(time.RFC3339, text); err == nil {
			return words.Time(ctx, moment.In(zone), words.LongDayTime)
		}
	case crm.FieldCountry:
		if text != "" {
			return words.Country(ctx, text)
		}
	case crm.FieldLocale:
		if text != "" {
			return words.LanguageName(ctx, text)
		}
	}
	return f.Show(value, zone)
}
