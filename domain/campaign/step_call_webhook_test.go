package campaign_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// got is a request that reached the other system.
type got struct {
	method, path, query, body string
	header                    http.Header
}

// other is the system that webhooks call.
type other struct {
	*httptest.Server
	mu  sync.Mutex
	all []got
}

func serveOther(t *testing.T, answer http.HandlerFunc) *other {
	t.Helper()
	o := &other{}
	o.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		o.mu.Lock()
		o.all = append(o.all, got{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header.Clone()})
		o.mu.Unlock()
		answer(w, r)
	}))
	o.Config.ErrorLog = log.New(io.Discard, "", 0)
	o.Start()
	t.Cleanup(o.Close)
	return o
}

func (o *other) calls() []got {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.all)
}

// enterWebhook makes a world in which a contact has entered a campaign that calls a webhook and tags
// by how it went. The settings go on behind the method.
func enterWebhook(t *testing.T, settings string, more ...string) *scene {
	t.Helper()
	workflows := &noWorkflows{}
	w := world.New(t, workflows)
	w.Field(t, crm.FieldInput{Label: "Evil", Type: crm.FieldText})
	anna := w.Contact(t, crm.ContactInput{
		Firstname: new(`An"na`), Email: new("anna@example.com"), Points: new(7), Fields: map[string]any{"evil": "a/../b?x=1&y=2#z"},
	})
	c := w.Publish(t, "Hook", `{"root": [
		{"id": "hook", "kind": "call_webhook", "name": "Look up CRM", "settings": {`+settings+`}, "branches": [
			{"id": "yes", "steps": [{"id": "good", "kind": "change_tags", "settings": {"add": ["good"]}}]},
			{"id": "no", "steps": [{"id": "bad", "kind": "change_tags", "settings": {"add": ["bad"]}}]}]}`+strings.Join(more, "")+`]}`)
	return &scene{World: w, workflows: workflows, journey: w.Enter(t, c.ID, anna.ID)[0]}
}

// call lets the journey ask and makes the call once.
func (s *scene) call(t *testing.T) (campaign.CallID, error) {
	t.Helper()
	run := s.ask(t, monday, campaign.HappenedStart)
	if run.Do != campaign.DoRun || run.Activity != campaign.CallWebhookActivity || run.Summary != "Call webhook: Look up CRM" || run.Call == 0 {
		t.Fatalf("got %+v, want an instruction to call", run)
	}
	_, err := s.Campaign.MakeCall(s.Ctx(), s.Org, run.Call)
	return run.Call, err
}

func (s *scene) wantLog(t *testing.T, want ...string) {
	t.Helper()
	if log := s.Log(t, s.journey.ID); !slices.Equal(log, want) {
		t.Errorf("got log %q, want %q", log, want)
	}
}

func TestCallsOfAnotherOrganizationAreNotFound(t *testing.T) {
	t.Parallel()
	s := enterWebhook(t, `"url": "http://127.0.0.1:1/"`)
	run := s.ask(t, monday, campaign.HappenedStart)
	foreign := world.On(t, s.DB, storetest.Org(t, s.DB, "Other"), &noWorkflows{})
	if _, err := foreign.Campaign.MakeCall(foreign.Ctx(), foreign.Org, run.Call); domain.KindOf(err) != domain.KindNotFound {
		t.Errorf("got %v, want not found", err)
	}
}

func TestWebhookGetsTheContactsDataSafely(t *testing.T) {
	t.Parallel()
	o := serveOther(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	s := enterWebhook(t, `"method": "PUT", "url": "`+o.URL+`/people/{{ contact.email }}?q={{ contact.points }}%2F{{ firstname }}&e={{ contact.evil }}",
		"headers": {"X-Api-Key": "k1"},
		"body": "{\"name\": \"{{ contact.firstname }}\", \"points\": {{ contact.points }}, \"campaign\": {{ campaign.name | json }}}"`)
	if _, err := s.call(t); err != nil {
		t.Fatal(err)
	}
	call := o.calls()[0]
	if call.method != "PUT" || call.path != "/people/anna%40example.com" || call.query != "q=7%2FAn%22na&e=a%2F..%2Fb%3Fx%3D1%26y%3D2%23z" {
		t.Errorf("called %s %s?%s", call.method, call.path, call.query)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(call.body), &body); err != nil || body["name"] != `An"na` || body["points"] != 7.0 || body["campaign"] != "Hook" {
		t.Errorf("got the body %s (%v)", call.body, err)
	}
	if h := call.header; h.Get("X-Api-Key") != "k1" || h.Get("Content-Type") != "application/json" || len(h.Get("Idempotency-Key")) != 32 ||
		h.Get("User-Agent") != "Mauntic-Webhook/1" || h.Get("Mauntic-Signature") != "" {
		t.Errorf("got the headers %v", h)
	}
	s.ask(t, monday, campaign.HappenedActivity)
	s.wantLog(t, "Look up CRM: Succeeded. It answered with status 2xx.", "Add “good”: Tags changed.")
}

func TestAValueCantLeadOutOfItsPath(t *testing.T) {
	t.Parallel()
	o := serveOther(t, func(http.ResponseWriter, *http.Request) { t.Error("the address was called") })
	s := enterWebhook(t, `"url": "`+o.URL+`/people/{{ contact.evil }}/score"`)
	if _, err := s.call(t); err != nil {
		t.Fatal(err)
	}
	s.ask(t, monday, campaign.HappenedActivity)
	s.wantLog(t, "Look up CRM: Failed. It was not called. With this contact's data the address leads elsewhere.", "Add “bad”: Tags changed.")
}

func TestFaultsOfTheOtherSystem(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	for name, test := range map[string]struct {
		answer   http.HandlerFunc
		settings string
		retried  bool
		says     string
	}{
		"ItsOwnFault":    {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "secret", 500) }, "", true, "It answered with status 5xx."},
		"TooMany":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, "", true, "It answered with status 4xx."},
		"RequestTimeOut": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(408) }, "", true, "It answered with status 4xx."},
		"NotFound":       {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "secret", 404) }, "", false, "It answered with status 4xx."},
		"Hangs":          {hang, `, "timeout": 1`, true, "The host did not answer in time."},
		"HangsUp": {func(w http.ResponseWriter, _ *http.Request) {
			conn, _, _ := w.(http.Hijacker).Hijack()
			conn.Close()
		}, "", true, "The connection to the host broke."},
		"LeadsInward": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/", http.StatusTemporaryRedirect)
		}, "", false, "The address leads into a private network. Whoever runs Mauntic can allow it with MAUNTIC_EGRESS_ALLOW."},
		"LeadsElsewhere":   {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) }, "", false, "It answered with status 3xx."},
		"NotWhatIsWanted":  {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, `, "success": [201]`, false, "It answered with status 2xx."},
		"TheOnlyOneWanted": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, `, "success": [404]`, false, "It answered with status 4xx."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := serveOther(t, test.answer)
			s := enterWebhook(t, `"url": "`+o.URL+`"`+test.settings)
			_, err := s.call(t)
			var retry *campaign.CallRetry
			if errors.As(err, &retry) != test.retried || !test.retried && err != nil {
				t.Fatalf("got %v, want it to be tried again: %v", err, test.retried)
			}
			if test.retried {
				if retry.Reason.English() != test.says || retry.After < 5*time.Second || retry.After > 7*time.Second {
					t.Errorf("got %q in %v", retry.Reason, retry.After)
				}
				if again := s.ask(t, monday, campaign.HappenedWake); again.Do != campaign.DoRun { // woken too early
					t.Errorf("got %+v, want the same call again", again)
				}
				return
			}
			s.ask(t, monday, campaign.HappenedActivity)
			verdict := "Failed. "
			if strings.Contains(test.settings, "404") {
				verdict = "Succeeded. "
			}
			if log := s.Log(t, s.journey.ID); log[0] != "Look up CRM: "+verdict+test.says {
				t.Errorf("got log %q", log)
			}
		})
	}
}

func TestUnreachableHostsAreTriedAgain(t *testing.T) {
	t.Parallel()
	closed, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler())
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0)
	stranger.StartTLS()
	t.Cleanup(stranger.Close)
	for address, says := range map[string]string{
		"http://" + closed.Addr().String(): "The host can't be reached.",
		stranger.URL:                       "The certificate of the host is not valid.",
	} {
		s := enterWebhook(t, `"url": "`+address+`"`)
		_, err := s.call(t)
		var retry *campaign.CallRetry
		if !errors.As(err, &retry) || retry.Reason.English() != says {
			t.Errorf("got %v, want to try again because %q", err, says)
		}
	}
}

func TestAnswersAreKeptWhenTheyAreJSONOfUse(t *testing.T) {
	t.Parallel()
	const note = " What it said is not kept: it is no JSON, or too much."
	for name, test := range map[string]struct {
		kind, body string
		kept       bool
	}{
		"JSON":    {"application/vnd.crm+json; charset=utf-8", `{"score": 42}`, true},
		"Text":    {"text/plain", "fine", false},
		"Invalid": {"application/json", `{"score":`, false},
		"NUL":     {"application/json", `{"a": "\u0000"}`, false},
		"Huge":    {"application/json", `{"a": 1e99999}`, false},
		"Deep":    {"application/json", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), false},
		"Endless": {"application/json", `"` + strings.Repeat("x", 2<<20) + `"`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := serveOther(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.kind)
				_, _ = io.WriteString(w, test.body)
			})
			s := enterWebhook(t, `"url": "`+o.URL+`"`)
			if _, err := s.call(t); err != nil {
				t.Fatal(err)
			}
			s.ask(t, monday, campaign.HappenedActivity)
			want := "Look up CRM: Succeeded. It answered with status 2xx."
			if !test.kept {
				want += note
			}
			if log := s.Log(t, s.journey.ID); log[0] != want {
				t.Errorf("got log %q, want %q", log, want)
			}
		})
	}
}

func TestLaterStepsUseWhatWasAnswered(t *testing.T) {
	t.Parallel()
	o := serveOther(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"score": 42, "id": 9007199254740993, "plan": {"name": "Gold"}, "offers": [{"title": "x\"y"}]}`)
	})
	s := enterWebhook(t, `"url": "`+o.URL+`"`,
		`, {"id": "rich", "kind": "condition", "settings": {"field": "webhook.look_up_crm.score", "operator": "greater", "value": "41"}, "branches": [{"id": "yes", "steps": [`,
		`{"id": "first", "kind": "condition", "settings": {"field": "webhook.hook.offers.0.title", "operator": "contains", "value": "Y"}, "branches": [{"id": "yes", "steps": [`,
		`{"id": "again", "kind": "call_webhook", "settings": {"url": "`+o.URL+`/{{ webhook.look_up_crm.plan.name }}",
			"body": "{\"id\": {{ webhook.hook.id }}, \"title\": \"{{ webhook.look_up_crm.offers[0].title }}\", \"was\": {{ webhook.hook.http_status }}}"}}]}]}]}]}`)
	if _, err := s.call(t); err != nil {
		t.Fatal(err)
	}
	again := s.ask(t, monday, campaign.HappenedActivity)
	if again.Do != campaign.DoRun || len(again.Walked) != 4 {
		t.Fatalf("got %+v, want to arrive at the second call", again)
	}
	if _, err := s.Campaign.MakeCall(s.Ctx(), s.Org, again.Call); err != nil {
		t.Fatal(err)
	}
	if call := o.calls()[1]; call.path != "/Gold" || call.body != `{"id": 9007199254740993, "title": "x\"y", "was": 200}` {
		t.Errorf("called %s with %s", call.path, call.body)
	}
}

func TestAWorkerThatDiesRepeatsTheCallUnderTheSameKey(t *testing.T) {
	t.Parallel()
	o := serveOther(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })
	s := enterWebhook(t, `"url": "`+o.URL+`"`)
	run := s.ask(t, monday, campaign.HappenedStart)
	// The other system takes the call, and then the database is gone with the worker: nothing is recorded.
	s.Campaign.Store = dying{Store: s.Campaign.Store}
	if _, err := s.Campaign.MakeCall(s.Ctx(), s.Org, run.Call); err == nil {
		t.Fatal("the result was recorded")
	}
	s.Campaign.Store = s.Campaign.Store.(dying).Store
	_, err := s.Campaign.MakeCall(s.Ctx(), s.Org, run.Call)
	var retry *campaign.CallRetry
	if !errors.As(err, &retry) || retry.After < 15*time.Second || len(o.calls()) != 1 {
		t.Fatalf("got %v after %d calls, want to wait until the first attempt must be over", err, len(o.calls()))
	}
	s.sql(t, `update campaign.calls set call_deadline = now() - interval '1 second'`)
	if _, err := s.Campaign.MakeCall(s.Ctx(), s.Org, run.Call); err != nil {
		t.Fatal(err)
	}
	calls := o.calls()
	if len(calls) != 2 || calls[0].header.Get("Idempotency-Key") != calls[1].header.Get("Idempotency-Key") {
		t.Errorf("got %d calls, want two with the same key", len(calls))
	}
	if state, err := s.Campaign.MakeCall(s.Ctx(), s.Org, run.Call); err != nil || state != campaign.CallSucceeded || len(o.calls()) != 2 {
		t.Errorf("a call that ended was made again (%v)", err)
	}
}

// dying is a store that is lost before results can be recorded.
type dying struct{ campaign.Store }

func (dying) RecordCall(context.Context, domain.OrgID, campaign.CallID, campaign.CallResult) error {
	return errors.New("the connection is gone")
}

func (s *scene) sql(t *testing.T, statement string) {
	t.Helper()
	if _, err := s.DB.Querier(t.Context()).Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func TestTryingEndsWithTheTimeForIt(t *testing.T) {
	t.Parallel()
	o := serveOther(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(503)
	})
	s := enterWebhook(t, `"url": "`+o.URL+`", "tryFor": {"amount": 1, "unit": "hours"}`)
	id, err := s.call(t)
	var retry *campaign.CallRetry
	if !errors.As(err, &retry) || retry.After != 2*time.Minute {
		t.Fatalf("got %v, want to come back when the other system wishes", err)
	}
	if tries := s.row(t).Call.Tries().String(); tries != "Tried once: It answered with status 5xx." {
		t.Errorf("the journey says %q of its call", tries)
	}
	why, err := s.Campaign.Why(s.Ctx(), s.Org, campaign.WhyQuery{Contact: s.journey.Contact, Campaign: s.journey.Campaign, Now: time.Now()})
	if err != nil || why.Kind != campaign.WhyWebhook || !strings.Contains(why.Sentence.String(), "tried 1 time, the last time in vain: it answered with status 5xx") {
		t.Errorf("got %q (%v)", why.Sentence, err)
	}
	s.sql(t, `update campaign.calls set first_at = first_at - interval '59 minutes'`)
	if state, err := s.Campaign.MakeCall(s.Ctx(), s.Org, id); err != nil || state != campaign.CallFailed {
		t.Fatalf("got %q, %v; want the end of trying", state, err)
	}
	s.ask(t, monday, campaign.HappenedActivity)
	s.wantLog(t, "Look up CRM: Failed. It answered with status 5xx. It was tried 2 times.", "Add “bad”: Tags changed.")
}

func TestPausedAndArchivedCampaignsCallNobody(t *testing.T) {
	t.Parallel()
	o := serveOther(t, func(http.ResponseWriter, *http.Request) { t.Error("the webhook was called") })
	s := enterWebhook(t, `"url": "`+o.URL+`"`)
	run := s.ask(t, monday, campaign.HappenedStart)
	if _, err := s.Campaign.Pause(s.Ctx(), s.Org, s.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	if state, err := s.Campaign.MakeCall(s.Ctx(), s.Org, run.Call); err != nil || state != campaign.CallReady {
		t.Fatalf("paused: got %q, %v", state, err)
	}
	if park := s.ask(t, monday, campaign.HappenedActivity); park.Do != campaign.DoPark {
		t.Errorf("got %+v, want to park", park)
	}
	if _, err := s.Campaign.Archive(s.Ctx(), s.Org, s.journey.Campaign); err != nil {
		t.Fatal(err)
	}
	if end := s.ask(t, monday, campaign.HappenedWake); end.Do != campaign.DoEnd {
		t.Errorf("got %+v, want the end", end)
	}
	if state, err := s.Campaign.MakeCall(s.Ctx(), s.Org, run.Call); err != nil || state != campaign.CallFailed {
		t.Errorf("archived: got %q, %v", state, err)
	}
}

func TestCallsAreSignedByTheSecretsOfADay(t *testing.T) {
	t.Parallel()
	o := serveOther(t, func(http.ResponseWriter, *http.Request) {})
	s := enterWebhook(t, `"url": "`+o.URL+`", "body": "{\"a\": 1}"`)
	if since, err := s.Campaign.WebhookSecretChanged(s.Ctx(), s.Org); err != nil || !since.IsZero() {
		t.Fatalf("got a secret of %v (%v), want none", since, err)
	}
	first, err := s.Campaign.ChangeWebhookSecret(s.Ctx(), s.Org)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Campaign.ChangeWebhookSecret(s.Ctx(), s.Org)
	if err != nil || first == second {
		t.Fatalf("got the secret %q again (%v)", second, err)
	}
	if _, err := s.call(t); err != nil {
		t.Fatal(err)
	}
	call := o.calls()[0]
	stamp, signatures, _ := strings.Cut(call.header.Get("Mauntic-Signature"), ",")
	for i, secret := range []string{second, first} {
		mac := hmac.New(sha256.New, []byte(secret))
		fmt.Fprintf(mac, "%s.%s", strings.TrimPrefix(stamp, "t="), call.body)
		if want := "v1=" + hex.EncodeToString(mac.Sum(nil)); strings.Split(signatures, ",")[i] != want {
			t.Errorf("signature %d is not made with %s: %s", i, secret, call.header.Get("Mauntic-Signature"))
		}
	}
	stranger := world.On(t, s.DB, storetest.Org(t, s.DB, "Other"), &noWorkflows{})
	if since, err := stranger.Campaign.WebhookSecretChanged(stranger.Ctx(), stranger.Org); err != nil || !since.IsZero() {
		t.Errorf("another organization has a secret of %v (%v)", since, err)
	}
	if _, err := s.Campaign.ChangeWebhookSecret(stranger.Ctx(), s.Org); domain.KindOf(err) != domain.KindForbidden {
		t.Errorf("naming a foreign organization: got %v, want forbidden", err)
	}
}

func TestEmailsSayWhatWasAnswered(t *testing.T) {
	t.Parallel()
	o := serveOther(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"plan": "Gold<script>"}`)
	})
	workflows := &noWorkflows{}
	w := world.New(t, workflows)
	anna := w.Contact(t, crm.ContactInput{Email: new("anna@example.com")})
	email, err := w.Messaging.CreateEmail(w.Ctx(), w.Org, messaging.EmailInput{
		Name: "Plan", Subject: "Your plan: {{ webhook.look_up.plan }}", HTML: "<p>{{ webhook.look_up.plan }}</p>",
	})
	if err != nil {
		t.Fatal(err)
	}
	c := w.Publish(t, "Hook", fmt.Sprintf(`{"root": [
		{"id": "hook", "kind": "call_webhook", "name": "Look up", "settings": {"url": %q}},
		{"id": "send", "kind": "send_email", "settings": {"email": %d}}]}`, o.URL, email.ID))
	s := &scene{World: w, workflows: workflows, journey: w.Enter(t, c.ID, anna.ID)[0]}
	run := s.ask(t, monday, campaign.HappenedStart)
	if _, err := s.Campaign.MakeCall(s.Ctx(), s.Org, run.Call); err != nil {
		t.Fatal(err)
	}
	send := s.ask(t, monday, campaign.HappenedActivity)
	if _, err := s.Messaging.Deliver(s.Ctx(), s.Org, send.Message); err != nil {
		t.Fatal(err)
	}
	mail := s.Provider.Sent()[0]
	if mail.Subject != "Your plan: Gold<script>" || !strings.Contains(string(mail.Raw), "Gold&lt;script&gt;") {
		t.Errorf("got the subject %q in\n%s", mail.Subject, mail.Raw)
	}
}
