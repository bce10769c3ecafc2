package page

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
)

// Theme says how a person wants pages to look. The zero Theme follows the system.
type Theme string

// The themes.
const (
	SystemTheme Theme = ""
	LightTheme  Theme = "light"
	DarkTheme   Theme = "dark"
)

const (
	// ThemePreference is the name under which a person's theme is remembered.
	ThemePreference = "theme"
	// themeCookie tells pages before the log-in, which do not know the person.
	themeCookie = "theme"
	themeKept   = 365 * 24 * time.Hour
)

// ParseTheme reads what a person chose; what it does not know follows the system.
func ParseTheme(text string) Theme {
	switch t := Theme(text); t {
	case LightTheme, DarkTheme:
		return t
	}
	return SystemTheme
}

// Attr is what <html data-theme> says, "" for no attribute: then the style sheet asks the system.
func (t Theme) Attr() string {
	switch t {
	case LightTheme:
		return "mauntic"
	case DarkTheme:
		return "mauntic-dark"
	}
	return ""
}

// ColorScheme tells the browser how to draw what is its own, before the style sheet is there.
func (t Theme) ColorScheme() string {
	if t == SystemTheme {
		return "light dark"
	}
	return string(t)
}

// SetTheme remembers the theme for the person and for the pages before the next log-in.
func SetTheme(c *fiber.Ctx, members interface {
	SetPreference(ctx context.Context, org domain.OrgID, name string, value any) error
}, t Theme,
) error {
	ctx := c.UserContext()
	if err := members.SetPreference(ctx, From(ctx).User.Org, ThemePreference, string(t)); err != nil {
		return err
	}
	tellTheme(c, t)
	return nil
}

// themeOf returns the person's theme, and has the browser remember it for the log-in page.
func themeOf(c *fiber.Ctx, members Members, org domain.OrgID) (Theme, error) {
	chosen := ""
	if err := members.Preference(c.UserContext(), org, ThemePreference, &chosen); err != nil {
		return SystemTheme, err
	}
	t := ParseTheme(chosen)
	if c.Cookies(themeCookie) != string(t) {
		tellTheme(c, t)
	}
	return t, nil
}

func tellTheme(c *fiber.Ctx, t Theme) {
	cookie := fiber.Cookie{
		Name: themeCookie, Value: string(t), Path: "/", Expires: time.Now().Add(themeKept),
		HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode,
	}
	if t == SystemTheme {
		cookie.Expires = time.Unix(0, 0)
	}
	c.Cookie(&cookie)
}

// ThemeMiddleware has pages that know nobody look as the browser's last visitor wanted.
func ThemeMiddleware(c *fiber.Ctx) error {
	ctx := c.UserContext()
	p := From(ctx)
	p.Theme, p.Now = ParseTheme(c.Cookies(themeCookie)), time.Now()
	c.SetUserContext(With(ctx, p))
	return c.Next()
}
