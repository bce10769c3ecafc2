package layout_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/ui/layout"
	"github.com/mauntic/mauntic/ui/page"
)

// fail asks for a page whose handler fails, by htmx or as a whole page.
func fail(t *testing.T, failure error, htmx bool) (status int, body, toast string) {
	t.Helper()
	app := fiber.New(fiber.Config{ErrorHandler: layout.ErrorHandler(slog.New(slog.DiscardHandler))})
	app.Get("/app/x", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderXRequestID, "req-42")
		return failure
	})
	request := httptest.NewRequest(fiber.MethodGet, "/app/x", nil)
	if htmx {
		request.Header.Set("HX-Request", "true")
	}
	response, err := app.Test(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(all), response.Header.Get("HX-Trigger")
}

func TestOurErrorsAreShownAsTheySayIt(t *testing.T) {
	t.Parallel()
	for _, failure := range []*domain.Error{
		domain.NotFound("There is no contact 7."), domain.Conflict("This campaign is archived."),
		domain.Forbidden("You may not do this."), domain.TooMany("Wait a minute."),
	} {
		status, body, _ := fail(t, failure, false)
		if status < 400 || status >= 500 || !strings.Contains(body, failure.Message) || !strings.Contains(body, "<h1") {
			t.Errorf("%s: got %d.", failure.Kind, status)
		}
		status, body, toast := fail(t, failure, true)
		if status < 400 || status >= 500 || strings.Contains(body, "<html") || !strings.Contains(toast, failure.Message) {
			t.Errorf("%s by htmx: got %d with %s.", failure.Kind, status, toast)
		}
	}
}

func TestOtherErrorsAreNotShownButCanBeFoundInTheLog(t *testing.T) {
	t.Parallel()
	status, body, _ := fail(t, errors.New("dial tcp 10.0.0.7: refused"), false)
	if status != fiber.StatusInternalServerError || strings.Contains(body, "10.0.0.7") || !strings.Contains(body, "req-42") {
		t.Errorf("Got %d: %s", status, body)
	}
	if status, _, toast := fail(t, errors.New("dial tcp 10.0.0.7: refused"), true); status != 500 || strings.Contains(toast, "10.0.0.7") {
		t.Errorf("By htmx: got %d with %s.", status, toast)
	}
}

func TestWhatTheServerCannotReadIsNotRepeated(t *testing.T) {
	t.Parallel()
	failure := fiber.NewError(fiber.StatusBadRequest, `error when reading request headers: contents: "Cookie: mauntic=secret"`)
	status, body, _ := fail(t, failure, false)
	if status != fiber.StatusBadRequest || strings.Contains(body, "secret") || !strings.Contains(body, "cut off") {
		t.Errorf("Got %d: %s", status, body)
	}
}

func TestWhoIsSignedInKeepsTheMenuOnAPageThatDoesNotExist(t *testing.T) {
	t.Parallel()
	for failure, framed := range map[error]bool{domain.NotFound("There is no contact 7."): true, errors.New("broken"): false} {
		app := fiber.New(fiber.Config{ErrorHandler: layout.ErrorHandler(slog.New(slog.DiscardHandler))})
		app.Get("/app/x", func(c *fiber.Ctx) error {
			c.SetUserContext(page.With(c.UserContext(), page.Ctx{User: identity.Actor{Org: 1, User: 1, Email: "me@example.com"}}))
			return failure
		})
		response, err := app.Test(httptest.NewRequest(fiber.MethodGet, "/app/x", nil))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(body), `id="side-menu"`); got != framed || strings.Count(string(body), "<h1") != 1 {
			t.Errorf("%v: with the menu: %t.", failure, got)
		}
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFailureOfOursCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	const again = `href="/app/x"`
	for failure, want := range map[error]bool{errors.New("broken"): true, domain.ErrAway: true, domain.NotFound("There is no contact 7."): false} {
		if _, body, _ := fail(t, failure, false); strings.Contains(body, again) != want {
			t.Errorf("%v: the page leads to itself: %v", failure, !want)
		}
	}
}
