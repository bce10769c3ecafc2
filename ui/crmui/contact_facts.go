package crmui

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// facts lists what is known of a contact: the standard fields, those that most contacts lack only when
// they are set, and the general custom fields.
func (v contactView) facts(ctx context.Context) []component.Fact {
	facts := []component.Fact{
		fact(ctx, "email", deref(v.Email)), fact(ctx, "phone", deref(v.Phone)), fact(ctx, "company", deref(v.Company)),
		fact(ctx, "position", deref(v.Position)), fact(ctx, "points", component.Count(v.Points)),
	}
	channel := ""
	if v.PreferredChannel != nil {
		channel = channelName(ctx, *v.PreferredChannel)
	}
	for _, rare := range []struct{ name, text string }{
		{"stage", deref(v.Stage)}, {"preferredChannel", channel}, {"locale", languageName(ctx, v.Locale)}, {"timeZone", deref(v.TimeZone)},
	} {
		if rare.text != "" {
			facts = append(facts, fact(ctx, rare.name, rare.text))
		}
	}
	return append(append(facts, v.customFacts(ctx, crm.GroupCore)...),
		component.Fact{Label: words.T(ctx, "Created"), Value: component.Time(v.CreatedAt)},
		component.Fact{Label: words.T(ctx, "Changed"), Value: component.Time(v.UpdatedAt)})
}

func fact(ctx context.Context, name, text string) component.Fact {
	return component.Fact{Label: words.Say(ctx, coreLabels[name]), Value: component.Text(text)}
}

func languageName(ctx context.Context, tag *string) string {
	if tag == nil {
		return ""
	}
	return words.LanguageName(ctx, *tag)
}

// customFacts lists the custom fields of a group that the contact has a value of, moments in the zone of
// whoever looks.
func (v contactView) customFacts(ctx context.Context, group crm.FieldGroup) []component.Fact {
	var facts []component.Fact
	for _, field := range v.Set.Published() {
		value := v.Fields[field.Alias]
		if field.Group != group || value == nil {
			continue
		}
		facts = append(facts, component.Fact{Label: field.Label, Value: shownValue(field, show(ctx, field, value))})
	}
	return facts
}

// shownValue makes links of addresses that can be followed. Everything else is text, HTML too.
func shownValue(field crm.Field, text string) templ.Component {
	lower := strings.ToLower(text)
	switch {
	case field.Type == crm.FieldURL && (strings.HasPrefix(lower, "https://") || strings.HasPrefix(lower, "http://")):
		return component.Link(text, text)
	case field.Type == crm.FieldEmail:
		return component.Link("mailto:"+text, text)
	case field.Type.ManyLines():
		return longText(text)
	}
	return component.Text(text)
}
