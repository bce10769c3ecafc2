package crmui

import (
	"fmt"

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
