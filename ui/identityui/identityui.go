// Package identityui shows the log-in page and the settings: organization, users, API keys, and
// the profile of the person who is signed in.
package identityui

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/page"
)

// Sessions begins and ends the session of the browser that makes the request in ctx.
type Sessions interface {
	Begin(ctx context.Context, actor identity.Actor) error
	End(ctx context.Context) error
}

// Deps is what the pages need.
type Deps struct {
	Identity *identity.Service
	Sessions Sessions
}

type pages struct{ Deps }

// Register adds the pages. Those below /app need somebody who is signed in.
func Register(r fiber.Router, d Deps) {
	p := pages{d}
	p.registerLogin(r)
	p.registerOrganization(r)
	p.registerUsers(r)
	p.registerAPIKeys(r)
	p.registerProfile(r)
}

// org is the organization of the person who is signed in.
func org(c *fiber.Ctx) domain.OrgID { return identity.ActorFrom(c.UserContext()).Org }

// tabs are the parts of the settings that the person may open.
func tabs(ctx context.Context, active string) []component.Tab {
	all := []component.Tab{
		{Label: "Organization", Href: organizationPath},
		{Label: "Users", Href: usersPath},
	}
	if page.From(ctx).User.May(identity.ManageKeys) {
		all = append(all, component.Tab{Label: "API keys", Href: keysPath})
	}
	all = append(all, component.Tab{Label: "Your profile", Href: profilePath})
	for i := range all {
		all[i].Active = all[i].Href == active
	}
	return all
}

var roleNames = map[identity.Role]string{
	identity.RoleUser:       "User",
	identity.RoleAdmin:      "Administrator",
	identity.RoleSuperadmin: "Operator",
}
