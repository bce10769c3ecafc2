// Package identityui shows the pages by which people get in, and the settings: organization, users,
// API keys, and the profile of the person who is signed in.
package identityui

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/words"
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
	p.registerReset(r)
	p.registerWelcome(r)
	p.registerOrganization(r)
	p.registerUsers(r)
	p.registerInvitations(r)
	p.registerAPIKeys(r)
	p.registerProfile(r)
	p.registerSessions(r)
}

// org is the organization of the person who is signed in.
func org(c *fiber.Ctx) domain.OrgID { return identity.ActorFrom(c.UserContext()).Org }

// roles are the roles as people know them, from least to most.
var roles = []struct {
	role       identity.Role
	name, does string
}{
	{identity.RoleViewer, words.Mark("Viewer"), words.Mark("Looks at everything, but changes nothing and exports no contacts.")},
	{identity.RoleUser, words.Mark("User"), words.Mark("Works with contacts, emails and campaigns.")},
	{identity.RoleAdmin, words.Mark("Administrator"), words.Mark("Also changes settings, users and API keys.")},
	{identity.RoleSuperadmin, words.Mark("Operator"), words.Mark("Also operates the whole installation.")},
}

func roleName(ctx context.Context, role identity.Role) string {
	for _, r := range roles {
		if r.role == role {
			return words.Say(ctx, r.name)
		}
	}
	return string(role)
}

// roleChoice is a role that can be chosen, in words.
type roleChoice struct{ Value, Name, Does string }

// roleChoices are the roles that the person may give: none above their own.
func roleChoices(ctx context.Context) []roleChoice {
	var choices []roleChoice
	actor := identity.ActorFrom(ctx)
	for _, r := range roles {
		if actor.Gives(r.role) {
			choices = append(choices, roleChoice{Value: string(r.role), Name: words.Say(ctx, r.name), Does: words.Say(ctx, r.does)})
		}
	}
	return choices
}
