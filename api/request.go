package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

type requestIDKey struct{}

// RequestID names the request in ctx, as its X-Request-ID does; "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// Requests names every request of the app, catches panics, leaves nothing of a body behind, and
// writes one line per request to the log: no address, no query, no personal data. Each of observe is
// told about it too, with the pattern of its route. Mount it first.
func Requests(log *slog.Logger, observe ...func(method, route string, status int, took time.Duration)) fiber.Handler {
	return func(c *fiber.Ctx) error {
		start := time.Now()
		id := c.Get(fiber.HeaderXRequestID)
		if !validRequestID(id) {
			id = strings.ToLower(rand.Text())
		}
		c.Set(fiber.HeaderXRequestID, id)
		ctx := domain.WithLog(c.UserContext(), slog.String("request", id))
		c.SetUserContext(context.WithValue(ctx, requestIDKey{}, id))
		left, err := settleBody(c)
		if err == nil {
			err = next(c)
		}
		if err != nil {
			if err := c.App().ErrorHandler(c, err); err != nil {
				return err
			}
		}
		if left {
			drain(c)
			c.Response().SetConnectionClose() // last, because a proxied answer replaces its headers
		}
		method, route, status, took := c.Method(), c.Route().Path, c.Response().StatusCode(), time.Since(start)
		log.InfoContext(c.UserContext(), "request", "method", method, "route", route, "status", status, "ms", took.Milliseconds())
		for _, tell := range observe {
			tell(strings.Clone(method), strings.Clone(route), status, took)
		}
		return nil
	}
}

// next runs the rest of the handlers; a panic becomes an error that carries its stack.
func next(c *fiber.Ctx) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	return c.Next()
}

func validRequestID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
	})
}

// ErrorHandler answers what went wrong below /api outside of the operations: unknown paths, wrong
// methods, refused origins, panics.
func ErrorHandler(log *slog.Logger) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		p := problemOf(fiberError(err))
		p.RequestID = RequestID(c.UserContext())
		if p.cause != nil {
			log.ErrorContext(c.UserContext(), "request failed",
				"method", c.Method(), "route", c.Route().Path, "error", p.cause)
		}
		if p.Status == http.StatusUnauthorized {
			c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
		}
		return c.Status(p.Status).JSON(p, p.ContentType(""))
	}
}

// fiberError explains errors of the router in our words.
func fiberError(err error) error {
	var routed *fiber.Error
	if !errors.As(err, &routed) {
		return err
	}
	switch routed.Code {
	case fiber.StatusNotFound:
		return domain.NotFound("There is nothing at this address.")
	case fiber.StatusRequestEntityTooLarge:
		return domain.TooLarge("", "The request is too large.")
	case fiber.StatusBadRequest: // the server would repeat what it was sent, keys and cookies included
		return problem(routed.Code, domain.KindInvalid, "The request was cut off, or is not HTTP.")
	case fiber.StatusMethodNotAllowed:
		return problem(routed.Code, domain.KindInvalid, "This address does not know this method.")
	}
	if routed.Code < fiber.StatusInternalServerError {
		return problem(routed.Code, kindOf(routed.Code), whole(routed.Message))
	}
	return internal(routed.Code, err)
}
