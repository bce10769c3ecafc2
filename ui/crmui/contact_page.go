package crmui

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// contactView is the page of one contact.
type contactView struct {
	crm.Contact
	Marks    marksView
	Timeline timelineView
}

func (p *pages) contact(c *fiber.Ctx) error {
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	events, err := p.events(c, contact.ID)
	if err != nil {
		return err
	}
	marks, err := p.marks(c, contact)
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, contactPage(contactView{Contact: contact, Marks: marks, Timeline: events}))
}

// read returns the contact that the address names.
func (p *pages) read(c *fiber.Ctx) (crm.Contact, error) {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return crm.Contact{}, err
	}
	return p.Contacts.Contact(c.UserContext(), orgOf(c), id)
}

func (p *pages) deleteContact(c *fiber.Ctx) error {
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	if err := p.Contacts.DeleteContact(c.UserContext(), orgOf(c), contact.ID); err != nil {
		return err
	}
	said := words.F(c.UserContext(), "{{.Name}} is in the trash.", words.Data{"Name": contact.Name()})
	return page.RedirectUndo(c, contactsPath, said, contactPath(contact.ID)+"/restore")
}

// timelineView is a stretch of what happened, newest first.
type timelineView struct {
	Contact crm.ContactID
	Entries []timelineEntry
	More    string // address of the stretch before it, "" when there is none
}

func (p *pages) timeline(c *fiber.Ctx) error {
	contact, err := p.read(c)
	if err != nil {
		return err
	}
	v, err := p.events(c, contact.ID)
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, timelineEntries(v))
}

func (p *pages) events(c *fiber.Ctx, id crm.ContactID) (timelineView, error) {
	events, err := p.Contacts.Timeline(c.UserContext(), orgOf(c), id, crm.EventID(c.QueryInt("before")), timelineSize)
	v := timelineView{Contact: id}
	for _, event := range events {
		v.Entries = append(v.Entries, entryOf(event))
	}
	if len(events) == timelineSize {
		v.More = fmt.Sprintf("%s/timeline?before=%d", contactPath(id), events[len(events)-1].ID)
	}
	return v, err
}

// facts lists what is known of a contact: what is set of the standard fields, then the custom ones.
func (v contactView) facts() []component.Fact {
	facts := []component.Fact{
		{Label: "Email", Value: component.Text(deref(v.Email))},
		{Label: "Phone", Value: component.Text(deref(v.Phone))},
		{Label: "Company", Value: component.Text(deref(v.Company))},
		{Label: "Position", Value: component.Text(deref(v.Position))},
		{Label: "Points", Value: component.Text(component.Count(v.Points))},
	}
	if v.Stage != nil {
		facts = append(facts, component.Fact{Label: "Stage", Value: component.Text(*v.Stage)})
	}
	if v.TimeZone != nil {
		facts = append(facts, component.Fact{Label: "Time zone", Value: component.Text(*v.TimeZone)})
	}
	for _, alias := range slices.Sorted(maps.Keys(v.Fields)) {
		facts = append(facts, component.Fact{Label: alias, Value: component.Text(fmt.Sprint(v.Fields[alias]))})
	}
	return append(facts,
		component.Fact{Label: "Created", Value: component.Time(v.CreatedAt)},
		component.Fact{Label: "Changed", Value: component.Time(v.UpdatedAt)})
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
