package identityui

import (
	"errors"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

const (
	forgotPath = "/forgot"
	resetPath  = "/reset/"
)

func (p pages) registerReset(r fiber.Router) {
	r.Get(forgotPath, p.showForgot)
	r.Post(forgotPath, p.forgot)
	r.Get(resetPath+":token", p.showReset)
	r.Post(resetPath+":token", p.reset)
}

type forgotView struct {
	Email  string
	Asked  bool // whether there is such a user is not told
	Errors component.Errors
}

func (p pages) showForgot(c *fiber.Ctx) error {
	return page.Render(c, fiber.StatusOK, forgotPage(forgotView{Email: c.Query("email")}))
}

func (p pages) forgot(c *fiber.Ctx) error {
	v := forgotView{Email: c.FormValue("email")}
	err := p.Identity.RequestReset(c.UserContext(), v.Email)
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v.Errors = found
		return page.Render(c, statusOf(err), forgotPage(v))
	}
	if err != nil {
		return err
	}
	v.Asked = true
	return page.Render(c, fiber.StatusOK, forgotPage(v))
}

type resetView struct {
	Email, Path string
	Errors      component.Errors
}

func (p pages) showReset(c *fiber.Ctx) error {
	u, err := p.Identity.ResetFor(c.UserContext(), c.Params("token"))
	if err != nil {
		return deadLink(c, err, deadResetPage())
	}
	return renderSecret(c, fiber.StatusOK, resetPage(resetView{Email: u.Email, Path: c.Path()}))
}

func (p pages) reset(c *fiber.Ctx) error {
	ctx, token := c.UserContext(), c.Params("token")
	actor, err := p.Identity.Reset(ctx, token, c.FormValue("new"))
	if domain.KindOf(err) == domain.KindInvalid {
		found, _ := component.ErrorsFrom(c.UserContext(), err)
		u, err := p.Identity.ResetFor(ctx, token)
		if err != nil {
			return deadLink(c, err, deadResetPage())
		}
		return renderSecret(c, fiber.StatusUnprocessableEntity, resetPage(resetView{Email: u.Email, Path: c.Path(), Errors: found}))
	}
	if err != nil {
		return deadLink(c, err, deadResetPage())
	}
	if err := p.Sessions.Begin(ctx, actor); err != nil {
		return err
	}
	return page.Redirect(c, "/app", "")
}

// renderSecret answers with a page whose address lets people in: nobody is told where they came from.
func renderSecret(c *fiber.Ctx, status int, show templ.Component) error {
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	return page.Render(c, status, show)
}

// deadLink answers every link that does not work with the same page. Those who tried too many are told
// to wait.
func deadLink(c *fiber.Ctx, err error, sorry templ.Component) error {
	if domain.KindOf(err) == domain.KindNotFound {
		return renderSecret(c, fiber.StatusNotFound, sorry)
	}
	return err
}

func statusOf(err error) int {
	if errors.Is(err, domain.ErrTooMany) {
		return fiber.StatusTooManyRequests
	}
	return fiber.StatusUnprocessableEntity
}
