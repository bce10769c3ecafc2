package page_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/page"
)

// chooser is a member who remembers one choice.
type chooser struct {
	acme
	chosen json.RawMessage
}

func (m *chooser) Preference(_ context.Context, _ domain.OrgID, _ string, value any) error {
	if m.chosen == nil {
		return nil
	}
	return json.Unmarshal(m.chosen, value)
}

func (m *chooser) SetPreference(_ context.Context, _ domain.OrgID, _ string, value any) (err error) {
	m.chosen, err = json.Marshal(value)
	return err
}

// themed is an app whose pages answer with their theme.
func themed(m *chooser) *fiber.App {
	app := fiber.New()
	app.Get("/login", page.ThemeMiddleware, tellTheme)
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(identity.WithActor(c.UserContext(), identity.Actor{Org: 1, User: 1}))
		return c.Next()
	}, page.Middleware(m))
	app.Get("/app/set/:theme", func(c *fiber.Ctx) error { return page.SetTheme(c, m, page.ParseTheme(c.Params("theme"))) })
	app.Get("/app/x", tellTheme)
	return app
}

func tellTheme(c *fiber.Ctx) error {
	return c.SendString("theme=" + page.From(c.UserContext()).Theme.Attr())
}

func visit(t *testing.T, app *fiber.App, path string, cookies ...*http.Cookie) (body string, left []*http.Cookie) {
	t.Helper()
	request := httptest.NewRequest(fiber.MethodGet, path, nil)
	for _, c := range cookies {
		request.AddCookie(c)
	}
	response, err := app.Test(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	out := make([]byte, 100)
	n, _ := response.Body.Read(out)
	return string(out[:n]), response.Cookies()
}

func TestTheChosenThemeIsPrintedByTheServer(t *testing.T) {
	t.Parallel()
	app := themed(&chooser{})
	if body, left := visit(t, app, "/app/x"); body != "theme=" || len(left) != 0 {
		t.Errorf("Without a choice it is %q with %d cookies.", body, len(left))
	}
	_, cookies := visit(t, app, "/app/set/dark")
	if body, _ := visit(t, app, "/app/x", cookies...); body != "theme=mauntic-dark" {
		t.Errorf("The person's choice is %q.", body)
	}
	if body, _ := visit(t, app, "/login", cookies...); body != "theme=mauntic-dark" {
		t.Errorf("The page before the log-in is %q.", body)
	}
	if _, left := visit(t, app, "/app/x"); len(left) != 1 || left[0].Value != "dark" {
		t.Errorf("Another browser of the person is told %v.", left)
	}
	_, forgotten := visit(t, app, "/app/set/anything", cookies...)
	if body, _ := visit(t, app, "/app/x"); body != "theme=" || len(forgotten) != 1 || forgotten[0].Value != "" {
		t.Errorf("Back to the system it is %q with %v.", body, forgotten)
	}
}
