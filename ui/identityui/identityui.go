// Package identityui shows the log-in page and the settings: organization, users, API keys, and
// the profile of the person who is signed in.
package identityui

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
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

var roleNames = map[identity.Role]string{
	identity.RoleUser:       "User",
	identity.RoleAdmin:      "Administrator",
	identity.RoleSuperadmin: "Operator",
}
