package page

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/gofiber/fiber/v2"
)

// IsHTMX says whether htmx made the request; the answer then goes into an element of the page.
func IsHTMX(c *fiber.Ctx) bool { return c.Get("HX-Request") == "true" }

// Target is the id of the element that htmx will put the answer into, "" if there is none.
func Target(c *fiber.Ctx) string {
	if !IsHTMX(c) {
		return ""
	}
	_, id, _ := strings.Cut(c.Get("HX-Target"), "#")
	return id
}

// ToastKind says how a short message looks and how long it stays.
type ToastKind string

// The kinds of toasts. Errors stay until they are closed.
const (
	Success ToastKind = "success"
	Info    ToastKind = "info"
	Failure ToastKind = "error"
)

// Toast is a short message in a corner of the page.
type Toast struct {
	Kind ToastKind `json:"kind"`
	Text string    `json:"text"`
	Undo string    `json:"undo,omitempty"` // a path of ours that takes it back when posted to; "" for none
}

const flashCookie = "flash"

// Say shows a short message beside the answer: at once when htmx asked, else on the next page.
func Say(c *fiber.Ctx, kind ToastKind, text string) {
	toast := Toast{Kind: kind, Text: text}
	if IsHTMX(c) {
		trigger(c, toast)
		return
	}
	flash(c, toast)
}

// SayUndo says what was done, with a button that posts to undoURL, a path of ours, to take it back.
// The toast stays for ten seconds, and longer while somebody points at it. Answer the post with
// Redirect, or with a fragment and Say.
func SayUndo(c *fiber.Ctx, text, undoURL string) {
	toast := Toast{Kind: Success, Text: text, Undo: undoURL}
	if IsHTMX(c) {
		trigger(c, toast)
		return
	}
	flash(c, toast)
}

// RedirectUndo is Redirect with a message that can be taken back, as SayUndo says it.
func RedirectUndo(c *fiber.Ctx, url, text, undoURL string) error {
	flash(c, Toast{Kind: Success, Text: text, Undo: undoURL})
	return Redirect(c, url, "")
}

// Redirect sends the browser to url, a path of ours, with a message to show there ("" for none).
func Redirect(c *fiber.Ctx, url, message string) error {
	if message != "" {
		flash(c, Toast{Kind: Success, Text: message})
	}
	if IsHTMX(c) {
		c.Set("HX-Redirect", url)
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.Redirect(url, fiber.StatusSeeOther)
}

// trigger lets htmx raise the toast event on the body; the asking element may be gone by then.
func trigger(c *fiber.Ctx, toast Toast) {
	detail := map[string]any{"kind": toast.Kind, "text": toast.Text, "target": "body"}
	if toast.Undo != "" {
		detail["undo"] = toast.Undo
	}
	body, err := json.Marshal(map[string]any{"toast": detail})
	if err != nil {
		return
	}
	c.Set("HX-Trigger", ascii(string(body)))
}

// ascii writes what is beyond ASCII as JSON escapes: header values are Latin-1 to a browser.
func ascii(json string) string {
	var out strings.Builder
	for _, r := range json {
		switch {
		case r < 0x80:
			out.WriteRune(r)
		case r > 0xFFFF:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

func flash(c *fiber.Ctx, toast Toast) {
	body, err := json.Marshal(toast)
	if err != nil {
		return
	}
	c.Cookie(&fiber.Cookie{
		Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(body), Path: "/app",
		Expires: time.Now().Add(time.Minute), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// takeFlash returns the message that the page before left, and forgets it.
func takeFlash(c *fiber.Ctx) *Toast {
	body, err := base64.RawURLEncoding.DecodeString(c.Cookies(flashCookie))
	if err != nil || len(body) == 0 {
		return nil
	}
	var toast Toast
	if json.Unmarshal(body, &toast) != nil {
		return nil
	}
	if !strings.HasPrefix(toast.Undo, "/app/") { // a cookie can be written by a neighbouring host
		toast.Undo = ""
	}
	c.Cookie(&fiber.Cookie{Name: flashCookie, Path: "/app", Expires: time.Unix(0, 0), HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
	return &toast
}
