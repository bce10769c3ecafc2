package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/cors"

	"github.com/mauntic/mauntic/domain"
)

// SameOrigin refuses requests that change something and come from pages of other sites: cookies
// would speak for people who did not mean it. Requests to the API with an Authorization header carry
// no such risk, because there the key speaks and never a cookie. baseURL is where browsers find us; exempt are prefixes of paths that other sites and mail
// programs may post to.
func SameOrigin(baseURL string, exempt ...string) (fiber.Handler, error) {
	guard := http.NewCrossOriginProtection()
	if baseURL != "" {
		base, err := url.Parse(baseURL)
		if err != nil {
			return nil, fmt.Errorf("read base URL: %w", err)
		}
		if err := guard.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
			return nil, fmt.Errorf("trust base URL: %w", err)
		}
	}
	return func(c *fiber.Ctx) error {
		byKey := c.Get(fiber.HeaderAuthorization) != "" && strings.HasPrefix(c.Path(), prefix+"/")
		if byKey || hasPrefix(c.Path(), exempt) {
			return c.Next()
		}
		r := http.Request{Method: c.Method(), Host: string(c.Request().Host()), URL: &url.URL{Path: c.Path()}, Header: http.Header{}}
		for _, name := range []string{"Origin", "Sec-Fetch-Site"} {
			if value := c.Get(name); value != "" {
				r.Header.Set(name, value)
			}
		}
		if guard.Check(&r) != nil {
			return domain.Forbidden("This request came from another site.")
		}
		return c.Next()
	}, nil
}

func hasPrefix(path string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// allowOrigins lets scripts of other sites call the API with a key; cookies stay out of it.
func allowOrigins(origins []string) fiber.Handler {
	return cors.New(cors.Config{
		AllowOrigins:  strings.Join(origins, ","),
		AllowMethods:  "GET,POST,PUT,PATCH,DELETE",
		AllowHeaders:  "Authorization,Content-Type,Idempotency-Key,X-Request-ID",
		ExposeHeaders: "X-Request-ID,Idempotent-Replayed",
		MaxAge:        3600,
	})
}
