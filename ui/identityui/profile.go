package identityui

import (
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

const (
	profilePath  = "/app/settings/profile"
	passwordForm = "password-form"
)

func (p pages) registerProfile(r fiber.Router) {
	r.Get(profilePath, p.showProfile)
	r.Post(profilePath+"/password", p.changePassword)
}

type profileView struct {
	Name, Email, RoleName string

	Errors component.Errors
}

func (p pages) showProfile(c *fiber.Ctx) error {
	return page.Render(c, fiber.StatusOK, profilePage(profileOf(c)))
}

func (p pages) changePassword(c *fiber.Ctx) error {
	ctx, actor := c.UserContext(), identity.ActorFrom(c.UserContext())
	err := p.Identity.ChangePassword(ctx, actor.Org, c.FormValue("current"), c.FormValue("new"))
	if found, ok := component.ErrorsFrom(err); ok {
		v := profileOf(c)
		v.Errors = found
		return page.Render(c, fiber.StatusUnprocessableEntity, profilePage(v), page.Part{ID: passwordForm, Show: passwordFields(v)})
	}
	if err != nil {
		return err
	}
	if err := p.Sessions.Begin(ctx, actor); err != nil {
		return err
	}
	return page.Redirect(c, profilePath, "Your password is changed. Other browsers are signed out.")
}

func profileOf(c *fiber.Ctx) profileView {
	actor := identity.ActorFrom(c.UserContext())
	return profileView{Name: actor.Name, Email: actor.Email, RoleName: roleNames[actor.Role]}
}
