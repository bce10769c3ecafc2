// Package shellui answers what the frame around all pages asks for.
package shellui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

// Deps are what the frame works with.
type Deps struct {
	Identity *identity.Service
	CRM      *crm.Service
}

type shell struct{ Deps }

// Register adds the frame's routes to r, the router of people who are signed in.
func Register(r fiber.Router, d Deps) {
	s := &shell{d}
	r.Post(layout.ThemePath, s.setTheme)
	r.Get(layout.WorkPath, s.work)
}

// work says how much runs now: the top bar asks while something does.
func (s *shell) work(c *fiber.Ctx) error {
	n, err := s.CRM.CountWork(c.UserContext(), identity.ActorFrom(c.UserContext()).Org)
	if err != nil {
		return err
	}
	return page.Fragment(c, fiber.StatusOK, layout.Works(n))
}

// setTheme remembers how pages look. The page that asks by script changes by itself.
func (s *shell) setTheme(c *fiber.Ctx) error {
	if err := page.SetTheme(c, s.Identity, page.ParseTheme(c.FormValue("theme"))); err != nil {
		return err
	}
	if page.IsHTMX(c) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return page.Redirect(c, ui.WhereFrom(c), "")
}
