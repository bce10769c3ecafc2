package fakeses_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

// hook is an address to which the fake posts, which answers with these statuses, and then 200.
type hook struct {
	mu       sync.Mutex
	statuses []int
	got      []string // "Send sid-1"
	ids      []string
}

func listen(t *testing.T, server *fakeses.Server, statuses ...int) *hook {
	t.Helper()
	h := &hook{statuses: statuses}
	site := httptest.NewServer(h)
	t.Cleanup(site.Close)
	server.Subscribe(fakeses.Hook{URL: site.URL, Pause: time.Millisecond})
	return h
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	var envelope struct {
		ID                 string `json:"MessageId"`
		Message, Signature string
	}
	var event struct {
		EventType string
		Mail      struct{ Tags map[string][]string }
	}
	if err := errors.Join(json.Unmarshal(body, &envelope), json.Unmarshal([]byte(envelope.Message), &event)); err != nil || envelope.Signature == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.ids = append(h.ids, envelope.ID)
	h.got = append(h.got, event.EventType+" "+strings.Join(event.Mail.Tags["sid"], ","))
	if len(h.statuses) > 0 {
		w.WriteHeader(h.statuses[0])
		h.statuses = h.statuses[1:]
	}
}

func TestWhatBecomesOfMessagesIsToldAsPlanned(t *testing.T) {
	t.Parallel()
	all := []fakeses.Outcome{{Kind: fakeses.Delay}, {Kind: fakeses.Deliver}, {Kind: fakeses.Complain}}
	for name, c := range map[string]struct {
		plan fakeses.Events
		want []string
	}{
		"nothing planned": {fakeses.Events{}, []string{"Send x"}},
		"in order":        {fakeses.Events{Outcomes: all}, []string{"Send x", "DeliveryDelay x", "Delivery x", "Complaint x"}},
		"doubled":         {fakeses.Events{Outcomes: all[1:2], Doubled: true}, []string{"Send x", "Send x", "Delivery x", "Delivery x"}},
		"dropped":         {fakeses.Events{Outcomes: all, Dropped: []string{"Send", "Complaint"}}, []string{"DeliveryDelay x", "Delivery x"}},
		"bounce, reject":  {fakeses.Events{Outcomes: []fakeses.Outcome{{Kind: fakeses.Bounce}, {Kind: fakeses.Refuse}}}, []string{"Send x", "Bounce x", "Reject x"}},
	} {
		server := start(t, fakeses.Options{})
		h := listen(t, server)
		server.PlanEvents(c.plan)
		if _, err := send(t.Context(), server, "x"); err != nil {
			t.Fatal(err)
		}
		server.Told()
		if !slices.Equal(h.got, c.want) {
			t.Errorf("%s: %q, want %q", name, h.got, c.want)
		}
	}
}

func TestShuffledEventsAreAllTold(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	h := listen(t, server)
	server.PlanEvents(fakeses.Events{Outcomes: []fakeses.Outcome{{Kind: fakeses.Delay}, {Kind: fakeses.Deliver}}, Shuffled: true, Doubled: true})
	if _, err := send(t.Context(), server, "x"); err != nil {
		t.Fatal(err)
	}
	server.Told()
	slices.Sort(h.got)
	if want := []string{"Delivery x", "Delivery x", "DeliveryDelay x", "DeliveryDelay x", "Send x", "Send x"}; !slices.Equal(h.got, want) {
		t.Errorf("%q", h.got)
	}
}

func TestEventsOfLostAnswersAreToldAndOfRefusalsNot(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	h := listen(t, server)
	server.Plan(
		fakeses.Plan{Mode: fakeses.Reset, Times: 1}, fakeses.Plan{Mode: fakeses.AcceptFail, Times: 1},
		fakeses.Plan{Mode: fakeses.Fail, Times: 1}, fakeses.Plan{Mode: fakeses.Throttle, Times: 1},
	)
	for _, sid := range []string{"reset", "accept-fail", "fail", "throttle"} {
		if _, err := send(t.Context(), server, sid); err == nil {
			t.Errorf("%s was answered", sid)
		}
		server.Told()
	}
	if want := []string{"Send reset", "Send accept-fail"}; !slices.Equal(h.got, want) || len(server.Journal()) != 2 {
		t.Errorf("%q, %d accepted", h.got, len(server.Journal()))
	}
}

func TestSlowAnswersComeAfterTheirTime(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	server.Plan(fakeses.Plan{Mode: fakeses.Slow, Times: 1, After: 50 * time.Millisecond})
	began := time.Now()
	if _, err := send(t.Context(), server, "x"); err != nil || time.Since(began) < 50*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

func TestPostsAreRepeatedUnlessTheHookIsToBlame(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{})
	h := listen(t, server, 503, 500, 200, 403, 503, 503, 503, 503, 503)
	for range 3 {
		server.Publish(`{"eventType":"Send"}`)
	}
	var statuses []int
	for _, post := range server.Posts() {
		statuses = append(statuses, post.Status)
	}
	if want := []int{503, 500, 200, 403, 503, 503, 503, 503}; !slices.Equal(statuses, want) {
		t.Errorf("statuses %v, want %v", statuses, want)
	}
	if h.ids[0] != h.ids[2] || h.ids[2] == h.ids[3] {
		t.Errorf("ids %q: a repeat has the id of the first", h.ids)
	}
}

func TestAnotherProcessPlansEventsAndLooksAtTheQueue(t *testing.T) {
	t.Parallel()
	server := start(t, fakeses.Options{RawQueue: true})
	if status, _, answer := post(t, server.URL()+"/_fake/events", `[{"outcomes":[{"kind":"deliver"}],"doubled":true}]`); status != http.StatusNoContent {
		t.Fatalf("%d: %s", status, answer)
	}
	if status, _, _ := post(t, server.URL()+"/_fake/events", `[{"outcomes":[{"kind":"sing"}]}]`); status != http.StatusBadRequest {
		t.Errorf("an unknown outcome: %d", status)
	}
	h := listen(t, server)
	if status, _, _ := post(t, server.URL()+"/_fake/hook", `{}`); status != http.StatusBadRequest {
		t.Errorf("a hook without address: %d", status)
	}
	if _, err := send(t.Context(), server, "x"); err != nil {
		t.Fatal(err)
	}
	server.Told()
	if queue := strings.TrimSpace(string(get(t, server.URL()+"/_fake/queue"))); queue != `{"dead":0,"waiting":4}` {
		t.Errorf("queue %s", queue)
	}
	var posts []fakeses.Post
	if err := json.Unmarshal(get(t, server.URL()+"/_fake/posts"), &posts); err != nil || len(posts) != 4 || len(h.got) != 4 {
		t.Errorf("%+v, %v, %q", posts, err, h.got)
	}
	for _, away := range []string{"true", "false"} {
		if status, _, _ := post(t, server.URL()+"/_fake/queue", `{"away":`+away+`}`); status != http.StatusNoContent {
			t.Errorf("away %s: %d", away, status)
		}
	}
}
