package page_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/page"
)

func text(s string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	})
}

// ask sends a request to a handler; target "" is a request without htmx.
func ask(t *testing.T, handler fiber.Handler, target string) (*http.Response, string) {
	t.Helper()
	app := fiber.New()
	app.Get("/", handler)
	request := httptest.NewRequest(fiber.MethodGet, "/", nil)
	if target != "" {
		request.Header.Set("HX-Request", "true")
		request.Header.Set("HX-Target", target)
	}
	response, err := app.Test(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestHtmxGetsThePartThatItTargets(t *testing.T) {
	t.Parallel()
	handler := func(c *fiber.Ctx) error {
		return page.Render(c, fiber.StatusUnprocessableEntity, text("whole"), page.Part{ID: "list", Show: text("part")})
	}
	for target, want := range map[string]string{"": "whole", "div#list": "part", "div#other": "whole", "div": "whole"} {
		response, body := ask(t, handler, target)
		if body != want || response.StatusCode != fiber.StatusUnprocessableEntity {
			t.Errorf("Target %q got %d %q, want %q.", target, response.StatusCode, body, want)
		}
		if vary := response.Header.Get(fiber.HeaderVary); !strings.Contains(vary, "HX-Target") {
			t.Errorf("Target %q: Vary is %q, so caches would mix up part and page.", target, vary)
		}
	}
}

func TestAPageThatFailsHalfwaySendsNothingOfItself(t *testing.T) {
	t.Parallel()
	broken := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "half a page")
		return domain.Unavailable("Away.")
	})
	response, body := ask(t, func(c *fiber.Ctx) error { return page.Render(c, fiber.StatusOK, broken) }, "")
	if response.StatusCode != fiber.StatusInternalServerError || strings.Contains(body, "half") {
		t.Errorf("Got %d %q.", response.StatusCode, body)
	}
}

func TestRedirectFollowsTheWayTheRequestCame(t *testing.T) {
	t.Parallel()
	handler := func(c *fiber.Ctx) error { return page.Redirect(c, "/app/contacts/7", "Saved.") }
	plain, _ := ask(t, handler, "")
	if plain.StatusCode != fiber.StatusSeeOther || plain.Header.Get("Location") != "/app/contacts/7" {
		t.Errorf("A plain form got %d to %q.", plain.StatusCode, plain.Header.Get("Location"))
	}
	htmx, _ := ask(t, handler, "form#f")
	if htmx.StatusCode != fiber.StatusNoContent || htmx.Header.Get("HX-Redirect") != "/app/contacts/7" {
		t.Errorf("htmx got %d to %q.", htmx.StatusCode, htmx.Header.Get("HX-Redirect"))
	}
}

func TestAToastIsPlainASCIIInItsHeader(t *testing.T) {
	t.Parallel()
	response, _ := ask(t, func(c *fiber.Ctx) error {
		page.Say(c, page.Failure, "“Café” 🎉\r\nSet-Cookie: x=1")
		return nil
	}, "div#x")
	got := response.Header.Get("HX-Trigger")
	want := `{"toast":{"kind":"error","target":"body","text":"\u201cCaf\u00e9\u201d \ud83c\udf89\r\nSet-Cookie: x=1"}}`
	if got != want || response.Header.Get("Set-Cookie") != "" {
		t.Errorf("Got %s\nwant %s", got, want)
	}
}

type acme struct{}

func (acme) Organization(context.Context, domain.OrgID) (identity.Organization, error) {
	return identity.Organization{Name: "Acme", TimeZone: "Asia/Kathmandu"}, nil
}

func (acme) Preference(context.Context, domain.OrgID, string, any) error { return nil }

func TestAMessageShowsOnTheNextPageOnce(t *testing.T) {
	t.Parallel()
	app := fiber.New()
	app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(identity.WithActor(c.UserContext(), identity.Actor{Org: 1}))
		return c.Next()
	}, page.Middleware(acme{}))
	app.Get("/app/save", func(c *fiber.Ctx) error { return page.Redirect(c, "/app/next", "Ça va.") })
	app.Get("/app/next", func(c *fiber.Ctx) error {
		p := page.From(c.UserContext())
		if p.Toast == nil {
			return c.SendString("nothing")
		}
		return c.SendString(p.Toast.Text + " " + p.Org.Name + " " + p.Zone.String())
	})
	saved, err := app.Test(httptest.NewRequest(fiber.MethodGet, "/app/save", nil))
	if err != nil {
		t.Fatal(err)
	}
	next := httptest.NewRequest(fiber.MethodGet, "/app/next", nil)
	next.AddCookie(saved.Cookies()[0])
	shown, err := app.Test(next)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(shown.Body)
	if string(body) != "Ça va. Acme Asia/Kathmandu" {
		t.Errorf("The next page says %q.", body)
	}
	if cookies := shown.Cookies(); len(cookies) != 1 || cookies[0].Value != "" {
		t.Errorf("The message is not forgotten: %v.", cookies)
	}
}

func TestWhatCanBeTakenBackSaysWhere(t *testing.T) {
	t.Parallel()
	said, _ := ask(t, func(c *fiber.Ctx) error {
		page.SayUndo(c, "3 contacts are in the trash.", "/app/jobs/7/undo")
		return nil
	}, "div#x")
	want := `{"toast":{"kind":"success","target":"body","text":"3 contacts are in the trash.","undo":"/app/jobs/7/undo"}}`
	if got := said.Header.Get("HX-Trigger"); got != want {
		t.Errorf("Got %s\nwant %s", got, want)
	}
}

// nextPage returns the toast that a page shows after a cookie was left by the one before.
func nextPage(t *testing.T, cookie *http.Cookie) *page.Toast {
	t.Helper()
	var shown *page.Toast
	app := fiber.New()
	app.Use(page.Middleware(acme{}))
	app.Get("/app/next", func(c *fiber.Ctx) error {
		shown = page.From(c.UserContext()).Toast
		return nil
	})
	request := httptest.NewRequest(fiber.MethodGet, "/app/next", nil)
	request.AddCookie(cookie)
	if _, err := app.Test(request); err != nil {
		t.Fatal(err)
	}
	return shown
}

func TestUndoSurvivesARedirectButLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for undo, want := range map[string]string{"/app/jobs/7/undo": "/app/jobs/7/undo", "//evil.example/": "", "/logout": ""} {
		response, _ := ask(t, func(c *fiber.Ctx) error { return page.RedirectUndo(c, "/app/next", "Done.", undo) }, "")
		shown := nextPage(t, response.Cookies()[0])
		if shown == nil || shown.Text != "Done." || shown.Undo != want {
			t.Errorf("%s became %+v.", undo, shown)
		}
	}
}
