package messagingui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

func (p pages) registerPause(r fiber.Router) {
	r.Post("/app/sending/resume", p.resumeSending)
}

// resumeSending is behind the button of the banner that every page shows while sending is paused.
func (p pages) resumeSending(c *fiber.Ctx) error {
	changed, err := p.Messaging.ResumeSending(c.UserContext())
	if err != nil {
		return err
	}
	said := words.T(c.UserContext(), "Sending goes on. What was held back goes out within ten minutes.")
	if !changed {
		said = words.T(c.UserContext(), "Sending was not paused any more.")
	}
	return page.Redirect(c, "/app/dashboard", said)
}
