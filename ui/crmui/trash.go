package crmui

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/listing"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	trashPath = contactsPath + "/trash"
	trashID   = "trash" // of the list
)

func (p *pages) trashRoutes(r fiber.Router) {
	r.Get(trashPath, p.trash)
	r.Get(trashPath+"/suggest", listing.Suggest(trashID, crm.TrashCommands))
	r.Post(contactsPath+"/:id<int>/restore", p.restoreContact)
}

// trashView is the list of deleted contacts.
type trashView struct {
	List    component.List
	Rows    []crm.TrashedContact
	Problem *search.Error // why the search can't be read; nil: it can
}

func (p *pages) trash(c *fiber.Ctx) error {
	q := page.Query(c)
	found, err := p.Contacts.Trash(c.UserContext(), orgOf(c), q)
	problem, err := listing.Problem(err)
	if err != nil {
		return err
	}
	v := trashView{List: component.ListOf(trashPath, trashID, q, found), Rows: found.Items, Problem: problem}
	return listing.Render(c, listing.Page{List: v.List, Problem: problem, Whole: trashPage(v), Region: trashRegion(v), Body: trashTable(v)})
}

func (p *pages) restoreContact(c *fiber.Ctx) error {
	id, err := page.ID[crm.ContactID](c, "id")
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	if err := p.Contacts.RestoreContact(ctx, orgOf(c), id); err != nil {
		return err
	}
	return page.Redirect(c, contactPath(id), words.T(ctx, "The contact is back."))
}

// daysLeft says for how long a contact can be restored.
func daysLeft(ctx context.Context, contact crm.TrashedContact) string {
	return words.N(ctx, contact.DaysLeft(page.From(ctx).Now), "{{.Count}} day left", "{{.Count}} days left")
}
