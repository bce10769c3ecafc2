package page

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// Query reads page, limit, search, orderBy and orderDir from the address.
func Query(c *fiber.Ctx) domain.PageQuery {
	return domain.PageQuery{
		Page: c.QueryInt("page"), Limit: c.QueryInt("limit"),
		Search: c.Query("search"), OrderBy: c.Query("orderBy"), OrderDir: c.Query("orderDir"),
	}.Normal()
}

// ID reads a positive number from the path. Anything else is not found, like an id that was never given.
func ID[T ~int64](c *fiber.Ctx, name string) (T, error) {
	id, err := strconv.ParseInt(c.Params(name), 10, 64)
	if err != nil || id < 1 {
		return 0, domain.NotFound("There is no such page.")
	}
	return T(id), nil
}
