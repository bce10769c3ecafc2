package ui_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/identitystore"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/ui"
)

// site is an app whose only page says who is signed in.
type site struct {
	t   *testing.T
	db  *store.DB
	app *fiber.App
	now time.Time
}

func setup(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, db: storetest.New(t), now: time.Now(), app: fiber.New(fiber.Config{Immutable: true})}
	service := identity.New(identity.Deps{Store: identitystore.New(s.db), Tx: s.db})
	if _, _, err := service.FirstStart(t.Context(), identity.FirstStart{Email: "owner@acme.test", Password: "a quiet lighthouse"}); err != nil {
		t.Fatal(err)
	}
	sessions := ui.NewSessions(ui.SessionOptions{Store: identitystore.NewSessions(s.db), Identity: service, Clock: func() time.Time { return s.now }})
	s.app.Use(sessions.Handler, sessions.Handler) // twice does no harm
	s.app.Post("/in", func(c *fiber.Ctx) error {
		actor, err := service.LogIn(c.UserContext(), "owner@acme.test", "a quiet lighthouse")
		if err != nil {
			return err
		}
		return sessions.Begin(c.UserContext(), actor)
	})
	s.app.Get("/who", func(c *fiber.Ctx) error { return c.SendString(identity.ActorFrom(c.UserContext()).Email) })
	return s
}

func (s *site) do(method, path, cookie string) *http.Response {
	s.t.Helper()
	request := httptest.NewRequest(method, path, nil)
	request.Header.Set("User-Agent", "test\xff browser")
	if cookie != "" {
		request.Header.Set("Cookie", cookie)
	}
	response, err := s.app.Test(request, -1)
	if err != nil || response.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %v, %v", method, path, response, err)
	}
	return response
}

func (s *site) expiry() time.Time {
	s.t.Helper()
	at, err := store.Value[time.Time](s.t.Context(), s.db.Pool(), store.SQL.Select("max(expires_at)").From("identity.sessions"))
	if err != nil {
		s.t.Fatal(err)
	}
	return at
}

func TestEachSignInHasATokenOfItsOwn(t *testing.T) {
	t.Parallel()
	s := setup(t)
	first := s.do(http.MethodPost, "/in", "").Cookies()[0]
	second := s.do(http.MethodPost, "/in", first.Name+"="+first.Value).Cookies()[0]
	if first.Value == second.Value {
		t.Error("signing in kept the token: who planted it is signed in too")
	}
	response := s.do(http.MethodGet, "/who", first.Name+"="+first.Value)
	if response.ContentLength != 0 {
		t.Error("the token from before still works")
	}
}

func TestASessionIsPutOffFromTimeToTime(t *testing.T) {
	t.Parallel()
	s := setup(t)
	cookie := s.do(http.MethodPost, "/in", "").Cookies()[0]
	header, before := cookie.Name+"="+cookie.Value, s.expiry()
	if response := s.do(http.MethodGet, "/who", header); len(response.Cookies()) != 0 || response.ContentLength != int64(len("owner@acme.test")) {
		t.Errorf("a request soon after writes the session again: %v", response.Cookies())
	}
	s.now = s.now.Add(6 * time.Minute)
	response := s.do(http.MethodGet, "/who", header)
	if len(response.Cookies()) != 1 || response.Cookies()[0].Value != cookie.Value {
		t.Errorf("six minutes later: %v, want the same token with a later end", response.Cookies())
	}
	if after := s.expiry(); !after.After(before) {
		t.Errorf("the session ends at %s, as before", after)
	}
}

func TestASessionKnowsItsUserAndBrowser(t *testing.T) {
	t.Parallel()
	s := setup(t)
	s.do(http.MethodPost, "/in", "")
	type row struct {
		UserID    int64
		IP        string
		UserAgent string
	}
	got, err := store.One[row](t.Context(), s.db.Pool(), store.SQL.Select("user_id", "ip", "user_agent").From("identity.sessions"))
	if err != nil || got.UserID == 0 || got.IP == "" || got.UserAgent != "test browser" {
		t.Errorf("the session row is %+v, %v", got, err)
	}
}
