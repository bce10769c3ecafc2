package page_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/ui/page"
)

// serve listens and returns the address of a stream.
func serve(t *testing.T, live page.Live) (*fiber.App, string) {
	t.Helper()
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/events", func(c *fiber.Ctx) error { return page.Stream(c, live) })
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	return app, "http://" + listener.Addr().String() + "/events"
}

func open(t *testing.T, url, seen string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Last-Event-ID", seen)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

// messages reads what a stream says until it ends.
func messages(t *testing.T, response *http.Response) (ids []string, said string) {
	t.Helper()
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
			ids = append(ids, id)
			continue
		}
		said += lines.Text() + "\n"
	}
	return ids, said
}

func TestAStreamSendsTheWholeFragmentWhenItChangesAndEndsWhenItIsFinal(t *testing.T) {
	t.Parallel()
	var looks atomic.Int32
	_, url := serve(t, func(context.Context) (templ.Component, bool, error) {
		n := looks.Add(1)
		return text(fmt.Sprintf("<p>\n%d of 3</p>", max(n-1, 1))), n == 4, nil // the second look finds nothing new
	})
	response := open(t, url, "")
	if media := response.Header.Get(fiber.HeaderContentType); media != "text/event-stream" || response.Header.Get(fiber.HeaderContentEncoding) != "" {
		t.Errorf("The stream is %q, %q.", media, response.Header.Get(fiber.HeaderContentEncoding))
	}
	ids, said := messages(t, response)
	want := "data: <p>\ndata: 1 of 3</p>\n\ndata: <p>\ndata: 2 of 3</p>\n\ndata: <p>\ndata: 3 of 3</p>\n\nevent: end\ndata:\n\n"
	if said != want || len(ids) != 3 {
		t.Errorf("With ids %q it said %q, want %q.", ids, said, want)
	}
}

func TestABrowserThatComesBackIsNotToldWhatItKnows(t *testing.T) {
	t.Parallel()
	_, url := serve(t, func(context.Context) (templ.Component, bool, error) { return text("done"), true, nil })
	ids, _ := messages(t, open(t, url, ""))
	if again, said := messages(t, open(t, url, ids[0])); len(again) != 0 || said != "event: end\ndata:\n\n" {
		t.Errorf("It was told %q %q.", again, said)
	}
}

func TestAStreamOfNothingIsNotFound(t *testing.T) {
	t.Parallel()
	response, _ := ask(t, func(c *fiber.Ctx) error {
		return page.Stream(c, func(context.Context) (templ.Component, bool, error) { return nil, false, domain.NotFound("Gone.") })
	}, "")
	if response.Header.Get(fiber.HeaderContentType) == "text/event-stream" {
		t.Error("An event stream began.")
	}
}

func TestStreamsEndBeforeTheServerDoes(t *testing.T) {
	t.Parallel()
	app, url := serve(t, func(context.Context) (templ.Component, bool, error) { return text("on and on"), false, nil })
	response := open(t, url, "")
	if _, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := app.ShutdownWithTimeout(10 * time.Second); err != nil {
		t.Errorf("The server waited for the stream: %v.", err)
	}
}
