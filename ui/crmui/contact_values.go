package crmui

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// formValues are what the controls of a form hold, by name.
type formValues map[string][]string

func (v formValues) one(name string) string {
	if len(v[name]) == 0 {
		return ""
	}
	return v[name][0]
}

// coreNames are the standard fields of the form.
var coreNames = []string{
	"firstname", "lastname", "email", "phone", "company", "position", "points", "stage", "ownerId", "preferredChannel", "locale", "timeZone",
}

// coreLabels are their marked labels.
var coreLabels = map[string]string{
	"firstname": words.Mark("First name"), "lastname": words.Mark("Last name"), "email": words.Mark("Email"), "phone": words.Mark("Phone"),
	"company": words.Mark("Company"), "position": words.Mark("Position"), "points": words.Mark("Points"), "stage": words.Mark("Stage"),
	"ownerId": words.Mark("Owner"), "preferredChannel": words.Mark("Preferred channel"), "locale": words.Mark("Language"),
	"timeZone": words.Mark("Time zone"), "tags": words.Mark("Tags"),
}

// customName is the name of the control of a custom field.
func customName(alias string) string { return "fields." + alias }

// inputMoment is how browsers write a moment.
const inputMoment = "2006-01-02T15:04"

// valuesOf is what the form shows of a contact, moments in zone.
func valuesOf(contact crm.Contact, fields []crm.Field, zone *time.Location) formValues {
	values := formValues{"points": {strconv.Itoa(contact.Points)}, "tags": contact.Tags}
	for _, name := range coreNames {
		switch value, _ := contact.Field(name); v := value.(type) {
		case string:
			values[name] = []string{v}
		case int64:
			values[name] = []string{strconv.FormatInt(v, 10)}
		}
	}
	for _, field := range fields {
		values[customName(field.Alias)] = controlValues(field, contact.Fields[field.Alias], zone)
	}
	return values
}

// controlValues is a value as the control of its field holds it.
func controlValues(field crm.Field, value any, zone *time.Location) []string {
	text := field.Text(value)
	switch field.Type {
	case crm.FieldMultiselect:
		if text == "" {
			return nil
		}
		return strings.Split(text, "|")
	case crm.FieldDatetime:
		if moment, err := time.Parse(time.RFC3339, text); err == nil {
			text = moment.In(zone).Format(inputMoment)
		}
	}
	return []string{text}
}

// typedValues reads the form.
func typedValues(c *fiber.Ctx, fields []crm.Field) formValues {
	values := formValues{}
	args := c.Request().PostArgs()
	read := func(name string) {
		for _, value := range args.PeekMulti(name) {
			values[name] = append(values[name], strings.TrimSpace(strings.ReplaceAll(string(value), "\r\n", "\n")))
		}
	}
	for _, name := range slices.Concat(coreNames, []string{"tags"}) {
		read(name)
	}
	for _, field := range fields {
		read(customName(field.Alias))
	}
	return values
}

// same says whether a control holds the same in two states of a form.
func same(a, b formValues, name string) bool {
	clean := func(list []string) []string {
		kept := make([]string, 0, len(list))
		for _, text := range list {
			if text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")); text != "" {
				kept = append(kept, text)
			}
		}
		slices.Sort(kept)
		return kept
	}
	return slices.Equal(clean(a[name]), clean(b[name]))
}

// patch turns what was typed into a patch of what is different from base; from nil all of it. Required
// custom fields are always part of it.
func (v *formView) patch(ctx context.Context, base formValues) crm.ContactPatch {
	patch := crm.ContactPatch{Fields: map[string]any{}}
	for name, target := range map[string]**string{
		"firstname": &patch.Firstname, "lastname": &patch.Lastname, "email": &patch.Email, "phone": &patch.Phone, "company": &patch.Company,
		"position": &patch.Position, "stage": &patch.Stage, "locale": &patch.Locale, "timeZone": &patch.TimeZone,
	} {
		if base == nil || !same(v.Values, base, name) {
			*target = new(v.Values.one(name))
		}
	}
	patch.Points = wholeNumber[int](v, base, "points", words.T(ctx, "Points are a whole number."))
	patch.OwnerID = wholeNumber[identity.UserID](v, base, "ownerId", words.T(ctx, "Choose who owns the contact."))
	if base == nil || !same(v.Values, base, "preferredChannel") {
		patch.PreferredChannel = new(crm.Channel(v.Values.one("preferredChannel")))
	}
	for _, field := range v.Fields {
		if name := customName(field.Alias); base == nil || field.IsRequired || !same(v.Values, base, name) {
			patch.Fields[field.Alias] = given(field, v.Values[name], page.From(ctx).Zone)
		}
	}
	patch.Tags = tagChange(v.Values["tags"], base["tags"])
	return patch
}

// wholeNumber reads a control that holds a whole number; empty is 0, and nil what was left as it was.
func wholeNumber[T ~int | ~int64](v *formView, base formValues, name, problem string) *T {
	if base != nil && same(v.Values, base, name) {
		return nil
	}
	text := v.Values.one(name)
	if text == "" {
		return new(T(0))
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		v.Errors = append(v.Errors, domain.FieldError{Field: name, Message: problem})
	}
	return new(T(value))
}

// given is what the rules of a field are to judge. Moments that were chosen are the person's own.
func given(field crm.Field, typed []string, zone *time.Location) any {
	switch {
	case field.Type == crm.FieldMultiselect:
		return typed
	case len(typed) == 0:
		return ""
	case field.Type == crm.FieldDatetime:
		for _, layout := range []string{inputMoment, inputMoment + ":05"} {
			if moment, err := time.ParseInLocation(layout, typed[0], zone); err == nil {
				return moment.Format(time.RFC3339)
			}
		}
	}
	return typed[0]
}

// tagChange says which tags were added and removed. What is new may be several between commas.
func tagChange(typed, base []string) crm.TagChange {
	var change crm.TagChange
	for _, name := range typed {
		if name != "" && !slices.Contains(base, name) {
			change.Add = append(change.Add, tagList(name)...)
		}
	}
	for _, name := range base {
		if !slices.Contains(typed, name) {
			change.Remove = append(change.Remove, name)
		}
	}
	return change
}

// readBase returns what the form showed and when the contact was so; now and at when it does not say, and
// then it completes what was typed.
func readBase(c *fiber.Ctx, typed, now formValues, at time.Time) (formValues, time.Time) {
	since, err := time.Parse(time.RFC3339Nano, c.FormValue("updatedAt"))
	base := formValues{}
	if err != nil || json.Unmarshal([]byte(c.FormValue("base")), &base) != nil || since.After(at) {
		// A program that posts what it wants to change: what it leaves out stays.
		for name := range now {
			if !c.Request().PostArgs().Has(name) {
				typed[name] = now[name]
			}
		}
		return now, at
	}
	return base, since
}

// base writes what the form shows into the form.
func (v formValues) document() string {
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}
