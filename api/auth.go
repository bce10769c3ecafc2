package api

import (
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// authenticate puts the owner of the API key into the user context. A key that is wrong is
// refused; without one, the actor stays who the session says it is.
func authenticate(service *identity.Service) fiber.Handler {
	return func(c *fiber.Ctx) error {
		secret, given := bearer(c)
		if !given {
			return c.Next()
		}
		actor, err := service.Authenticate(c.UserContext(), secret)
		if err != nil {
			return err
		}
		c.SetUserContext(identity.WithActor(c.UserContext(), actor))
		return c.Next()
	}
}

// bearer returns the secret of the Authorization header. Another scheme counts as a wrong key:
// the caller meant to prove something.
func bearer(c *fiber.Ctx) (secret string, given bool) {
	header := c.Get(fiber.HeaderAuthorization)
	if header == "" {
		return "", false
	}
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", true
	}
	return strings.TrimSpace(secret), true
}

// requireActor refuses nobody, except at operations that are public.
func requireActor(a huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if !isPublic(ctx.Operation()) && !identity.ActorFrom(ctx.Context()).SignedIn() {
			ctx.SetHeader(fiber.HeaderWWWAuthenticate, "Bearer")
			fail(a, ctx, nobody())
			return
		}
		next(ctx)
	}
}

// RequireActor refuses nobody at routes below /api that are plain Fiber handlers, such as uploads.
func RequireActor(c *fiber.Ctx) error {
	if !identity.ActorFrom(c.UserContext()).SignedIn() {
		return nobody()
	}
	return c.Next()
}

func nobody() error {
	return domain.Unauthorized("Sign in, or send an API key as “Authorization: Bearer mk_…”.")
}

func isPublic(op *huma.Operation) bool {
	return slices.ContainsFunc(op.Security, func(needed map[string][]string) bool { return len(needed) == 0 })
}
