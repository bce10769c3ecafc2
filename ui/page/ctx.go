package page

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/words"
)

// Ctx is what every page knows without being told: who looks at it, and where.
type Ctx struct {
	User  identity.Actor
	Org   identity.Organization
	Zone  *time.Location // the person's choice, or the organization's
	Path  string         // of this request
	Theme Theme          // how the person wants pages to look
	Now   time.Time
	Toast *Toast           // left by the page before, nil for none
	Pause *messaging.Pause // why the installation sends nothing; nil: it does
	Works int              // jobs and imports that wait or run
}

// Members looks up the organization and the choices of the person who is signed in: *identity.Service.
type Members interface {
	Organization(ctx context.Context, org domain.OrgID) (identity.Organization, error)
	// Preference reads what the person has chosen under a name into value; it leaves value as it is
	// when nothing is chosen.
	Preference(ctx context.Context, org domain.OrgID, name string, value any) error
}

type ctxKey struct{}

// With returns a context for rendering with p.
func With(ctx context.Context, p Ctx) context.Context { return context.WithValue(ctx, ctxKey{}, p) }

// From returns what the page knows; outside a request it is UTC and nobody.
func From(ctx context.Context) Ctx {
	p, _ := ctx.Value(ctxKey{}).(Ctx)
	if p.Zone == nil {
		p.Zone = time.UTC
	}
	return p
}

// Middleware puts a Ctx into the user context. It runs after the actor is known there; for
// nobody it leaves the organization empty.
func Middleware(members Members) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		p := Ctx{User: identity.ActorFrom(ctx), Zone: time.UTC, Path: c.Path(), Now: time.Now()}
		if p.User.SignedIn() {
			org, err := members.Organization(ctx, p.User.Org)
			if err != nil {
				return err
			}
			p.Org, p.Zone = org, p.User.Location(org.Location())
			if !IsHTMX(c) {
				if p.Theme, err = themeOf(c, members, p.User.Org); err != nil {
					return err
				}
			}
		}
		if !IsHTMX(c) && c.Method() == fiber.MethodGet {
			p.Toast = takeFlash(c)
		}
		ctx = words.In(ctx, p.User.Language, c.Get(fiber.HeaderAcceptLanguage))
		c.SetUserContext(With(ctx, p))
		return c.Next()
	}
}

// Speak has pages that need no session speak the language that the browser asks for.
func Speak(c *fiber.Ctx) error {
	c.SetUserContext(words.In(c.UserContext(), c.Get(fiber.HeaderAcceptLanguage)))
	return c.Next()
}

// Pauses tells whether the installation sends nothing: *messaging.Service.
type Pauses interface {
	SendingPause(ctx context.Context) (*messaging.Pause, error)
}

// PauseMiddleware has whole pages say when nothing is sent. It runs after Middleware.
func PauseMiddleware(pauses Pauses) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		p := From(ctx)
		if IsHTMX(c) || !p.User.SignedIn() {
			return c.Next()
		}
		pause, err := pauses.SendingPause(ctx)
		if err != nil {
			return err
		}
		p.Pause = pause
		c.SetUserContext(With(ctx, p))
		return c.Next()
	}
}

// Works tells how many jobs and imports wait or run: *crm.Service.
type Works interface {
	CountWork(ctx context.Context, org domain.OrgID) (int, error)
}

// WorkMiddleware has whole pages say that something runs. It runs after Middleware.
func WorkMiddleware(works Works) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx := c.UserContext()
		p := From(ctx)
		if IsHTMX(c) || c.Method() != fiber.MethodGet || !p.User.SignedIn() {
			return c.Next()
		}
		n, err := works.CountWork(ctx, p.User.Org)
		if err != nil {
			return err
		}
		p.Works = n
		c.SetUserContext(With(ctx, p))
		return c.Next()
	}
}
