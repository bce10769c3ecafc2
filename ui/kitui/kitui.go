// Package kitui shows every component of the kit in all its states, for those who build pages.
package kitui

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

// Path of the kit's page. It exists only where MAUNTIC_DEVELOPMENT is on.
const Path = "/app/_kit"

// Register adds the kit to r, the router of people who are signed in.
func Register(r fiber.Router) {
	r.Get(Path, show)
	r.Get(Path+"/choices", choices)
	r.Post(Path+"/answer", answer)
	r.Post(Path+"/wrong", wrong)
}

// show prints the page in the theme that the address names, or in the person's own.
func show(c *fiber.Ctx) error {
	if theme := c.Query("theme"); theme != "" {
		p := page.From(c.UserContext())
		p.Theme = page.ParseTheme(theme)
		c.SetUserContext(page.With(c.UserContext(), p))
	}
	return page.Render(c, http.StatusOK, kitPage(c.Query("theme")))
}

// choices answers the select that asks the server.
func choices(c *fiber.Ctx) error {
	query := strings.ToLower(c.Query("q"))
	found := []component.Choice{}
	for _, choice := range cities {
		if strings.Contains(strings.ToLower(choice.Label), query) {
			found = append(found, choice)
		}
	}
	return c.JSON(found)
}

// answer says what buttons of the page have done.
func answer(c *fiber.Ctx) error {
	switch c.Query("say") {
	case "undo":
		page.SayUndo(c, "3 contacts are in the trash.", Path+"/answer?say=undone")
	case "undone":
		page.Say(c, page.Info, "They are back.")
	case "error":
		page.Say(c, page.Failure, "The email could not be sent: its sender address is not set up yet.")
	default:
		page.Say(c, page.Success, "Saved.")
	}
	return c.SendStatus(http.StatusNoContent)
}

// wrong answers as a form that was refused.
func wrong(c *fiber.Ctx) error {
	return page.Render(c, http.StatusUnprocessableEntity, wrongForm(component.Errors{
		{Field: "kit-email", Message: "Write an address such as anna@example.com."}, {Field: "kit-name", Message: "Give it a name."},
	}))
}
