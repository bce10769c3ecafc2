// Package identityapi is the part of the API that knows users, API keys and organizations.
package identityapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Sessions begins and ends the session of the browser that makes the request in ctx.
type Sessions interface {
	Begin(ctx context.Context, actor identity.Actor) error
	End(ctx context.Context) error
}

type handlers struct {
	identity *identity.Service
	sessions Sessions
}

// Register adds the operations to the API.
func Register(a huma.API, s *identity.Service, sessions Sessions) {
	h := handlers{identity: s, sessions: sessions}
	h.registerAuth(a)
	h.registerSessions(a)
	h.registerUsers(a)
	h.registerInvitations(a)
	h.registerAPIKeys(a)
	h.registerOrganization(a)
}

// org is the organization of the caller.
func org(ctx context.Context) domain.OrgID { return identity.ActorFrom(ctx).Org }
