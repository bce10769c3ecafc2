package identityui

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

func (p pages) registerLogin(r fiber.Router) {
	r.Get("/login", p.showLogin)
	r.Post("/login", p.logIn)
	r.Post("/logout", p.logOut)
}

type loginView struct {
	Email  string
	Next   string // where the person wanted to go
	Errors component.Errors
}

func (p pages) showLogin(c *fiber.Ctx) error {
	next := ui.LocalPath(c.Query("next"))
	if identity.ActorFrom(c.UserContext()).SignedIn() {
		return page.Redirect(c, next, "")
	}
	return page.Render(c, fiber.StatusOK, loginPage(loginView{Next: next}))
}

func (p pages) logIn(c *fiber.Ctx) error {
	v := loginView{Email: c.FormValue("email"), Next: ui.LocalPath(c.FormValue("next"))}
	actor, err := p.Identity.LogIn(c.UserContext(), v.Email, c.FormValue("password"))
	var refused *domain.Error
	switch {
	case errors.As(err, &refused):
		v.Errors = component.Errors{{Message: words.Error(c.UserContext(), refused)}}
		return page.Render(c, refusedStatus(refused), loginPage(v))
	case err != nil:
		return err
	}
	if err := p.Sessions.Begin(c.UserContext(), actor); err != nil {
		return err
	}
	return page.Redirect(c, v.Next, "")
}

func (p pages) logOut(c *fiber.Ctx) error {
	if err := p.Sessions.End(c.UserContext()); err != nil {
		return err
	}
	return page.Redirect(c, "/login", "")
}

func refusedStatus(refused *domain.Error) int {
	if refused.Kind == domain.KindTooMany {
		return fiber.StatusTooManyRequests
	}
	return fiber.StatusUnauthorized
}
