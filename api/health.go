package api

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Check says whether something that we need is there.
type Check func(ctx context.Context) error

// checkTimeout bounds the checks of /ready, so that it answers within two seconds.
const checkTimeout = 1500 * time.Millisecond

// MountHealth serves /health, which answers while the process lives, and /ready, which answers 503
// while one of the named checks fails.
func MountHealth(app fiber.Router, log *slog.Logger, checks map[string]Check) {
	app.Get("/health", func(c *fiber.Ctx) error {
		return c.JSON(fiber.Map{"status": "ok"})
	})
	app.Get("/ready", func(c *fiber.Ctx) error {
		status, word, results := fiber.StatusOK, "ok", map[string]string{}
		for name, err := range runAll(c.UserContext(), checks) {
			results[name] = "ok"
			if err != nil {
				log.WarnContext(c.UserContext(), "not ready", "check", name, "error", err)
				status, word, results[name] = fiber.StatusServiceUnavailable, "down", "down"
			}
		}
		return c.Status(status).JSON(fiber.Map{"status": word, "checks": results})
	})
}

// runAll runs the checks side by side. One that does not heed its deadline is not waited for.
func runAll(ctx context.Context, checks map[string]Check) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	type result struct {
		name string
		err  error
	}
	done, results := make(chan result, len(checks)), map[string]error{}
	for name, check := range checks {
		results[name] = errSilent
		go func() { done <- result{name: name, err: check(ctx)} }()
	}
	for range checks {
		select {
		case r := <-done:
			results[r.name] = r.err
		case <-ctx.Done():
			return results
		}
	}
	return results
}

var errSilent = errors.New("it does not answer")
