// Package page answers requests of the browser: whole pages, the fragments that htmx asks for,
// redirects and short messages.
package page

import (
	"bytes"
	"sync"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Part is a piece of a page that htmx may ask for by targeting the element with its id.
type Part struct {
	ID   string // of the element that the component renders, without "#"
	Show templ.Component
}

// Render answers with the whole page, or with the one of parts whose element htmx targets. It
// renders into a buffer first: an error halfway becomes an error page and not half a page.
func Render(c *fiber.Ctx, status int, whole templ.Component, parts ...Part) error {
	show := whole
	if target := Target(c); target != "" {
		for _, part := range parts {
			if part.ID == target {
				show = part.Show
			}
		}
	}
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer buffers.Put(buf)
	if err := show.Render(c.UserContext(), buf); err != nil {
		return err
	}
	c.Vary("HX-Request", "HX-Target")
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	// SetBody copies; Send would keep the pooled slice.
	c.Status(status).Response().SetBody(buf.Bytes())
	return nil
}

// Fragment answers with comp alone, whatever was asked.
func Fragment(c *fiber.Ctx, status int, comp templ.Component) error {
	return Render(c, status, comp)
}
