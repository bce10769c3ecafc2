package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

var anna = identity.Actor{Org: 1, User: 1, Role: identity.RoleAdmin}

type noteInput struct {
	ID    string `path:"id"`
	Query string `query:"q"`
	Token string `header:"X-Token"`
	Body  struct {
		Text  string `json:"text" minLength:"1" maxLength:"20"`
		Count int    `json:"count,omitempty"`
	}
}

type noteOutput struct {
	Body struct {
		Text string `json:"text"`
	}
}

// registerNotes registers POST /api/notes/{id}, which does what the test says.
func registerNotes(a huma.API, do func(ctx context.Context, in *noteInput) error) {
	huma.Register(a, huma.Operation{OperationID: "note", Method: http.MethodPost, Path: "/api/notes/{id}", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *noteInput) (*noteOutput, error) {
			if err := do(ctx, in); err != nil {
				return nil, api.Problem(err)
			}
			out := &noteOutput{}
			out.Body.Text = in.Body.Text
			return out, nil
		})
}

// TestInputsOutliveTheirRequest fails when strings alias the server's buffers, which Fiber reuses:
// what one request said would turn into what the next one says.
func TestInputsOutliveTheirRequest(t *testing.T) {
	t.Parallel()
	app, a := apitest.New(t, anna)
	var mu sync.Mutex
	var kept []*noteInput
	registerNotes(a, func(_ context.Context, in *noteInput) error {
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, in)
		return nil
	})
	listener := fasthttputil.NewInmemoryListener()
	go func() { _ = app.Listener(listener) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return listener.Dial() },
	}}
	const requests = 8
	for i := range requests {
		request, err := http.NewRequest(http.MethodPost, fmt.Sprintf("http://test/api/notes/note%d?q=query%d", i, i), strings.NewReader(fmt.Sprintf(`{"text":"text%d"}`, i)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Token", fmt.Sprintf("token%d", i))
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusCreated {
			t.Fatalf("status %d", response.StatusCode)
		}
	}
	for i, in := range kept {
		got := strings.Join([]string{in.ID, in.Query, in.Token, in.Body.Text}, " ")
		if want := fmt.Sprintf("note%d query%d token%d text%d", i, i, i, i); got != want {
			t.Errorf("the input of request %d later reads %q, want %q", i, got, want)
		}
	}
}

// TestABodyNobodyReadsIsNoRequest fails when what a refused request leaves unread is answered as the
// next request of the connection: behind a proxy it would be taken for another visitor's.
func TestABodyNobodyReadsIsNoRequest(t *testing.T) {
	t.Parallel()
	app, _ := apitest.New(t, identity.Actor{})
	listener := fasthttputil.NewInmemoryListener()
	go func() { _ = app.Listener(listener) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	app.Post("/unread", func(c *fiber.Ctx) error { return c.SendString("unread") })
	smuggled := "GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n"
	for name, body := range map[string]string{
		"small":   fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(smuggled), smuggled),
		"prefix":  fmt.Sprintf("Content-Length: %d\r\n\r\n%s%s", len(smuggled)+20_000, strings.Repeat("x", 20_000), smuggled),
		"chunked": fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(smuggled), smuggled),
		"large":   fmt.Sprintf("Content-Length: %d\r\n\r\n%s%s", len(smuggled)+2<<20, strings.Repeat("x", 2<<20), smuggled),
	} {
		for _, path := range []string{"/unread", "/api/nothing"} {
			conn, err := listener.Dial()
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = io.WriteString(conn, "POST "+path+" HTTP/1.1\r\nHost: test\r\n"+body) }()
			reader := bufio.NewReader(conn)
			first, err := http.ReadResponse(reader, nil)
			if err != nil {
				t.Fatalf("%s at %s: %v", name, path, err)
			}
			_, _ = io.Copy(io.Discard, first.Body)
			_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) // an answer would be here at once
			if second, err := http.ReadResponse(reader, nil); err == nil {
				t.Errorf("%s at %s: the body was answered with %s", name, path, second.Status)
			}
			_ = conn.Close()
		}
	}
}

// TestARefusedBodyStillGetsItsAnswer fails when a caller that reads only after it has sent everything
// finds the connection reset.
func TestARefusedBodyStillGetsItsAnswer(t *testing.T) {
	t.Parallel()
	app, a := apitest.New(t, anna)
	registerNotes(a, func(context.Context, *noteInput) error { return nil })
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const length = 16 << 20
	head := fmt.Sprintf("POST /api/notes/1 HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", length)
	if _, err := io.Copy(conn, io.MultiReader(strings.NewReader(head), strings.NewReader(strings.Repeat("x", length)))); err != nil {
		t.Fatalf("send: %v", err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Fatalf("got %v, %v", response, err)
	}
	response.Body.Close()
}

func TestAnAppThatIsNotImmutableIsRefused(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("New accepted an app that reuses its strings")
		}
	}()
	api.New(fiber.New(), api.Options{})
}

func TestErrorsAreProblemDetailsWithASentence(t *testing.T) {
	t.Parallel()
	app, a := apitest.New(t, anna)
	registerNotes(a, func(_ context.Context, in *noteInput) error {
		switch in.Body.Text {
		case "conflict":
			return fmt.Errorf("save note: %w", domain.Conflict("There is a note already."))
		case "two findings":
			found := domain.Findings{}
			found.Add("text", "This is wrong.")
			found.Add("count", "That too.")
			return found.Err()
		case "secret":
			return errors.New("pq: password of the database is hunter2")
		case "panic":
			panic("hunter2")
		}
		return nil
	})
	post := func(name, body string, status int, contains ...string) apitest.Scenario {
		return apitest.Scenario{
			Name: name, Method: http.MethodPost, URL: "/api/notes/1", Body: body, Status: status, Contains: contains,
			ContainsNo: []string{"hunter2", "$schema"},
		}
	}
	apitest.Run(t, app, []apitest.Scenario{
		post("fine", `{"text":"hello"}`, 201, `"text":"hello"`),
		post("a domain error keeps its sentence", `{"text":"conflict"}`, 409, `"error":"conflict"`, `"message":"There is a note already."`, `"detail":"There is a note already."`, `"status":409`, `"requestId":"`),
		post("findings are listed with their fields", `{"text":"two findings"}`, 422, `"error":"invalid"`, `"message":"This is wrong."`, `{"field":"text","message":"This is wrong."}`, `{"field":"count","message":"That too."}`),
		post("an unknown error shows nothing", `{"text":"secret"}`, 500, `"error":"internal"`, "Something went wrong on our side."),
		post("a panic shows nothing", `{"text":"panic"}`, 500, `"error":"internal"`, "Something went wrong on our side."),
		post("what is not JSON", `{"text":`, 400, `"error":"invalid"`, "The body is not valid JSON."),
		post("a character that can't be stored", `{"text":"a\u0000b"}`, 400, "U+0000"),
		{Name: "a query that can't be stored", Method: http.MethodPost, URL: "/api/notes/1?q=%00", Body: `{"text":"x"}`, Status: 422, Contains: []string{`"field":"q"`, "is not text"}},
		{Name: "a query that is not UTF-8", Method: http.MethodPost, URL: "/api/notes/1?q=%ff", Body: `{"text":"x"}`, Status: 422, Contains: []string{`"field":"q"`}},
		post("a number that is too large", `{"text":"x","count":1e30}`, 422, "The number 1e30 does not fit at count."),
		post("a backslash before u0000", `{"text":"a\\u0000b"}`, 201),
		post("plain text", `hello`, 400, "The body is not valid JSON."),
		post("an empty body", ``, 400, "Request body is required."),
		post("a missing field", `{}`, 422, `"error":"invalid"`, "text"),
		post("a field that is too long", `{"text":"`+strings.Repeat("x", 21)+`"}`, 422, `"field":"text"`, "At text: "),
		post("a number for a string", `{"text":7}`, 422, `"field":"text"`),
		post("an unknown field", `{"text":"x","txet":"y"}`, 422, `"field":"txet"`),
		post("a body that is too large", `{"text":"`+strings.Repeat("x", 2<<20)+`"}`, 413, `"error":"too_large"`, "It may have 1048576 bytes."),
		{Name: "another media type", Method: http.MethodPost, URL: "/api/notes/1", Body: "text=hello", Headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, Status: 415, Contains: []string{"Send the body as application/json."}},
		{Name: "an unknown path", URL: "/api/nothing", Status: 404, Contains: []string{`"error":"not_found"`, "There is nothing at this address."}},
		{Name: "a wrong method", Method: http.MethodDelete, URL: "/api/notes/1", Status: 405, Contains: []string{`"status":405`}},
	})
}

func TestUnknownErrorsAreLoggedOnceWithTheRequestID(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	app, a := apitest.NewWith(t, api.Options{Log: slog.New(domain.LogHandler{Handler: slog.NewJSONHandler(&written, nil)}), Sessions: sessions(anna)})
	registerNotes(a, func(context.Context, *noteInput) error { return errors.New("the disk is full") })
	response, _ := apitest.Do(t, app, apitest.Scenario{
		Method: http.MethodPost, URL: "/api/notes/1?q=anna@example.com", Body: `{"text":"x"}`, Headers: map[string]string{"X-Request-ID": "req-7"},
	})
	if got := response.Header.Get("X-Request-ID"); got != "req-7" {
		t.Errorf("X-Request-ID = %q, want the caller's", got)
	}
	lines := strings.Split(strings.TrimSpace(written.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "the disk is full") || strings.Contains(written.String(), "anna@example.com") {
		t.Fatalf("the log says %s", lines)
	}
	for _, line := range lines {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry["request"] != "req-7" || entry["route"] == "" {
			t.Errorf("log line %s", line)
		}
	}
}

func TestRequestIDsOfStrangersAreNotTrusted(t *testing.T) {
	t.Parallel()
	app, _ := apitest.New(t, anna)
	for _, id := range []string{"", "a b", "x\"y", strings.Repeat("x", 65), "<script>"} {
		response, _ := apitest.Do(t, app, apitest.Scenario{URL: "/api/nothing", Headers: map[string]string{"X-Request-ID": id}})
		if got := response.Header.Get("X-Request-ID"); got == id || len(got) < 20 {
			t.Errorf("X-Request-ID %q was answered with %q", id, got)
		}
	}
}

func TestNobodyGetsInWithoutCredentials(t *testing.T) {
	t.Parallel()
	app, a := apitest.New(t, identity.Actor{})
	registerNotes(a, func(context.Context, *noteInput) error { t.Error("the operation ran"); return nil })
	huma.Register(a, huma.Operation{OperationID: "open", Method: http.MethodGet, Path: "/api/open", Security: api.Public()},
		func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	app.Post("/api/upload", api.RequireActor, func(*fiber.Ctx) error { t.Error("the upload ran"); return nil })
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "an operation", Method: http.MethodPost, URL: "/api/notes/1", Body: `{"text":"x"}`, Status: 401, Contains: []string{`"error":"unauthorized"`, `"detail":"Sign in, or send an API key`}},
		{Name: "an upload", Method: http.MethodPost, URL: "/api/upload", Body: "x", Status: 401, Contains: []string{`"error":"unauthorized"`}},
		{Name: "a public operation", URL: "/api/open", Status: 204},
		{Name: "the document", URL: "/api/openapi.json", Status: 200, Contains: []string{`"openapi":"3.1.0"`, `"/api/notes/{id}"`}},
		{Name: "the document as YAML", URL: "/api/openapi.yaml", Status: 200, Contains: []string{"openapi: 3.1.0", "problem+json"}},
		{Name: "the docs page", URL: "/api/docs", Status: 200, Contains: []string{"swagger-ui-bundle.js"}, ContainsNo: []string{"https://", "<script>"}},
		{Name: "its script", URL: "/api/docs/swagger-ui-bundle.js", Status: 200},
		{Name: "no file of somebody else's", URL: "/api/docs/..%2f..%2fapi.go", Status: 404},
	})
}

func TestReadyTellsWhatIsDown(t *testing.T) {
	t.Parallel()
	app, _ := apitest.New(t, anna)
	var temporal error
	api.MountHealth(app, slog.New(slog.DiscardHandler), map[string]api.Check{
		"postgres": func(context.Context) error { return nil },
		"temporal": func(context.Context) error { return temporal },
	})
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "alive", URL: "/health", Status: 200, Contains: []string{`{"status":"ok"}`}},
		{Name: "ready", URL: "/ready", Status: 200, Contains: []string{`"temporal":"ok"`, `"postgres":"ok"`}},
	})
	temporal = errors.New("dial 10.0.0.7: refused")
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "alive without Temporal", URL: "/health", Status: 200},
		{Name: "not ready", URL: "/ready", Status: 503, Contains: []string{`"temporal":"down"`, `"postgres":"ok"`}, ContainsNo: []string{"10.0.0.7"}},
	})
}

func TestOtherSitesCantPostWithOurCookies(t *testing.T) {
	t.Parallel()
	guarded := fiber.New(fiber.Config{Immutable: true, ErrorHandler: api.ErrorHandler(slog.New(slog.DiscardHandler))})
	guard, err := api.SameOrigin("https://app.example.com", "/u/")
	if err != nil {
		t.Fatal(err)
	}
	guarded.Use(guard)
	guarded.All("/*", func(c *fiber.Ctx) error { return c.SendString("done") })
	post := func(name, url string, status int, headers map[string]string) apitest.Scenario {
		all := map[string]string{"Host": "app.example.com"}
		maps.Copy(all, headers)
		return apitest.Scenario{Name: name, Method: http.MethodPost, URL: url, Headers: all, Status: status}
	}
	apitest.Run(t, guarded, []apitest.Scenario{
		post("another site", "/app/x", 403, map[string]string{"Sec-Fetch-Site": "cross-site"}),
		post("a sister site", "/app/x", 403, map[string]string{"Sec-Fetch-Site": "same-site"}),
		post("an older browser on another site", "/app/x", 403, map[string]string{"Origin": "https://evil.example"}),
		post("a sandboxed frame", "/app/x", 403, map[string]string{"Origin": "null"}),
		post("our page", "/app/x", 200, map[string]string{"Sec-Fetch-Site": "same-origin"}),
		post("our page in an older browser", "/app/x", 200, map[string]string{"Origin": "https://app.example.com"}),
		post("a program", "/app/x", 200, nil),
		post("another site with somebody's key to a page", "/app/x", 403, map[string]string{"Sec-Fetch-Site": "cross-site", "Authorization": "Basic eDp5"}),
		post("a script with a key", "/api/x", 200, map[string]string{"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer mk_x"}),
		post("a mail program that unsubscribes", "/u/x", 200, map[string]string{"Sec-Fetch-Site": "cross-site"}),
		{Name: "reading", URL: "/app/x", Status: 200, Headers: map[string]string{"Sec-Fetch-Site": "cross-site"}},
	})
}

func TestOnlyListedOriginsMayCallFromABrowser(t *testing.T) {
	t.Parallel()
	app, a := apitest.NewWith(t, api.Options{AllowedOrigins: []string{"https://shop.example"}, Sessions: sessions(anna)})
	registerNotes(a, func(context.Context, *noteInput) error { return nil })
	for origin, want := range map[string]string{"https://shop.example": "https://shop.example", "https://evil.example": ""} {
		response, _ := apitest.Do(t, app, apitest.Scenario{
			Method: http.MethodOptions, URL: "/api/notes/1",
			Headers: map[string]string{"Origin": origin, "Access-Control-Request-Method": "POST"},
		})
		if got := response.Header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("preflight from %s allows %q, want %q", origin, got, want)
		}
		if response.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Error("cookies of other origins are let in")
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	t.Parallel()
	app, a := apitest.New(t, anna)
	huma.Register(a, huma.Operation{OperationID: "list", Method: http.MethodGet, Path: "/api/list"},
		func(_ context.Context, in *struct{ api.PageInput }) (*struct{ Body domain.Page[int] }, error) {
			q := in.Query()
			return &struct{ Body domain.Page[int] }{domain.NewPage([]int(nil), 41, q)}, nil
		})
	apitest.Run(t, app, []apitest.Scenario{
		{Name: "defaults", URL: "/api/list", Status: 200, Contains: []string{`{"items":[],"total":41,"page":1,"limit":20,"totalPages":3,"totalCapped":false}`}},
		{Name: "a page", URL: "/api/list?page=2&limit=10&orderDir=asc", Status: 200, Contains: []string{`"page":2,"limit":10,"totalPages":5`}},
		{Name: "a limit that is too high", URL: "/api/list?limit=101", Status: 422, Contains: []string{`"field":"limit"`}},
		{Name: "page zero", URL: "/api/list?page=0", Status: 422, Contains: []string{`"field":"page"`}},
		{Name: "a word for a number", URL: "/api/list?page=two", Status: 422, Contains: []string{`"field":"page"`}},
		{Name: "an unknown direction", URL: "/api/list?orderDir=up", Status: 422, Contains: []string{`"field":"orderDir"`}},
	})
}

// sessions in which one actor makes every request.
type sessions identity.Actor

func (s sessions) Handler(c *fiber.Ctx) error {
	c.SetUserContext(identity.WithActor(c.UserContext(), identity.Actor(s)))
	return c.Next()
}
