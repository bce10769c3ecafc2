package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api/trackapi"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/temporal"
)

const (
	testBase     = "http://mauntic.test"
	testPassword = "correct horse battery staple"
)

// secured is the whole site as the program mounts it, on a database of its own and without Temporal,
// with a user of every role.
type secured struct {
	t    *testing.T
	app  *app
	site *fiber.App
	// cookies signs in each role; nobody has none.
	cookies map[string]string
}

// testRoles are the columns of the tables below.
var testRoles = []string{"nobody", "viewer", "user", "admin", "superadmin"}

func newSecured(t *testing.T) *secured {
	t.Helper()
	db, log := storetest.New(t), slog.New(slog.DiscardHandler)
	cfg := defaultSettings(t)
	away, err := temporal.Lazy(temporal.Connection{Address: "127.0.0.1:1", Namespace: "mauntic", Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(away.Close)
	key := bytes.Repeat([]byte("k"), signingKeyLength)
	a, err := wire(t.Context(), parts{Config: cfg, DB: db, Temporal: away, SigningKey: key, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	recorder, err := trackapi.NewRecorder(a.messaging, t.TempDir(), log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go recorder.Run(ctx)
	s := &secured{t: t, app: a, site: newSite(cfg, log, nil), cookies: map[string]string{}}
	if err := a.mount(s.site, recorder); err != nil {
		t.Fatal(err)
	}
	s.signUp()
	return s
}

// defaultSettings are those of an installation that sets nothing but its address.
func defaultSettings(t *testing.T) *Config {
	t.Helper()
	var c commands
	parser, err := kong.New(&c)
	if err == nil {
		_, err = parser.Parse([]string{"up", "--base-url", testBase})
	}
	if err != nil {
		t.Fatal(err)
	}
	c.complete()
	return &c.Config
}

// signUp makes a user of every role and signs them in.
func (s *secured) signUp() {
	s.t.Helper()
	ctx := context.Background()
	_, _, err := s.app.identity.FirstStart(ctx, identity.FirstStart{Email: "superadmin@example.com", Password: testPassword})
	if err != nil {
		s.t.Fatal(err)
	}
	org, err := onlyOrganization(ctx, s.app.DB)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, role := range testRoles[1:] {
		if role != "superadmin" {
			_, _, err := s.app.identity.CreateUser(identity.WithActor(ctx, identity.System(org)), org, identity.UserInput{
				Email: role + "@example.com", Name: role, Role: identity.Role(role), Password: testPassword,
			})
			if err != nil {
				s.t.Fatal(err)
			}
		}
		answer := s.send(call{method: http.MethodPost, path: "/api/auth/login", json: map[string]string{"email": role + "@example.com", "password": testPassword}})
		cookies := answer.header["Set-Cookie"]
		if answer.status >= http.StatusBadRequest || len(cookies) == 0 {
			s.t.Fatalf("%s can't sign in: %d %s", role, answer.status, answer.body)
		}
		s.cookies[role], _, _ = strings.Cut(cookies[0], ";")
	}
}

// call is a request. The zero role is nobody's.
type call struct {
	method, path, role string
	json               any               // nil: none
	form               string            // "" : none
	header             map[string]string // more headers
}

// reply is what came back.
type reply struct {
	status   int
	header   http.Header
	location string
	body     string
}

func (s *secured) send(c call) reply {
	s.t.Helper()
	var body io.Reader
	kind := ""
	switch {
	case c.json != nil:
		data, err := json.Marshal(c.json)
		if err != nil {
			s.t.Fatal(err)
		}
		body, kind = bytes.NewReader(data), "application/json"
	case c.form != "":
		body, kind = strings.NewReader(c.form), "application/x-www-form-urlencoded"
	}
	request := httptest.NewRequest(c.method, "/", body)
	request.RequestURI, request.Host = c.path, strings.TrimPrefix(testBase, "http://") // as it is: no tidying up
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	if cookie := s.cookies[c.role]; cookie != "" {
		request.Header.Set("Cookie", cookie)
	}
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	response, err := s.site.Test(request, -1)
	if err != nil {
		s.t.Fatalf("%s %s: %v", c.method, c.path, err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{status: response.StatusCode, header: response.Header, location: response.Header.Get("Location"), body: string(data)}
}

// refused says whether the answer sends the caller away: to the log-in page, or with 401 or 403.
func (r reply) refused() bool {
	return r.status == http.StatusUnauthorized || r.status == http.StatusForbidden ||
		r.status >= 300 && r.status < 400 && strings.HasPrefix(r.location, "/login")
}

// siteRoute is a method and a pattern that the router knows.
type siteRoute struct{ method, pattern string }

// routes lists everything that is registered, without the middleware.
func (s *secured) routes() []siteRoute {
	var list []siteRoute
	for _, r := range s.site.GetRoutes(true) {
		one := siteRoute{method: r.Method, pattern: r.Path}
		if r.Method != http.MethodHead && r.Method != http.MethodOptions && !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b siteRoute) int {
		return strings.Compare(a.pattern+" "+a.method, b.pattern+" "+b.method)
	})
	return list
}

var parameter = regexp.MustCompile(`[:*+][A-Za-z]*(<[^>]*>)?\??`)

// path fills the pattern's parameters with what leads to no record.
func (r siteRoute) path() string {
	return parameter.ReplaceAllStringFunc(r.pattern, func(found string) string {
		if found == "*" || found == "+" {
			return "x"
		}
		return "999999"
	})
}

func (r siteRoute) String() string { return r.method + " " + r.pattern }

func (r siteRoute) changes() bool { return r.method != http.MethodGet }
