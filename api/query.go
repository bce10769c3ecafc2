package api

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// Query refuses parameters with other names than these at routes that are plain Fiber handlers, as typed
// operations do: a filter with a wrong name would find everything.
func Query(names ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		for name := range c.Context().QueryArgs().All() {
			if !slices.Contains(names, string(name)) {
				return domain.Invalid(string(name), "There is no such parameter.")
			}
		}
		return c.Next()
	}
}

// QueryBool reads a parameter of such a route that is true or false; absent it is false.
func QueryBool(c *fiber.Ctx, name string) (bool, error) {
	text := c.Query(name)
	if text == "" {
		return false, nil
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		return false, domain.Invalid(name, "Say true or false.")
	}
	return value, nil
}
