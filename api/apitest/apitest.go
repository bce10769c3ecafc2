// Package apitest tells API tests as scenarios: a request, its status, and what the answer must
// and must not contain.
package apitest

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/identity"
)

// New returns an app with an API on it where every request comes from actor; the zero Actor is
// nobody. Register the operations that the test is about.
func New(t testing.TB, actor identity.Actor) (*fiber.App, huma.API) {
	t.Helper()
	return NewWith(t, api.Options{Sessions: signedIn(actor)})
}

// NewWith is New with options of the caller's; what they leave out is filled in.
func NewWith(t testing.TB, o api.Options) (*fiber.App, huma.API) {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	if o.Sessions == nil {
		o.Sessions = signedIn(identity.Actor{})
	}
	if o.Version == "" {
		o.Version = "test"
	}
	app := fiber.New(fiber.Config{
		Immutable: true, StreamRequestBody: true, DisablePreParseMultipartForm: true, DisableStartupMessage: true, ErrorHandler: api.ErrorHandler(o.Log),
	})
	app.Use(api.Requests(o.Log))
	return app, api.New(app, o)
}

// signedIn are sessions in which one actor makes every request.
type signedIn identity.Actor

func (s signedIn) Handler(c *fiber.Ctx) error {
	if actor := identity.Actor(s); actor.SignedIn() {
		c.SetUserContext(identity.WithActor(c.UserContext(), actor))
	}
	return c.Next()
}

// Scenario is one request and what must come of it.
type Scenario struct {
	Name       string // the behaviour
	Method     string // GET when empty
	URL        string
	Body       string            // sent as JSON unless Headers says otherwise
	Headers    map[string]string // "" as a value leaves the header out
	Status     int
	Contains   []string
	ContainsNo []string
}

// Run tells the scenarios one after the other, so that they may build on each other.
func Run(t *testing.T, app *fiber.App, scenarios []Scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) { s.run(t, app) })
	}
}

func (s Scenario) run(t *testing.T, app *fiber.App) {
	t.Helper()
	response, body := Do(t, app, s)
	if response.StatusCode != s.Status {
		t.Errorf("status %d, want %d; the answer is %s", response.StatusCode, s.Status, body)
	}
	for _, want := range s.Contains {
		if !strings.Contains(body, want) {
			t.Errorf("the answer lacks %s: %s", want, body)
		}
	}
	for _, no := range s.ContainsNo {
		if strings.Contains(body, no) {
			t.Errorf("the answer contains %s: %s", no, body)
		}
	}
}

// Do makes the scenario's request and returns the response with its body.
func Do(t testing.TB, app *fiber.App, s Scenario) (*http.Response, string) {
	t.Helper()
	if s.Method == "" {
		s.Method = http.MethodGet
	}
	request := httptest.NewRequest(s.Method, s.URL, strings.NewReader(s.Body))
	if s.Body != "" {
		request.Header.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	}
	if host := s.Headers["Host"]; host != "" {
		request.Host = host
	}
	for name, value := range s.Headers {
		request.Header.Del(name)
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	const noTimeout = -1
	response, err := app.Test(request, noTimeout)
	if err != nil {
		t.Fatalf("%s %s: %v", s.Method, s.URL, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	return response, string(body)
}
