package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/api/apitest"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/storetest"
)

// repeats is an API on a real store whose notes are counted.
type repeats struct {
	app   *fiber.App
	calls atomic.Int32
	do    func(ctx context.Context, text string) error
}

func setupRepeats(t *testing.T) *repeats {
	t.Helper()
	r := &repeats{do: func(context.Context, string) error { return nil }}
	app, a := apitest.NewWith(t, api.Options{Answers: store.NewAnswers(storetest.New(t)), Sessions: orgs{}})
	registerNotes(a, func(ctx context.Context, in *noteInput) error {
		r.calls.Add(1)
		return r.do(ctx, in.Body.Text)
	})
	huma.Register(a, huma.Operation{OperationID: "secret", Method: http.MethodPost, Path: "/api/secrets", Metadata: api.SecretAnswer()},
		func(context.Context, *struct{}) (*noteOutput, error) {
			out := &noteOutput{}
			out.Body.Text = "hunter2"
			return out, nil
		})
	r.app = app
	return r
}

// orgs are sessions in which a header says whose request it is.
type orgs struct{}

func (orgs) Handler(c *fiber.Ctx) error {
	actor := identity.Actor{Org: 1, User: 1, Role: identity.RoleAdmin}
	if c.Get("Test-Org") == "2" {
		actor.Org = 2
	}
	c.SetUserContext(identity.WithActor(c.UserContext(), actor))
	return c.Next()
}

func (r *repeats) post(t *testing.T, key, body string, more ...string) (*http.Response, string) {
	t.Helper()
	headers := map[string]string{"Idempotency-Key": key}
	for i := 0; i+1 < len(more); i += 2 {
		headers[more[i]] = more[i+1]
	}
	return apitest.Do(t, r.app, apitest.Scenario{Method: http.MethodPost, URL: "/api/notes/1", Body: body, Headers: headers})
}

func TestARepeatedPostGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	r := setupRepeats(t)
	first, firstBody := r.post(t, "k1", `{"text":"once"}`)
	again, againBody := r.post(t, "k1", `{"text":"once"}`)
	if first.StatusCode != 201 || again.StatusCode != 201 || firstBody != againBody || r.calls.Load() != 1 {
		t.Errorf("%d %s, then %d %s, by %d calls", first.StatusCode, firstBody, again.StatusCode, againBody, r.calls.Load())
	}
	if again.Header.Get("Content-Type") != first.Header.Get("Content-Type") || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("headers of the repeat: %v", again.Header)
	}
	r.post(t, "k2", `{"text":"once"}`)
	r.post(t, "", `{"text":"once"}`)
	r.post(t, "k1", `{"text":"once"}`, "Test-Org", "2")
	if r.calls.Load() != 4 {
		t.Errorf("%d calls, want 4: another key, no key and another organization are requests of their own", r.calls.Load())
	}
}

func TestAKeyIsForOneRequest(t *testing.T) {
	t.Parallel()
	r := setupRepeats(t)
	r.post(t, "k1", `{"text":"once"}`)
	response, body := r.post(t, "k1", `{"text":"twice"}`)
	if response.StatusCode != 422 || !strings.Contains(body, "was used for another request") || r.calls.Load() != 1 {
		t.Errorf("another body: %d %s", response.StatusCode, body)
	}
	response, body = apitest.Do(t, r.app, apitest.Scenario{
		Method: http.MethodPost, URL: "/api/notes/2", Body: `{"text":"once"}`, Headers: map[string]string{"Idempotency-Key": "k1"},
	})
	if response.StatusCode != 422 || r.calls.Load() != 1 {
		t.Errorf("another address: %d %s", response.StatusCode, body)
	}
	response, body = r.post(t, strings.Repeat("k", 256), `{"text":"once"}`)
	if response.StatusCode != 422 || !strings.Contains(body, "255") {
		t.Errorf("a long key: %d %s", response.StatusCode, body)
	}
}

func TestARepeatThatComesTooEarlyIsToldSo(t *testing.T) {
	t.Parallel()
	r := setupRepeats(t)
	inside, finish, done := make(chan struct{}), make(chan struct{}), make(chan int)
	r.do = func(context.Context, string) error {
		close(inside)
		<-finish
		return nil
	}
	go func() {
		response, _ := r.post(t, "k1", `{"text":"slow"}`)
		done <- response.StatusCode
	}()
	<-inside
	response, body := r.post(t, "k1", `{"text":"slow"}`)
	close(finish)
	if response.StatusCode != 409 || !strings.Contains(body, "has not been answered yet") {
		t.Errorf("while the first runs: %d %s", response.StatusCode, body)
	}
	if status := <-done; status != 201 {
		t.Errorf("the first request was answered with %d", status)
	}
}

func TestFailuresOfOursCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	r := setupRepeats(t)
	for _, failure := range []error{errors.New("the database is away"), domain.Unavailable("Wait."), domain.TooMany("Wait.")} {
		r.do = func(context.Context, string) error { return failure }
		if response, _ := r.post(t, "k1", `{"text":"x"}`); response.StatusCode < 429 {
			t.Fatalf("status %d", response.StatusCode)
		}
	}
	r.do = func(context.Context, string) error { panic("oh") }
	r.post(t, "k1", `{"text":"x"}`)
	r.do = func(context.Context, string) error { return nil }
	if response, body := r.post(t, "k1", `{"text":"x"}`); response.StatusCode != 201 {
		t.Errorf("after failures: %d %s", response.StatusCode, body)
	}
	r.do = func(context.Context, string) error { return domain.Conflict("There is one already.") }
	r.post(t, "k2", `{"text":"x"}`)
	r.do = func(context.Context, string) error { return nil }
	if response, _ := r.post(t, "k2", `{"text":"x"}`); response.StatusCode != 409 {
		t.Errorf("a refusal of the caller's mistake was forgotten: %d", response.StatusCode)
	}
}

func TestSecretsAreNotKept(t *testing.T) {
	t.Parallel()
	r := setupRepeats(t)
	again := apitest.Scenario{Method: http.MethodPost, URL: "/api/secrets", Headers: map[string]string{"Idempotency-Key": "k"}}
	first, body := apitest.Do(t, r.app, again)
	if first.StatusCode != 200 || !strings.Contains(body, "hunter2") {
		t.Fatalf("%d %s", first.StatusCode, body)
	}
	again.Name, again.Status, again.Contains, again.ContainsNo = "the repeat", 409, []string{"shown only once"}, []string{"hunter2"}
	apitest.Run(t, r.app, []apitest.Scenario{again})
}
