package crmui

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

const contactFormID = "contact-form"

// formView is the form of a new contact or of one that is there.
type formView struct {
	ID     crm.ContactID // 0: a new one
	Name   string
	Values map[string]string // by field
	Custom []string          // aliases of custom fields that the contact has
	Errors component.Errors
}

// formFields are the standard fields of the form.
var formFields = []string{"firstname", "lastname", "email", "phone", "company", "position", "points", "stage", "timeZone"}

func (v formView) action() string {
	if v.ID == 0 {
		return contactsPath
	}
	return contactPath(v.ID)
}

func (v formView) back() string { return v.action() }

func (v formView) field(name, label string) component.FieldProps {
	return component.FieldProps{Name: name, Label: label, Value: v.Values[name], Error: v.Errors.On(name)}
}

func (p *pages) newContact(c *fiber.Ctx) error {
	return page.Render(c, fiber.StatusOK, formPage(formView{Values: map[string]string{}}))
}

func (p *pages) editContact(c *fiber.Ctx) error {
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, formPage(formOf(contact)))
}

// formOf fills the form with what is known of a contact.
func formOf(contact crm.Contact) formView {
	v := formView{ID: contact.ID, Name: contact.Name(), Values: map[string]string{"points": strconv.Itoa(contact.Points)}}
	for _, name := range formFields {
		if value, known := contact.Field(name); known && value != nil && name != "points" {
			v.Values[name], _ = value.(string)
		}
	}
	for _, alias := range slices.Sorted(maps.Keys(contact.Fields)) {
		// Numbers and booleans keep their type only if nobody types over them: leave them to the API.
		if text, ok := contact.Fields[alias].(string); ok && !strings.ContainsAny(text, "\r\n") {
			v.Custom = append(v.Custom, alias)
			v.Values[alias] = text
		}
	}
	return v
}

func (p *pages) createContact(c *fiber.Ctx) error {
	v, patch := typed(c, formView{})
	points := patch.Points
	in := crm.ContactInput{
		Firstname: patch.Firstname, Lastname: patch.Lastname, Email: patch.Email, Phone: patch.Phone, Company: patch.Company,
		Position: patch.Position, Points: points, Stage: patch.Stage, TimeZone: patch.TimeZone, Tags: tagList(c.FormValue("tags")),
	}
	v.Values["tags"] = c.FormValue("tags")
	if len(v.Errors) == 0 {
		contact, err := p.Contacts.CreateContact(c.UserContext(), orgOf(c), in)
		if err == nil {
			return page.Redirect(c, contactPath(contact.ID), contact.Name()+" is added.")
		}
		if err := v.refuse(err); err != nil {
			return err
		}
	}
	return page.Render(c, fiber.StatusUnprocessableEntity, formPage(v), page.Part{ID: contactFormID, Show: contactForm(v)})
}

func (p *pages) updateContact(c *fiber.Ctx) error {
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	v, patch := typed(c, formOf(contact))
	if len(v.Errors) == 0 {
		_, err := p.Contacts.UpdateContact(c.UserContext(), orgOf(c), contact.ID, patch)
		if err == nil {
			return page.Redirect(c, contactPath(contact.ID), "Contact saved.")
		}
		if err := v.refuse(err); err != nil {
			return err
		}
	}
	return page.Render(c, fiber.StatusUnprocessableEntity, formPage(v), page.Part{ID: contactFormID, Show: contactForm(v)})
}

// refuse takes over what a form can show of err, and returns what it can't.
func (v *formView) refuse(err error) error {
	found, ok := component.ErrorsFrom(err)
	if !ok {
		return err
	}
	for i, f := range found {
		found[i].Field = strings.TrimPrefix(f.Field, "fields.")
		if strings.HasPrefix(f.Field, "tags[") {
			found[i].Field = "tags"
		}
	}
	v.Errors = found
	return nil
}

// typed reads the form into a patch, and into the view so that it can be shown again.
func typed(c *fiber.Ctx, v formView) (formView, crm.ContactPatch) {
	values := map[string]string{}
	read := func(name string) *string {
		values[name] = c.FormValue(name)
		value := values[name]
		return &value
	}
	patch := crm.ContactPatch{
		Firstname: read("firstname"), Lastname: read("lastname"), Email: read("email"), Phone: read("phone"),
		Company: read("company"), Position: read("position"), Stage: read("stage"), TimeZone: read("timeZone"), Fields: map[string]any{},
	}
	if points := strings.TrimSpace(*read("points")); points != "" {
		number, err := strconv.Atoi(points)
		if err != nil {
			v.Errors = append(v.Errors, domain.FieldError{Field: "points", Message: "Points are a whole number."})
		}
		patch.Points = &number
	}
	for _, alias := range v.Custom {
		if value := strings.TrimSpace(*read(alias)); value != "" {
			patch.Fields[alias] = value
			continue
		}
		patch.Fields[alias] = nil
	}
	v.Values = values
	return v, patch
}
