package temporal_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"go.temporal.io/api/temporalproto"
)

// A webhook fails once, so the history has a repeated activity in it; and nothing of what is sent.
func TestWebhooksAreCalledUntilTheySucceed(t *testing.T) {
	t.Parallel()
	keys := make(chan string, 10)
	var calls atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keys <- r.Header.Get("Idempotency-Key")
		if calls.Add(1) == 1 {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer other.Close()
	r := onStage(t).enter(t, `{"root": [
		{"id": "points", "kind": "change_points", "settings": {"points": 5}},
		{"id": "hook", "kind": "call_webhook", "name": "Tell the shop", "settings": {
			"url": "`+other.URL+`/path/{{ contact.email }}", "headers": {"Authorization": "Bearer very-secret"}, "body": "{\"id\": EMAIL}"},
		 "branches": [{"id": "yes", "steps": [{"id": "tag", "kind": "change_tags", "settings": {"add": ["told"]}}]}]}]}`)
	history := r.finish(t)
	keep(t, "CallWebhook", history)
	if log := r.Log(t, r.journey.ID); !slices.Contains(log, "Add “told”: Tags changed.") {
		t.Errorf("got log %q", log)
	}
	close(keys)
	if a, b := <-keys, <-keys; a != b || a == "" || calls.Load() != 2 {
		t.Errorf("got %d calls with the keys %q and %q, want two with the same one", calls.Load(), a, b)
	}
	written, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(history)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range history.Events {
		written = fmt.Append(written, event)
	}
	for _, private := range []string{"very-secret", "example.com", "/path/", strings.TrimPrefix(other.URL, "http://")} {
		if strings.Contains(string(written), private) {
			t.Errorf("the history holds %q", private)
		}
	}
}

func TestColleaguesAreNotified(t *testing.T) {
	t.Parallel()
	r := onStage(t).enter(t, `{"root": [
		{"id": "tell", "kind": "notify_user", "settings": {"to": "addresses", "addresses": ["one@acme.example", "two@acme.example"],
			"subject": "Look", "text": "At {{ contact.email }}."}}]}`)
	history := r.finish(t)
	keep(t, "NotifyUser", history)
	if log := r.Log(t, r.journey.ID); !slices.Equal(log, []string{"Notify 2 colleagues: Notified."}) {
		t.Errorf("got log %q", log)
	}
	for _, event := range history.Events {
		if strings.Contains(fmt.Sprint(event), "acme.example") {
			t.Errorf("the history names a colleague: %v", event)
		}
	}
}
