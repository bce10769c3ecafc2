package crmui

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const fieldFormID = "field-form"

// fieldFormView is the form of a new field or of one that is there.
type fieldFormView struct {
	ID     crm.FieldID // 0: a new one
	Name   string      // as it is called now
	Values map[string]string
	On     map[string]bool
	Errors component.Errors
}

func (v fieldFormView) action() string {
	if v.ID == 0 {
		return fieldsPath
	}
	return fieldPath(v.ID)
}

func (v fieldFormView) field(name, label string) component.FieldProps {
	return component.FieldProps{Name: name, Label: label, Value: v.Values[name], Error: v.Errors.On(name), Autocomplete: "off"}
}

// fieldFlags are the rules that are on or off.
var fieldFlags = []string{"isPublished", "isRequired", "isUnique", "isIndexed", "isPubliclyUpdatable"}

func (p *pages) newField(c *fiber.Ctx) error {
	return page.Render(c, fiber.StatusOK, fieldFormPage(fieldFormView{
		Values: map[string]string{"type": string(crm.FieldText), "group": string(crm.GroupCore)}, On: map[string]bool{"isPublished": true},
	}))
}

func (p *pages) editField(c *fiber.Ctx) error {
	v, err := p.fieldForm(c)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, fieldFormPage(v))
}

// fieldForm fills the form with the field that the address names.
func (p *pages) fieldForm(c *fiber.Ctx) (fieldFormView, error) {
	id, err := page.ID[crm.FieldID](c, "id")
	if err != nil {
		return fieldFormView{}, err
	}
	f, err := p.Contacts.Field(c.UserContext(), orgOf(c), id)
	if err != nil {
		return fieldFormView{}, err
	}
	v := fieldFormView{ID: f.ID, Name: f.Label, Values: map[string]string{
		"label": f.Label, "alias": f.Alias, "type": string(f.Type), "group": string(f.Group), "hint": f.Hint, "options": optionLines(f.Options),
		"settings.yes": f.Settings.Yes, "settings.no": f.Settings.No, "default": f.Text(f.Default),
	}, On: map[string]bool{
		"isPublished": f.IsPublished, "isRequired": f.IsRequired, "isUnique": f.IsUnique, "isIndexed": f.IsIndexed,
		"isPubliclyUpdatable": f.IsPubliclyUpdatable,
	}}
	if f.Settings.Decimals > 0 {
		v.Values["settings.decimals"] = strconv.Itoa(f.Settings.Decimals)
	}
	if f.Settings.Length > 0 {
		v.Values["settings.length"] = strconv.Itoa(f.Settings.Length)
	}
	return v, nil
}

func (p *pages) createField(c *fiber.Ctx) error {
	v, in := typedField(c, fieldFormView{})
	if len(v.Errors) == 0 {
		field, err := p.Contacts.CreateField(c.UserContext(), orgOf(c), in)
		if err == nil {
			return page.Redirect(c, fieldsPath, words.F(c.UserContext(), "The field “{{.Field}}” is there.", words.Data{"Field": field.Label}))
		}
		found, ok := component.ErrorsFrom(c.UserContext(), err)
		if !ok {
			return err
		}
		v.Errors = found
	}
	return page.Render(c, fiber.StatusUnprocessableEntity, fieldFormPage(v), page.Part{ID: fieldFormID, Show: fieldForm(v)})
}

func (p *pages) updateField(c *fiber.Ctx) error {
	before, err := p.fieldForm(c)
	if err != nil {
		return err
	}
	v, in := typedField(c, before)
	v.Values["alias"] = before.Values["alias"]
	if len(v.Errors) == 0 {
		saved, err := p.Contacts.UpdateField(c.UserContext(), orgOf(c), v.ID, crm.FieldPatch{
			Label: &in.Label, Type: &in.Type, Group: &in.Group, Hint: &in.Hint, Options: &in.Options, Settings: &in.Settings, Default: &in.Default,
			IsRequired: &in.IsRequired, IsUnique: &in.IsUnique, IsPubliclyUpdatable: &in.IsPubliclyUpdatable, IsIndexed: &in.IsIndexed,
			IsPublished: in.IsPublished,
		})
		if err == nil && saved.Job != nil {
			return page.Redirect(c, jobPath(saved.Job.ID), "")
		}
		if err == nil {
			return page.Redirect(c, fieldsPath, words.F(c.UserContext(), "The field “{{.Field}}” is saved.", words.Data{"Field": in.Label}))
		}
		found, ok := component.ErrorsFrom(c.UserContext(), err)
		if !ok {
			return err
		}
		v.Errors = found
	}
	return page.Render(c, fiber.StatusUnprocessableEntity, fieldFormPage(v), page.Part{ID: fieldFormID, Show: fieldForm(v)})
}

// typedField reads the form, and keeps what was typed so that it can be shown again.
func typedField(c *fiber.Ctx, v fieldFormView) (fieldFormView, crm.FieldInput) {
	v.Values, v.On = map[string]string{}, map[string]bool{}
	read := func(name string) string {
		v.Values[name] = c.FormValue(name)
		return v.Values[name]
	}
	count := func(name string) int {
		text := strings.TrimSpace(read(name))
		if text == "" {
			return 0
		}
		number, err := strconv.Atoi(text)
		if err != nil {
			v.Errors = append(v.Errors, domain.FieldError{Field: name, Message: words.T(c.UserContext(), "Write a whole number here.")})
		}
		return number
	}
	for _, flag := range fieldFlags {
		v.On[flag] = c.FormValue(flag) == "true"
	}
	in := crm.FieldInput{
		Alias: read("alias"), Label: read("label"), Type: crm.FieldType(read("type")), Group: crm.FieldGroup(read("group")), Hint: read("hint"),
		Options:  readOptions(read("options")),
		Settings: crm.FieldSettings{Yes: read("settings.yes"), No: read("settings.no"), Decimals: count("settings.decimals"), Length: count("settings.length")},
		Default:  read("default"), IsRequired: v.On["isRequired"], IsUnique: v.On["isUnique"], IsPubliclyUpdatable: v.On["isPubliclyUpdatable"],
		IsIndexed: v.On["isIndexed"], IsPublished: new(v.On["isPublished"]),
	}
	return v, in
}

// optionSign stands between the value of an option and its label.
const optionSign = " = "

// optionLines writes options one a line: "m = Medium", or "m" alone when the label is the value.
func optionLines(options []crm.FieldOption) string {
	lines := make([]string, len(options))
	for i, option := range options {
		if lines[i] = option.Value; option.Label != option.Value {
			lines[i] += optionSign + option.Label
		}
	}
	return strings.Join(lines, "\n")
}

// readOptions is the way back. Without spaces around it a = is part of the value.
func readOptions(text string) []crm.FieldOption {
	var options []crm.FieldOption
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		value, label, _ := strings.Cut(line, optionSign)
		options = append(options, crm.FieldOption{Value: strings.TrimSpace(value), Label: strings.TrimSpace(label)})
	}
	return options
}
