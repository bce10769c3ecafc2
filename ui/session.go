package ui

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// How long a session lasts: without a request, and at most.
const (
	sessionIdle     = 12 * time.Hour
	sessionLifetime = 14 * 24 * time.Hour
	sessionRefresh  = 5 * time.Minute // how often its end is put off
)

// What a session holds.
const (
	sessionOrg  = "org"
	sessionUser = "user"
	sessionSeen = "seen" // Unix time of the last refresh
)

// SessionOptions is what NewSessions needs.
type SessionOptions struct {
	Store    scs.CtxStore
	Identity *identity.Service
	Secure   bool             // the site is reached by https only
	Clock    func() time.Time // time.Now when nil
}

// Sessions are the sessions of browsers that are signed in. Nobody else gets a cookie.
type Sessions struct {
	manager  *scs.SessionManager
	identity *identity.Service
	cookie   string
	secure   bool
	clock    func() time.Time
}

// NewSessions returns the sessions kept in a store.
func NewSessions(o SessionOptions) *Sessions {
	manager := scs.New()
	manager.Store = o.Store
	manager.HashTokenInStore = true
	manager.IdleTimeout, manager.Lifetime = sessionIdle, sessionLifetime
	s := &Sessions{manager: manager, identity: o.Identity, cookie: "mauntic", secure: o.Secure, clock: o.Clock}
	if s.secure {
		s.cookie = "__Host-mauntic"
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	return s
}

// visit is the session of one request: what came with it, and what the browser is to be told.
type visit struct {
	identity.Visit
	token  string
	expiry time.Time
	tell   bool // the cookie changed
}

type visitKey struct{}

// Handler puts who is signed in into the user context, and tells the browser when the session
// began, ended or lasts longer.
func (s *Sessions) Handler(c *fiber.Ctx) error {
	if c.UserContext().Value(visitKey{}) != nil {
		return c.Next() // mounted twice on the way here
	}
	v := &visit{Visit: identity.Visit{IP: c.IP(), UserAgent: clean(c.Get(fiber.HeaderUserAgent))}}
	ctx, err := s.manager.Load(context.WithValue(c.UserContext(), visitKey{}, v), c.Cookies(s.cookie))
	if err != nil {
		return fmt.Errorf("load session: %w", err)
	}
	ctx, err = s.resume(ctx, v)
	if err != nil {
		return err
	}
	c.SetUserContext(identity.WithVisit(ctx, v.Visit))
	err = c.Next()
	if v.tell {
		s.tell(c, v)
	}
	return err
}

// Begin signs the actor in under a new token: call it after every change of privilege. The
// context must be that of a request that went through Handler.
func (s *Sessions) Begin(ctx context.Context, actor identity.Actor) error {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok || actor.User == 0 {
		return errors.New("begin session: there is no browser or no user")
	}
	if err := s.manager.RenewToken(ctx); err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	s.manager.Put(ctx, sessionOrg, int64(actor.Org))
	s.manager.Put(ctx, sessionUser, int64(actor.User))
	v.User, v.Known = actor.User, false
	return s.save(ctx, v)
}

// End signs out. Without a session it does nothing.
func (s *Sessions) End(ctx context.Context) error {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		return nil
	}
	if err := s.manager.Destroy(ctx); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	v.token, v.tell = "", true
	return nil
}

// resume finds out who the session speaks for, and puts off its end from time to time.
func (s *Sessions) resume(ctx context.Context, v *visit) (context.Context, error) {
	user := identity.UserID(s.manager.GetInt64(ctx, sessionUser))
	if user == 0 {
		return ctx, nil
	}
	actor, ok, err := s.identity.Resume(ctx, domain.OrgID(s.manager.GetInt64(ctx, sessionOrg)), user)
	switch {
	case err != nil:
		return ctx, fmt.Errorf("resume session: %w", err)
	case !ok:
		return ctx, s.End(ctx)
	}
	v.User, v.Known = user, true
	v.Session = hashToken(s.manager.Token(ctx))
	if s.clock().Unix()-s.manager.GetInt64(ctx, sessionSeen) > int64(sessionRefresh/time.Second) {
		if err := s.save(ctx, v); err != nil {
			return ctx, err
		}
	}
	return identity.WithActor(ctx, actor), nil
}

func (s *Sessions) save(ctx context.Context, v *visit) (err error) {
	s.manager.Put(ctx, sessionSeen, s.clock().Unix())
	v.token, v.expiry, err = s.manager.Commit(identity.WithVisit(ctx, v.Visit))
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	v.tell = true
	return nil
}

func (s *Sessions) tell(c *fiber.Ctx, v *visit) {
	cookie := fiber.Cookie{
		Name: s.cookie, Value: v.token, Expires: v.expiry, Path: "/",
		Secure: s.secure, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	}
	if v.token == "" {
		cookie.Expires = time.Unix(0, 0)
	}
	c.Cookie(&cookie)
}

// hashToken is what the store gets of a token: the manager hashes it the same way.
func hashToken(token string) string {
	hash := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}

// clean makes a header fit to be stored.
func clean(header string) string {
	header = strings.ToValidUTF8(strings.ReplaceAll(header, "\x00", ""), "")
	if len(header) > 300 {
		header = strings.ToValidUTF8(header[:300], "")
	}
	return header
}
