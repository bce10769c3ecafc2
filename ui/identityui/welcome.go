package identityui

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const welcomePath = "/invite/"

func (p pages) registerWelcome(r fiber.Router) {
	r.Get(welcomePath+":token", p.showWelcome)
	r.Post(welcomePath+":token", p.join)
}

type welcomeView struct {
	identity.Welcome
	Path   string
	Errors component.Errors
}

// Title names who is inviting.
func (v welcomeView) Title(ctx context.Context) string {
	return words.F(ctx, "Join {{.Organization}}", words.Data{"Organization": v.Organization})
}

// Text says who invites whom, and as what.
func (v welcomeView) Text(ctx context.Context) string {
	data := words.Data{"Inviter": v.Inviter, "Email": v.Email, "Role": roleName(ctx, v.Role)}
	if v.Inviter == "" {
		return words.F(ctx, "You are invited as {{.Email}}, with the role {{.Role}}.", data)
	}
	return words.F(ctx, "{{.Inviter}} invites you as {{.Email}}, with the role {{.Role}}.", data)
}

func (p pages) showWelcome(c *fiber.Ctx) error {
	w, err := p.Identity.Welcome(c.UserContext(), c.Params("token"))
	if err != nil {
		return deadLink(c, err, deadInvitationPage())
	}
	return renderSecret(c, fiber.StatusOK, welcomePage(welcomeView{Welcome: w, Path: c.Path()}))
}

func (p pages) join(c *fiber.Ctx) error {
	ctx, token := c.UserContext(), c.Params("token")
	in := identity.AcceptInput{Name: c.FormValue("name"), Password: c.FormValue("password")}
	actor, err := p.Identity.Accept(ctx, token, in)
	if domain.KindOf(err) == domain.KindInvalid {
		found, _ := component.ErrorsFrom(c.UserContext(), err)
		w, err := p.Identity.Welcome(ctx, token)
		if err != nil {
			return deadLink(c, err, deadInvitationPage())
		}
		w.Name = in.Name
		return renderSecret(c, fiber.StatusUnprocessableEntity, welcomePage(welcomeView{Welcome: w, Path: c.Path(), Errors: found}))
	}
	if err != nil {
		return deadLink(c, err, deadInvitationPage())
	}
	if err := p.Sessions.Begin(ctx, actor); err != nil {
		return err
	}
	return page.Redirect(c, "/app", "")
}
