// Package publicui shows what readers of emails reach without signing in: the unsubscribe page and
// the view of a mail in the browser. It never tells whether something exists.
package publicui

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// Register adds the pages. They need no session, and must not be behind the guard against requests
// from other sites: mail programs post to them.
func Register(r fiber.Router, s *messaging.Service, log *slog.Logger) {
	h := handlers{messaging: s, log: log}
	r.Get("/u/:token", page.Speak, h.ask)
	r.Post("/u/:token", page.Speak, h.unsubscribe)
	r.Post("/u/:token/undo", page.Speak, h.undo)
	r.Get("/v/:token", page.Speak, h.view)
}

type handlers struct {
	messaging *messaging.Service
	log       *slog.Logger
}

// policy lets our own page load what it needs; it is shown nowhere but in a window of its own.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// viewPolicy shows a marketer's HTML with its styles and pictures, but as a stranger: without
// scripts, forms and our cookies.
const viewPolicy = "default-src 'none'; style-src 'unsafe-inline' https: http:; img-src https: http: data:; font-src https: http: data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"

type subscriptionView struct {
	messaging.Subscription
	Path   string
	Undone bool // the reader has just subscribed again
}

// data fills the places of the page's texts.
func (v subscriptionView) data() words.Data { return words.Data{"Organization": v.Organization} }

// ask changes nothing: mail scanners follow every link.
func (h handlers) ask(c *fiber.Ctx) error {
	shown, err := h.messaging.Subscription(c.UserContext(), c.Params("token"))
	if err != nil {
		return h.sorry(c, err)
	}
	return show(c, http.StatusOK, subscriptionPage(subscriptionView{
		Subscription: shown, Path: "/u/" + c.Params("token"), Undone: c.Query("undone") != "",
	}))
}

// unsubscribe takes the button of our page, and the one-click request of mail programs (RFC 8058),
// which wants an empty answer and no redirect.
func (h handlers) unsubscribe(c *fiber.Ctx) error {
	if err := h.messaging.Unsubscribe(c.UserContext(), c.Params("token")); err != nil {
		return h.sorry(c, err)
	}
	if isOneClick(c) {
		setHeaders(c)
		return c.Status(http.StatusOK).Send(nil)
	}
	return c.Redirect("/u/"+c.Params("token"), http.StatusSeeOther)
}

// isOneClick looks for the field of RFC 8058 at the beginning of a form, of whichever encoding.
func isOneClick(c *fiber.Ctx) bool {
	request := c.Request()
	var body io.Reader
	if request.IsBodyStream() {
		body = request.BodyStream() // of any size
	} else {
		body = bytes.NewReader(request.Body())
	}
	const most = 16 << 10
	form, _ := io.ReadAll(io.LimitReader(body, most)) // what is cut off was meant all the same
	return bytes.Contains(form, []byte("List-Unsubscribe"))
}

func (h handlers) undo(c *fiber.Ctx) error {
	if err := h.messaging.Resubscribe(c.UserContext(), c.Params("token")); err != nil {
		return h.sorry(c, err)
	}
	return c.Redirect("/u/"+c.Params("token")+"?undone=1", http.StatusSeeOther)
}

func (h handlers) view(c *fiber.Ctx) error {
	html, err := h.messaging.View(c.UserContext(), c.Params("token"))
	if err != nil {
		return h.sorry(c, err)
	}
	setHeaders(c)
	c.Set(fiber.HeaderContentSecurityPolicy, viewPolicy)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(http.StatusOK).SendString(html)
}

// sorry answers an error with a page that tells nothing about why.
func (h handlers) sorry(c *fiber.Ctx, err error) error {
	if domain.KindOf(err) != "" {
		return show(c, http.StatusNotFound, sorryPage(words.T(c.UserContext(), "This link leads nowhere"), words.T(c.UserContext(), "It may have been cut off. Open the mail again and use the link there.")))
	}
	h.log.ErrorContext(c.UserContext(), "public page failed", "route", c.Route().Path, "error", err)
	c.Set(fiber.HeaderRetryAfter, "5")
	return show(c, http.StatusServiceUnavailable, sorryPage(words.T(c.UserContext(), "Please try again"), words.T(c.UserContext(), "This page can't be shown right now. Try again in a few seconds.")))
}

func show(c *fiber.Ctx, status int, component templ.Component) error {
	setHeaders(c)
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	return page.Render(c, status, component)
}

func setHeaders(c *fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, "no-store, private")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("X-Robots-Tag", "noindex")
}
