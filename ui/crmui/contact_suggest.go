package crmui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/listing"
)

// suggestSearch completes what is typed into the search box.
func (p *pages) suggestSearch(c *fiber.Ctx) error {
	return listing.Suggestions(c, contactsID, func(text string, cursor int) (search.Place, []search.Command, []search.Value, error) {
		return p.Contacts.CompleteContactSearch(c.UserContext(), orgOf(c), text, cursor)
	})
}
