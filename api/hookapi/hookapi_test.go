package hookapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
	"github.com/mauntic/mauntic/activities/provider/ses/sns"
	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/api/hookapi"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// bench is the hook of SES on a site like ours.
type bench struct {
	t     *testing.T
	site  *fiber.App
	path  string
	err   error // of the receiver
	taken [][]byte
}

func signer(t *testing.T, secret string) *messaging.Signer {
	t.Helper()
	s, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: []byte(strings.Repeat(secret, 32))}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func setup(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t}
	b.serve(b)
	return b
}

func (b *bench) serve(receiver hookapi.Receiver) {
	keys := signer(b.t, "a")
	b.path = keys.HookPath("ses")
	quiet := slog.New(slog.DiscardHandler)
	b.site = fiber.New(fiber.Config{
		Immutable: true, DisableStartupMessage: true, StreamRequestBody: true, DisablePreParseMultipartForm: true, BodyLimit: 4 << 20,
	})
	b.site.Use(api.Requests(quiet))
	hookapi.RegisterSES(b.site, keys, receiver, quiet)
}

func (b *bench) Receive(_ context.Context, body []byte) error {
	b.taken = append(b.taken, body)
	return b.err
}

func (b *bench) post(path string, body io.Reader) int {
	b.t.Helper()
	response, err := b.site.Test(httptest.NewRequest(http.MethodPost, path, body), -1)
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil || len(answer) > 40 {
		b.t.Errorf("answer %q, %v", answer, err)
	}
	return response.StatusCode
}

func TestOnlyTheAddressThatWeGaveOutIsServed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	key := strings.TrimPrefix(b.path, "/hooks/ses/")
	foreign := signer(t, "b").HookPath("ses")
	twilio := "/hooks/ses/" + strings.TrimPrefix(signer(t, "a").HookPath("twilio"), "/hooks/twilio/")
	for _, path := range []string{foreign, twilio, "/hooks/ses/x", b.path + "A", b.path[:len(b.path)-1], "/hooks/ses/" + strings.ToUpper(key)} {
		if status := b.post(path, strings.NewReader("{}")); status != http.StatusForbidden {
			t.Errorf("%s: %d", path, status)
		}
	}
	if len(b.taken) != 0 {
		t.Errorf("taken %q", b.taken)
	}
	if status := b.post(b.path, strings.NewReader("{}")); status != http.StatusOK || len(b.taken) != 1 || string(b.taken[0]) != "{}" {
		t.Errorf("%d, taken %q", status, b.taken)
	}
}

func TestTheStatusTellsWhetherToBringItAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for status, err := range map[int]error{
		http.StatusOK:                    nil,
		http.StatusForbidden:             domain.Forbidden("Forged."),
		http.StatusUnprocessableEntity:   domain.Invalid("", "Broken."),
		http.StatusRequestEntityTooLarge: domain.TooLarge("", "Large."),
		http.StatusServiceUnavailable:    errors.New("the database is away"),
	} {
		b.err = err
		if got := b.post(b.path, strings.NewReader("{}")); got != status {
			t.Errorf("%v: %d, want %d", err, got, status)
		}
	}
	b.err = domain.Unavailable("Away.")
	if got := b.post(b.path, strings.NewReader("{}")); got != http.StatusServiceUnavailable {
		t.Errorf("unavailable: %d", got)
	}
}

// listen listens on a port of its own.
func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// serve serves a site, which must be complete, until the test ends.
func serve(t *testing.T, listener net.Listener, site *fiber.App) {
	t.Helper()
	go func() { _ = site.Listener(listener) }()
	t.Cleanup(func() { _ = site.Shutdown() })
}

func TestBodiesOfAnySpellingAreReadUpToTheLimit(t *testing.T) {
	t.Parallel()
	b := setup(t)
	listener := listen(t)
	serve(t, listener, b.site)
	post := func(body io.Reader) int {
		response, err := http.Post("http://"+listener.Addr().String()+b.path, "text/plain; charset=UTF-8", body)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		return response.StatusCode
	}
	const limit = 512 << 10
	for name, chunked := range map[string]bool{"with a length": false, "chunked": true} {
		body := func(size int) io.Reader {
			if chunked {
				return io.LimitReader(zeros{}, int64(size))
			}
			return bytes.NewReader(make([]byte, size))
		}
		b.taken = nil
		if status := post(body(limit)); status != http.StatusOK || len(b.taken) != 1 || len(b.taken[0]) != limit {
			t.Errorf("%s, at the limit: %d", name, status)
		}
		if status := post(body(limit + 1)); status != http.StatusRequestEntityTooLarge || len(b.taken) != 1 {
			t.Errorf("%s, over it: %d", name, status)
		}
		if status := post(body(3 << 20)); status != http.StatusRequestEntityTooLarge || len(b.taken) != 1 {
			t.Errorf("%s, far over it: %d", name, status)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// taker keeps feedback under its keys, as the ledger does.
type taker map[string]messaging.Feedback

func (k taker) TakeFeedback(_ context.Context, list []messaging.Feedback) error {
	for _, f := range list {
		k[f.Key] = f
	}
	return nil
}

func TestAForgedBounceIsNotStoredAndATrueOneIsOnce(t *testing.T) {
	t.Parallel()
	topic, err := fakeses.NewTopic("arn:aws:sns:eu-central-1:123456789012:ses-events")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := sns.ParseTopics([]string{topic.ARN})
	if err != nil {
		t.Fatal(err)
	}
	kept := taker{}
	b := setup(t)
	b.serve(&sns.Receiver{
		Verifier: sns.NewVerifier(sns.Options{Topics: ours, Fetch: topic, Roots: topic.Roots()}),
		Taker:    kept, Log: slog.New(slog.DiscardHandler),
	})
	const xss = `<img src=x onerror=alert(1)>`
	envelope := topic.Publish("m1", `{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@example.com","diagnosticCode":"`+xss+`"}]},"mail":{"messageId":"1","tags":{}}}`)
	post := func() int {
		body, err := json.Marshal(envelope)
		if err != nil {
			t.Fatal(err)
		}
		return b.post(b.path, bytes.NewReader(body))
	}
	signature := envelope["Signature"]
	envelope["Signature"] = ""
	if status := post(); status != http.StatusForbidden || len(kept) != 0 {
		t.Errorf("unsigned: %d, kept %v", status, kept)
	}
	envelope["Signature"] = signature
	for range 2 {
		if status := post(); status != http.StatusOK || len(kept) != 1 {
			t.Errorf("signed: %d, kept %v", status, kept)
		}
	}
	for _, f := range kept {
		if f.Detail != xss { // what is shown is escaped where it is shown
			t.Errorf("detail %q", f.Detail)
		}
	}
}
