package twilio_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/activities/provider/twilio"
	"github.com/mauntic/mauntic/activities/provider/twilio/faketwilio"
)

func TestCheckSaysInASentenceWhetherTwilioLetsUsIn(t *testing.T) {
	t.Parallel()
	active := fake(t)
	suspended, err := faketwilio.New(faketwilio.Options{Status: "suspended"})
	if err != nil {
		t.Fatal(err)
	}
	serve := func(h http.Handler) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	says := func(status int, body string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
	for _, c := range []struct{ name, base, sid, token, want string }{
		{"active", active.URL(), "ACfake", "token", ""},
		{"wrong token", active.URL(), "ACfake", "guess", "do not belong together"},
		{"wrong account", active.URL(), "ACother", "token", "do not belong together"},
		{"suspended", serve(suspended.Handler()), "ACfake", "token", "the account is suspended"},
		{"nobody there", "http://127.0.0.1:1", "ACfake", "token", "it can't be reached: "},
		{"broken", serve(says(http.StatusBadGateway, "oops")), "ACfake", "token", "status 502"},
		{"a page", serve(says(http.StatusOK, "<p>hi</p>")), "ACfake", "token", "what answers is not Twilio"},
		{"another service", serve(says(http.StatusOK, "{}")), "ACfake", "token", "what answers is not Twilio"},
		{"slow down", serve(says(http.StatusTooManyRequests, `{"code":20429,"message":"Too many requests","status":429}`)), "ACfake", "token", "status 429, Too many requests"},
	} {
		p, err := twilio.New(twilio.Config{AccountSID: c.sid, AuthToken: c.token, From: "+15005550006", BaseURL: c.base})
		if err != nil {
			t.Fatal(err)
		}
		err = p.Check(t.Context())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if len(active.Journal()) != 0 || active.Calls() != 0 {
		t.Error("something was sent")
	}
}
