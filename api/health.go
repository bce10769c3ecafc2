package api

import (
	"context"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Check says whether something that we need is there.
type Check func(ctx context.Context) error

// checkTimeout bounds each check of /ready.
const checkTimeout = 2 * time.Second

// MountHealth serves /health, which answers while the process lives, and /ready, which answers 503
// while one of the named checks fails.
func MountHealth(app fiber.Router, log *slog.Logger, checks map[string]Check) {
	app.Get("/health", func(c *fiber.Ctx) error {
		return c.JSON(fiber.Map{"status": "ok"})
	})
	app.Get("/ready", func(c *fiber.Ctx) error {
		status, results := fiber.StatusOK, map[string]string{}
		for name, check := range checks {
			results[name] = "ok"
			if err := run(c.UserContext(), check); err != nil {
				log.WarnContext(c.UserContext(), "not ready", "check", name, "error", err)
				status, results[name] = fiber.StatusServiceUnavailable, "down"
			}
		}
		word := "ok"
		if status != fiber.StatusOK {
			word = "down"
		}
		return c.Status(status).JSON(fiber.Map{"status": word, "checks": results})
	})
}

func run(ctx context.Context, check Check) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	return check(ctx)
}
