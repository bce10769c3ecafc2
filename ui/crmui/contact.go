package crmui

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
)

const (
	contactsPath = "/app/contacts"
	contactsID   = "contacts" // of the element that holds the list
)

func (p *pages) contactRoutes(r fiber.Router) {
	r.Get(contactsPath, p.contacts)
	r.Get(contactsPath+"/suggest", p.suggestSearch)
	r.Post(contactsPath+"/columns", p.chooseColumns)
	r.Get(contactsPath+"/new", p.newContact)
	r.Post(contactsPath, p.createContact)
	r.Get(contactsPath+"/:id<int>", p.contact)
	r.Get(contactsPath+"/:id<int>/edit", p.editContact)
	r.Post(contactsPath+"/:id<int>", p.updateContact)
	r.Post(contactsPath+"/:id<int>/delete", p.deleteContact)
	r.Get(contactsPath+"/:id<int>/timeline", p.timeline)
	r.Get(contactsPath+"/:id<int>/timeline.csv", p.timelineFile)
}

func contactPath(id crm.ContactID) string { return fmt.Sprintf("%s/%d", contactsPath, id) }

// whyPath is where questions about a contact are answered.
func whyPath(id crm.ContactID) string { return fmt.Sprintf("/app/why?contact=%d", id) }
