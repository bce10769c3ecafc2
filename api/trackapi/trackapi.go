// Package trackapi answers the public addresses inside of messages: open pixels and click links. It
// takes no session and never tells whether a message exists.
package trackapi

import (
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Register serves /t/o and /t/c of emails, and /s of SMS.
func Register(r fiber.Router, s *messaging.Service, recorder *Recorder) {
	h := handlers{messaging: s, recorder: recorder}
	r.Get("/t/o/:token", h.open)
	r.Get("/t/c/:token", h.click)
	r.Get("/s/:token", h.short)
}

type handlers struct {
	messaging *messaging.Service
	recorder  *Recorder
}

// pixel is a transparent GIF of 43 bytes.
var pixel, _ = base64.StdEncoding.DecodeString("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")

// open answers the pixel whatever the token is: neither a forger nor a mailbox learns anything.
func (h handlers) open(c *fiber.Ctx) error {
	token := strings.TrimSuffix(c.Params("token"), ".gif")
	if sid, ok := h.messaging.ReadOpen(token); ok {
		// A hit that can't be kept is in the log; the reader gets the image all the same.
		_ = h.recorder.Record(c.UserContext(), newHit(c, messaging.HitOpen, sid, ""))
	}
	setPublicHeaders(c)
	c.Set(fiber.HeaderContentType, "image/gif")
	return c.Status(http.StatusOK).Send(pixel)
}

// click answers with a redirect to a target from our own table, once the click is durable.
func (h handlers) click(c *fiber.Ctx) error {
	sid, target, err := h.messaging.ReadClick(c.UserContext(), c.Params("token"))
	return h.redirect(c, sid, target, err)
}

// short does so for the short links of SMS.
func (h handlers) short(c *fiber.Ctx) error {
	sid, target, err := h.messaging.ReadShort(c.UserContext(), c.Params("token"))
	return h.redirect(c, sid, target, err)
}

func (h handlers) redirect(c *fiber.Ctx, sid, target string, err error) error {
	switch {
	case errors.Is(err, domain.ErrNotFound):
		return sorry(c, http.StatusNotFound, "This link leads nowhere", "It may have been cut off. Open the message again and click the link there.")
	case err != nil:
		h.recorder.log.WarnContext(c.UserContext(), "read click link", "error", err)
		return later(c)
	}
	if err := h.recorder.Record(c.UserContext(), newHit(c, messaging.HitClick, sid, target)); err != nil {
		return later(c)
	}
	setPublicHeaders(c)
	return c.Redirect(target, http.StatusFound)
}

func newHit(c *fiber.Ctx, kind messaging.HitKind, sid, url string) messaging.Hit {
	return messaging.Hit{
		ID: messaging.NewHitID(), Kind: kind, Sid: sid, URL: url, Machine: isMachine(c),
		At: time.Now().UTC().Truncate(time.Microsecond),
	}
}

// isMachine says whether a program looks ahead instead of a person.
func isMachine(c *fiber.Ctx) bool {
	if c.Method() == http.MethodHead {
		return true
	}
	for _, name := range []string{"Purpose", "Sec-Purpose", "X-Purpose", "X-Moz"} {
		value := strings.ToLower(c.Get(name))
		if strings.Contains(value, "prefetch") || strings.Contains(value, "preview") || strings.Contains(value, "prerender") {
			return true
		}
	}
	agent := strings.ToLower(c.Get(fiber.HeaderUserAgent))
	return slices.ContainsFunc(linkPreviews, func(name string) bool { return strings.Contains(agent, name) })
}

// linkPreviews are programs that fetch a link as soon as a phone or a chat shows it.
var linkPreviews = []string{"facebookexternalhit", "twitterbot", "whatsapp/", "telegrambot", "slackbot", "skypeuripreview", "linkpreview", "google-pagerenderer"}

func setPublicHeaders(c *fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, "no-store, private")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("X-Robots-Tag", "noindex")
}

func later(c *fiber.Ctx) error {
	c.Set(fiber.HeaderRetryAfter, "5")
	return sorry(c, http.StatusServiceUnavailable, "Please try again", "This link can't be opened right now. Try again in a few seconds.")
}

const sorryPage = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>TITLE</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;text-align:center;color-scheme:light dark}</style></head>
<body><h1>TITLE</h1><p>TEXT</p></body></html>
`

func sorry(c *fiber.Ctx, status int, title, text string) error {
	setPublicHeaders(c)
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(status).SendString(strings.NewReplacer("TITLE", title, "TEXT", text).Replace(sorryPage))
}
