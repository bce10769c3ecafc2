package layout

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

var statuses = map[domain.Kind]int{
	domain.KindInvalid:      fiber.StatusUnprocessableEntity,
	domain.KindNotFound:     fiber.StatusNotFound,
	domain.KindConflict:     fiber.StatusConflict,
	domain.KindUnauthorized: fiber.StatusUnauthorized,
	domain.KindForbidden:    fiber.StatusForbidden,
	domain.KindTooMany:      fiber.StatusTooManyRequests,
	domain.KindTooLarge:     fiber.StatusRequestEntityTooLarge,
	domain.KindUnavailable:  fiber.StatusServiceUnavailable,
}

var titles = map[int]string{
	fiber.StatusNotFound:              words.Mark("This page does not exist"),
	fiber.StatusForbidden:             words.Mark("You may not open this"),
	fiber.StatusUnauthorized:          words.Mark("Log in first"),
	fiber.StatusConflict:              words.Mark("This did not work"),
	fiber.StatusUnprocessableEntity:   words.Mark("This did not work"),
	fiber.StatusTooManyRequests:       words.Mark("Slow down a little"),
	fiber.StatusRequestEntityTooLarge: words.Mark("This is too large"),
	fiber.StatusServiceUnavailable:    words.Mark("Something we need is away"),

	fiber.StatusRequestHeaderFieldsTooLarge: words.Mark("This is too large"),
}

// ErrorHandler answers what a page's handler returned: a person reads the sentence of our own errors,
// others are logged and shown as ours to fix, with the request's id. An htmx request gets a toast and
// leaves the page as it is. Pages whose form shows its errors itself never get here.
func ErrorHandler(log *slog.Logger) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		id := c.GetRespHeader(fiber.HeaderXRequestID)
		status, text := explain(c.UserContext(), err)
		if status >= fiber.StatusInternalServerError {
			log.ErrorContext(c.UserContext(), "page", "error", err, "path", c.Route().Path)
		}
		if page.IsHTMX(c) {
			page.Say(c, page.Failure, text)
			c.Set("HX-Reswap", "none")
			return c.SendStatus(status)
		}
		v := errorView{Title: title(c.UserContext(), status), Text: text, Request: id, Ours: status == fiber.StatusInternalServerError, Icon: "search-x"}
		v.Framed = status < fiber.StatusInternalServerError && page.From(c.UserContext()).User.SignedIn()
		if status == fiber.StatusForbidden {
			v.Icon = "lock"
		}
		if url := c.OriginalURL(); status >= fiber.StatusInternalServerError && c.Method() == fiber.MethodGet && strings.HasPrefix(url, "/app") {
			v.Again = url
		}
		return page.Render(c, status, errorPage(v))
	}
}

func explain(ctx context.Context, err error) (status int, text string) {
	if ours, ok := errors.AsType[*domain.Error](err); ok {
		return statuses[ours.Kind], words.Error(ctx, ours)
	}
	if errors.Is(err, domain.ErrAway) || errors.Is(err, context.DeadlineExceeded) {
		return fiber.StatusServiceUnavailable, words.T(ctx, "The database can't be reached just now. Nothing is lost; try again in a moment.")
	}
	var theirs *fiber.Error
	if errors.As(err, &theirs) && theirs.Code < fiber.StatusInternalServerError {
		switch theirs.Code {
		case fiber.StatusNotFound:
			return theirs.Code, words.T(ctx, "It may have been deleted, or the address has a mistake.")
		case fiber.StatusBadRequest: // the server would repeat what it was sent, cookies included
			return theirs.Code, words.T(ctx, "The request was cut off, or is not HTTP.")
		case fiber.StatusRequestHeaderFieldsTooLarge:
			return theirs.Code, words.T(ctx, "The address of this page, or what your browser sent with it, is too long.")
		}
		return theirs.Code, theirs.Message + "."
	}
	return fiber.StatusInternalServerError, words.T(ctx, "Something went wrong on our side. Try again in a moment.")
}

func title(ctx context.Context, status int) string {
	if t, ok := titles[status]; ok {
		return words.Say(ctx, t)
	}
	return words.T(ctx, "This page can't be shown")
}

type errorView struct {
	Title, Text, Request string
	Ours                 bool
	Framed               bool   // inside the app's own frame
	Icon                 string // of a framed page
	Again                string // where trying again leads; empty: it can't be tried by a link
}
