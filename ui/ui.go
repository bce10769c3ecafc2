// Package ui knows how the pages are reached: sessions, who may enter, and the headers that tell
// browsers to trust nothing but us.
package ui

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/page"
)

// loginPath is where people sign in.
const loginPath = "/login"

// Options is what New needs.
type Options struct {
	Sessions *Sessions
	Identity *identity.Service
	Pauses   page.Pauses // tells whether sending is paused; nil: it never is
	Works    page.Works  // tells how much runs in the background; nil: nothing does
	Secure   bool        // the site is reached by https only
	Uploads  []string    // routes whose forms may hold files
}

// New mounts what all pages share: whoever is not signed in is asked to, and below /app handlers
// find the actor and the page's Ctx in the user context. Register the pages after it.
func New(app *fiber.App, o Options) {
	for _, path := range []string{"/app", loginPath, "/logout", "/forgot", "/reset", "/invite"} {
		app.Use(path, secureHeaders(o.Secure), checkInput(o.Uploads), o.Sessions.Handler, page.Speak)
	}
	app.Use(loginPath, page.ThemeMiddleware)
	app.Use("/app", requireSignIn, page.Middleware(o.Identity))
	if o.Pauses != nil {
		app.Use("/app", page.PauseMiddleware(o.Pauses))
	}
	if o.Works != nil {
		app.Use("/app", page.WorkMiddleware(o.Works))
	}
	app.Get("/", func(c *fiber.Ctx) error { return c.Redirect("/app") })
}

// Operates says whether an operator of the installation is signed in. The session's Handler must
// have run.
func Operates(c *fiber.Ctx) bool {
	return page.May(c.UserContext(), identity.Operate)
}

// Policy lets pages load scripts, styles and pictures from us, and nothing from anybody else.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secureHeaders sets the headers before the handlers run, so that one that frames untrusted HTML
// can set its own policy.
func secureHeaders(secure bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentSecurityPolicy, Policy)
		c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
		c.Set(fiber.HeaderReferrerPolicy, "same-origin")
		c.Set("Cross-Origin-Opener-Policy", "same-origin")
		c.Set("Cross-Origin-Resource-Policy", "same-site")
		c.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		c.Set(fiber.HeaderCacheControl, "no-store")
		if secure {
			c.Set(fiber.HeaderStrictTransportSecurity, "max-age=63072000")
		}
		return c.Next()
	}
}

// requireSignIn sends whoever is not signed in to the log-in page, and from there back to where
// they were.
func requireSignIn(c *fiber.Ctx) error {
	if identity.ActorFrom(c.UserContext()).SignedIn() {
		return c.Next()
	}
	return page.Redirect(c, SignInURL(whereWas(c)), "")
}

// SignInURL is the address of the log-in page that leads on to next.
func SignInURL(next string) string {
	if next = LocalPath(next); next == "/app" {
		return loginPath
	}
	return loginPath + "?next=" + url.QueryEscape(next)
}

// whereWas is the page that a person who is asked to sign in should come back to.
func whereWas(c *fiber.Ctx) string {
	if page.IsHTMX(c) {
		current, err := url.Parse(c.Get("HX-Current-URL"))
		if err != nil {
			return ""
		}
		return current.RequestURI()
	}
	if c.Method() != fiber.MethodGet {
		return ""
	}
	return c.OriginalURL()
}

// LocalPath returns next if it is a path of ours, else /app: whoever signs in must not end up on
// another site.
func LocalPath(next string) string {
	parsed, err := url.Parse(next)
	switch {
	case err != nil, parsed.IsAbs(), parsed.Host != "", !strings.HasPrefix(next, "/"), strings.HasPrefix(next, "//"),
		strings.ContainsAny(next, "\\\r\n\t"), strings.HasPrefix(next, loginPath):
		return "/app"
	}
	return next
}

// WhereFrom is the page of ours that a form was sent from, else the start page.
func WhereFrom(c *fiber.Ctx) string {
	from, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil {
		return "/app"
	}
	return LocalPath(from.RequestURI())
}
