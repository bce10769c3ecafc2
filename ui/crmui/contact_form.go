package crmui

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const contactFormID = "contact-form"

// formView is the form of a new contact or of one that is there.
type formView struct {
	ID        crm.ContactID // 0: a new one
	Name      string
	Fields    []crm.Field // published custom fields, in order
	Values    formValues  // what the controls show
	Base      formValues  // what they showed before anybody typed
	UpdatedAt time.Time   // of the contact that Base shows
	Owners    []component.Option
	Tags      []component.Option // that can be chosen
	Conflict  *conflictView      // somebody else has saved meanwhile
	Errors    component.Errors
}

func (v formView) title(ctx context.Context) string {
	if v.ID == 0 {
		return words.T(ctx, "New contact")
	}
	return words.F(ctx, "Edit {{.Contact}}", words.Data{"Contact": v.Name})
}

func (v formView) action() string {
	if v.ID == 0 {
		return contactsPath
	}
	return contactPath(v.ID)
}

func (v formView) back() string { return v.action() }

func (v formView) field(name, label string) component.FieldProps {
	return component.FieldProps{Name: name, Label: label, Value: v.Values.one(name), Error: v.Errors.On(name)}
}

// group returns the custom fields of a group.
func (v formView) group(group crm.FieldGroup) []crm.Field {
	var fields []crm.Field
	for _, field := range v.Fields {
		if field.Group == group {
			fields = append(fields, field)
		}
	}
	return fields
}

func (p *pages) newContact(c *fiber.Ctx) error {
	set, err := p.Contacts.FieldSet(c.UserContext(), orgOf(c))
	if err != nil {
		return err
	}
	v := formView{Fields: set.Published(), Values: formValues{}}
	for _, field := range v.Fields {
		v.Values[customName(field.Alias)] = controlValues(field, field.Default, page.From(c.UserContext()).Zone)
	}
	return p.showForm(c, fiber.StatusOK, v)
}

func (p *pages) editContact(c *fiber.Ctx) error {
	v, _, err := p.formOf(c)
	if err != nil {
		return err
	}
	return p.showForm(c, fiber.StatusOK, v)
}

// formOf fills the form with what is known of the contact that the address names.
func (p *pages) formOf(c *fiber.Ctx) (formView, crm.Contact, error) {
	contact, err := p.read(c)
	if err != nil {
		return formView{}, contact, err
	}
	set, err := p.Contacts.FieldSet(c.UserContext(), orgOf(c))
	if err != nil {
		return formView{}, contact, err
	}
	v := formView{ID: contact.ID, Name: words.Name(c.UserContext(), contact.Name()), Fields: set.Published(), UpdatedAt: contact.UpdatedAt}
	v.Base = valuesOf(contact, v.Fields, page.From(c.UserContext()).Zone)
	v.Values = v.Base
	return v, contact, nil
}

// showForm adds what can be chosen.
func (p *pages) showForm(c *fiber.Ctx, status int, v formView) error {
	ctx, org := c.UserContext(), orgOf(c)
	var err error
	if v.Owners, err = p.ownerOptions(ctx, org, v.Values.one("ownerId")); err != nil {
		return err
	}
	if v.Tags, err = p.tagOptions(ctx, org, v.Values["tags"]); err != nil {
		return err
	}
	return page.Render(c, status, formPage(v), page.Part{ID: contactFormID, Show: contactForm(v)})
}

// ownerOptions are the members, and whoever owns the contact now.
func (p *pages) ownerOptions(ctx context.Context, org domain.OrgID, chosen string) ([]component.Option, error) {
	owners, err := p.Contacts.Owners(ctx, org)
	if err != nil {
		return nil, err
	}
	options := []component.Option{{Label: words.T(ctx, "Nobody")}}
	for _, owner := range owners {
		options = append(options, component.Option{Value: strconv.FormatInt(int64(owner.ID), 10), Label: owner.Name})
	}
	if chosen != "" && !slices.ContainsFunc(options, func(o component.Option) bool { return o.Value == chosen }) {
		options = append(options, component.Option{Value: chosen, Label: words.F(ctx, "User {{.Number}}", words.Data{"Number": chosen})})
	}
	return options, nil
}

// tagOptions are the tags to choose from: those of the contact, then those that many carry.
func (p *pages) tagOptions(ctx context.Context, org domain.OrgID, chosen []string) ([]component.Option, error) {
	used, err := p.Contacts.Tags(ctx, org, domain.PageQuery{Limit: 100, OrderBy: "contacts", OrderDir: "desc"})
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var options []component.Option
	for _, tag := range used.Items {
		chosen = append(slices.Clip(chosen), tag.Name)
	}
	for _, name := range chosen {
		if !seen[name] {
			seen[name] = true
			options = append(options, component.Option{Value: name, Label: name})
		}
	}
	return options, nil
}

func (p *pages) createContact(c *fiber.Ctx) error {
	ctx := c.UserContext()
	set, err := p.Contacts.FieldSet(ctx, orgOf(c))
	if err != nil {
		return err
	}
	v := formView{Fields: set.Published(), Values: typedValues(c, set.Published())}
	patch := v.patch(ctx, nil)
	if len(v.Errors) == 0 {
		contact, err := p.Contacts.CreateContact(ctx, orgOf(c), crm.ContactInput{
			Firstname: patch.Firstname, Lastname: patch.Lastname, Email: patch.Email, Phone: patch.Phone, Company: patch.Company,
			Position: patch.Position, Points: patch.Points, Stage: patch.Stage, OwnerID: ownerOf(patch), TimeZone: patch.TimeZone,
			PreferredChannel: patch.PreferredChannel, Locale: patch.Locale, Fields: patch.Fields, Tags: patch.Tags.Add,
		})
		if err == nil {
			return page.Redirect(c, contactPath(contact.ID), words.F(ctx, "{{.Contact}} is added.", words.Data{"Contact": contact.Name()}))
		}
		if err := v.refuse(c.UserContext(), err); err != nil {
			return err
		}
	}
	return p.showForm(c, fiber.StatusUnprocessableEntity, v)
}

// ownerOf is the owner of a new contact; 0, which clears, is nobody.
func ownerOf(patch crm.ContactPatch) *identity.UserID {
	if patch.OwnerID == nil || *patch.OwnerID == 0 {
		return nil
	}
	return patch.OwnerID
}

// updateContact stores what was typed over. What others have stored meanwhile stays; where both have
// changed the same, the form comes back with both.
func (p *pages) updateContact(c *fiber.Ctx) error {
	ctx := c.UserContext()
	v, contact, err := p.formOf(c)
	if err != nil {
		return err
	}
	now, since := v.Base, v.UpdatedAt
	v.Values = typedValues(c, v.Fields)
	if v.Base, since = readBase(c, v.Values, now, since); since.Before(v.UpdatedAt) {
		if v.Conflict, err = p.merge(ctx, &v, now, since); err != nil {
			return err
		}
		if v.Conflict != nil && len(v.Conflict.Both) > 0 {
			return p.showForm(c, fiber.StatusConflict, v)
		}
	}
	keepTheirs(c, &v)
	patch := v.patch(ctx, v.Base)
	patch.IfUpdatedAt = &contact.UpdatedAt
	if len(v.Errors) == 0 {
		_, err := p.Contacts.UpdateContact(ctx, orgOf(c), contact.ID, patch)
		if err == nil {
			return page.Redirect(c, contactPath(contact.ID), v.saved(ctx))
		}
		if err := v.refuse(c.UserContext(), err); err != nil {
			return err
		}
	}
	return p.showForm(c, fiber.StatusUnprocessableEntity, v)
}

func (v formView) saved(ctx context.Context) string {
	if v.Conflict != nil && len(v.Conflict.Theirs) > 0 {
		return words.F(ctx, "Contact saved. What others changed meanwhile is kept: {{.Fields}}.", words.Data{"Fields": words.And(ctx, v.Conflict.Theirs)})
	}
	return words.T(ctx, "Contact saved.")
}

// refuse takes over what a form can show of err, and returns what it can't.
func (v *formView) refuse(ctx context.Context, err error) error {
	found, ok := component.ErrorsFrom(ctx, err)
	if !ok {
		return err
	}
	for i, f := range found {
		for _, list := range []string{"tags[", "add[", "remove["} {
			if strings.HasPrefix(f.Field, list) {
				found[i].Field = "tags"
			}
		}
		if f.Field == "ifUpdatedAt" { // between reading and writing: the next try shows what it was
			found[i].Field = ""
		}
	}
	v.Errors = found
	return nil
}
