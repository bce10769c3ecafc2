package crmui

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// conflictView is what others have changed while the form was open.
type conflictView struct {
	Both   []bothChanged // fields that both have changed
	Theirs []string      // labels of fields that only others have changed: they are in the form by now
}

// bothChanged is a field that the person and somebody else have changed.
type bothChanged struct {
	Name, Label  string
	Mine, Theirs string // in words
	Who          string // a sentence: who changed it
	At           time.Time
}

// keepName is the control that says whose value is kept.
func (b bothChanged) keepName() string { return "keep." + b.Name }

// merge brings what others have changed since into the form: where the person has typed nothing, it is
// shown; where both have typed, both are listed. now is what the contact holds. The form goes on from there.
func (p *pages) merge(ctx context.Context, v *formView, now formValues, since time.Time) (*conflictView, error) {
	base := v.Base
	v.Base = now
	values := maps.Clone(v.Values)
	var conflict conflictView
	changes, err := p.changesSince(ctx, v.ID, since)
	if err != nil {
		return nil, err
	}
	for _, name := range v.names() {
		typed, changed := !same(v.Values, base, name), !same(now, base, name)
		switch {
		case name == "tags":
			values[name] = mergeTags(v.Values[name], base[name], now[name])
		case !changed:
		case !typed:
			values[name] = now[name]
			conflict.Theirs = append(conflict.Theirs, v.label(ctx, name))
		case !same(v.Values, now, name):
			both := bothChanged{Name: name, Label: v.label(ctx, name), Mine: v.say(ctx, name, v.Values), Theirs: v.say(ctx, name, now)}
			if change, ok := changes[strings.TrimPrefix(name, customName(""))]; ok {
				both.Who, both.At = change.who, change.at
			}
			conflict.Both = append(conflict.Both, both)
		}
	}
	v.Values = values
	return &conflict, nil
}

// mergeTags applies what the person changed to what the contact has now.
func mergeTags(typed, base, now []string) []string {
	change := tagChange(typed, base)
	merged := slices.DeleteFunc(slices.Clone(now), func(tag string) bool { return slices.Contains(change.Remove, tag) })
	for _, tag := range change.Add {
		if !slices.Contains(merged, tag) {
			merged = append(merged, tag)
		}
	}
	return merged
}

// keepTheirs takes back what the person typed where they chose the value of the other.
func keepTheirs(c *fiber.Ctx, v *formView) {
	for _, name := range v.names() {
		if c.FormValue("keep."+name) == "theirs" {
			v.Values[name] = v.Base[name]
		}
	}
}

// names are those of all controls.
func (v formView) names() []string {
	names := slices.Concat(coreNames, []string{"tags"})
	for _, field := range v.Fields {
		names = append(names, customName(field.Alias))
	}
	return names
}

func (v formView) custom(name string) (crm.Field, bool) {
	i := slices.IndexFunc(v.Fields, func(f crm.Field) bool { return customName(f.Alias) == name })
	if i < 0 {
		return crm.Field{}, false
	}
	return v.Fields[i], true
}

func (v formView) label(ctx context.Context, name string) string {
	if field, ok := v.custom(name); ok {
		return field.Label
	}
	return words.Say(ctx, coreLabels[name])
}

// say writes what a control holds in words.
func (v formView) say(ctx context.Context, name string, values formValues) string {
	field, custom := v.custom(name)
	text := strings.Join(values[name], ", ")
	switch {
	case custom:
		zone := page.From(ctx).Zone
		value, err := crm.NewFieldSet([]crm.Field{field}, zone).Value(field.Alias, given(field, values[name], zone))
		if err == nil {
			text = show(ctx, field, value)
		}
	case name == "preferredChannel" && text != "":
		text = channelName(ctx, crm.Channel(text))
	}
	if text == "" {
		return words.T(ctx, "nothing")
	}
	return text
}

// change is who changed a field last.
type change struct {
	who string
	at  time.Time
}

// changesSince reads the timeline: who changed which field since, by its name in events.
func (p *pages) changesSince(ctx context.Context, id crm.ContactID, since time.Time) (map[string]change, error) {
	const recent = 100 // events; who wrote before is not worth a search
	org := identity.ActorFrom(ctx).Org
	events, err := p.Contacts.Timeline(ctx, org, id, 0, recent)
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(e crm.Event) bool { return !e.OccurredAt.After(since) })
	var users []identity.UserID
	for _, event := range events {
		if user, ok := event.Data["userId"].(float64); ok {
			users = append(users, identity.UserID(user))
		}
	}
	names, err := p.Contacts.ColleagueNames(ctx, org, users)
	if err != nil {
		return nil, err
	}
	changes := map[string]change{}
	for _, event := range events { // newest first
		data := eventData(event.Data)
		fields := data.texts("fields")
		if event.Type == crm.EventPointsChanged {
			fields = []string{"points"}
		}
		for _, field := range fields {
			if _, later := changes[field]; !later {
				changes[field] = change{who: whoChanged(ctx, data, names), at: event.OccurredAt}
			}
		}
	}
	return changes, nil
}

func whoChanged(ctx context.Context, data eventData, names map[identity.UserID]string) string {
	user, _ := data["userId"].(float64)
	if name := names[identity.UserID(user)]; name != "" {
		return words.F(ctx, "Changed by {{.Name}}", words.Data{"Name": name})
	}
	switch origin := data.text("origin"); origin {
	case "", "user":
		return words.T(ctx, "Changed by someone on your team")
	case "api":
		return words.T(ctx, "Changed by a program with an API key")
	default:
		return words.F(ctx, "Changed by {{.Name}}", words.Data{"Name": origin})
	}
}

// control is what shows the value of a custom field, with what can be chosen.
func (v formView) control(field crm.Field) component.FieldProps {
	props := v.field(customName(field.Alias), field.Label)
	props.Hint, props.Required, props.Autocomplete = field.Hint, field.IsRequired, "off"
	switch field.Type {
	case crm.FieldNumber:
		props.Type, props.Attrs = "number", map[string]any{"step": step(field.Settings.Decimals)}
	case crm.FieldDate, crm.FieldTime, crm.FieldEmail, crm.FieldTel, crm.FieldURL:
		props.Type = string(field.Type)
	case crm.FieldHTML:
		props.Mono = true
	}
	return props
}

// step is the smallest difference that a number with so many decimals can have.
func step(decimals int) string {
	if decimals == 0 {
		return "1"
	}
	return "0." + strings.Repeat("0", decimals-1) + strconv.Itoa(1)
}
