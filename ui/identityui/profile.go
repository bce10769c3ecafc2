package identityui

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

const (
	profilePath  = "/app/settings/profile"
	profileForm  = "profile-form"
	passwordForm = "password-form"
)

func (p pages) registerProfile(r fiber.Router) {
	r.Get(profilePath, p.showProfile)
	r.Post(profilePath, p.saveProfile)
	r.Post(profilePath+"/password", p.changePassword)
}

type profileView struct {
	Name, TimeZone, Language string // as they are in the form
	Email, RoleName, OrgZone string
	Languages                []component.Option // empty: there is nothing to choose
	Sessions                 []sessionRow
	Errors, PasswordErrors   component.Errors
}

func (p pages) showProfile(c *fiber.Ctx) error {
	v, err := p.profile(c.UserContext())
	if err != nil {
		return err
	}
	return page.Render(c, fiber.StatusOK, profilePage(v))
}

func (p pages) saveProfile(c *fiber.Ctx) error {
	ctx := c.UserContext()
	name, zone, language := c.FormValue("name"), c.FormValue("timeZone"), c.FormValue("language")
	in := identity.ProfileInput{Name: &name, TimeZone: &zone, Language: &language}
	_, err := p.Identity.UpdateProfile(ctx, org(c), in)
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v, err := p.profile(ctx)
		if err != nil {
			return err
		}
		v.Name, v.TimeZone, v.Language, v.Errors = name, zone, language, found
		return page.Render(c, fiber.StatusUnprocessableEntity, profilePage(v), page.Part{ID: profileForm, Show: profileFields(v)})
	}
	if err != nil {
		return err
	}
	return page.Redirect(c, profilePath, words.T(ctx, "Your profile is saved."))
}

func (p pages) changePassword(c *fiber.Ctx) error {
	ctx, actor := c.UserContext(), identity.ActorFrom(c.UserContext())
	err := p.Identity.ChangePassword(ctx, actor.Org, c.FormValue("current"), c.FormValue("new"))
	if found, ok := component.ErrorsFrom(c.UserContext(), err); ok {
		v, err := p.profile(ctx)
		if err != nil {
			return err
		}
		v.PasswordErrors = found
		return page.Render(c, fiber.StatusUnprocessableEntity, profilePage(v), page.Part{ID: passwordForm, Show: passwordFields(v)})
	}
	if err != nil {
		return err
	}
	if err := p.Sessions.Begin(ctx, actor); err != nil {
		return err
	}
	return page.Redirect(c, profilePath, words.T(ctx, "Your password is changed. Other browsers are logged out."))
}

func (p pages) profile(ctx context.Context) (profileView, error) {
	in := page.From(ctx).Org
	u, err := p.Identity.Profile(ctx, in.ID)
	if err != nil {
		return profileView{}, err
	}
	sessions, err := p.Identity.Sessions(ctx, in.ID)
	if err != nil {
		return profileView{}, err
	}
	return profileView{
		Name: u.Name, TimeZone: u.TimeZone, Language: u.Language, Email: u.Email, RoleName: roleName(ctx, u.Role),
		OrgZone: in.Location().String(), Languages: languageOptions(ctx), Sessions: sessionRows(ctx, sessions),
	}, nil
}

// languageOptions are the languages that pages speak, if there is more than one.
func languageOptions(ctx context.Context) []component.Option {
	known := words.Languages()
	if len(known) < 2 {
		return nil
	}
	options := []component.Option{{Label: words.T(ctx, "What my browser asks for")}}
	for _, l := range known {
		options = append(options, component.Option{Value: l.Tag, Label: l.Name})
	}
	return options
}

func passwordHint(ctx context.Context) string {
	return words.T(ctx, "12 characters or more. A few words that have nothing to do with each other are good.")
}
