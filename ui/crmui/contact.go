package crmui

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

const (
	contactsPath = "/app/contacts"
	contactsID   = "contacts" // of the element that holds the list
	timelineID   = "timeline" // of the list of what happened
	timelineSize = 25
)

func (p *pages) contactRoutes(r fiber.Router) {
	r.Get(contactsPath, p.contacts)
	r.Get(contactsPath+"/new", p.newContact)
	r.Post(contactsPath, p.createContact)
	r.Get(contactsPath+"/:id<int>", p.contact)
	r.Get(contactsPath+"/:id<int>/edit", p.editContact)
	r.Post(contactsPath+"/:id<int>", p.updateContact)
	r.Post(contactsPath+"/:id<int>/delete", p.deleteContact)
	r.Get(contactsPath+"/:id<int>/timeline", p.timeline)
}

func contactPath(id crm.ContactID) string { return fmt.Sprintf("%s/%d", contactsPath, id) }

// whyPath is where questions about a contact are answered.
func whyPath(id crm.ContactID) string { return fmt.Sprintf("/app/why?contact=%d", id) }

// listView is the list of contacts.
type listView struct {
	List component.List
	Tag  string
	Tags []crm.Tag // the most used ones, to filter by
	Rows []crm.Contact
}

const tagsToFilterBy = 8

func (p *pages) contacts(c *fiber.Ctx) error {
	ctx, q := c.UserContext(), crm.ContactQuery{PageQuery: page.Query(c), Tag: c.Query("tag")}
	found, err := p.Contacts.Contacts(ctx, orgOf(c), q)
	if err != nil {
		return err
	}
	v := listView{Tag: q.Tag, Rows: found.Items, List: component.ListOf(contactsPath, contactsID, q.PageQuery, found).With("tag", q.Tag)}
	if !page.IsHTMX(c) {
		tags, err := p.Contacts.Tags(ctx, orgOf(c), tagQuery())
		if err != nil {
			return err
		}
		v.Tags = tags.Items
	}
	return page.Render(c, fiber.StatusOK, contactsPage(v), page.Part{ID: contactsID, Show: contactTable(v)})
}

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
	return page.Redirect(c, contactsPath, contact.Name()+" is deleted.")
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
