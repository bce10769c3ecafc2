package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The policy's hash is that of `console.log("hi")`, as openssl computes it.
const (
	scriptPage = `<!doctype html><script>console.log("hi")</script>`
	scriptHash = "'sha256-TMFma7PHrBUjZEUKY/MwBLuX3/HrQe2+A1FmjMS7ppA='"
)

func TestTemporalsPagesGetAPolicyOfTheirOwn(t *testing.T) {
	t.Parallel()
	answer, _ := throughProxy(t, scriptPage, nil)
	policy := answer.Header.Get("Content-Security-Policy")
	for _, want := range []string{"script-src 'strict-dynamic' " + scriptHash, "frame-ancestors 'self'", "default-src 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
}

func TestOurSecretsStayAway(t *testing.T) {
	t.Parallel()
	_, asked := throughProxy(t, scriptPage, func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer mk_secret")
		r.AddCookie(&http.Cookie{Name: "mauntic", Value: "session"})
		r.AddCookie(&http.Cookie{Name: "_csrf", Value: "theirs"})
	})
	if got := asked.Header.Get("Authorization"); got != "" {
		t.Errorf("Authorization arrived as %q", got)
	}
	if got := asked.Header.Get("Cookie"); got != "_csrf=theirs" {
		t.Errorf("cookies arrived as %q", got)
	}
	if got := asked.RequestURI; got != "/temporal/workflows/journey%2F1%2F1?query=a%20b" {
		t.Errorf("address arrived as %q", got)
	}
}

// throughProxy asks for a page behind the proxy, and returns the answer and what was asked there.
func throughProxy(t *testing.T, page string, change func(*http.Request)) (*http.Response, *http.Request) {
	t.Helper()
	var asked *http.Request
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, page)
	}))
	t.Cleanup(behind.Close)
	site := newSite(&Config{}, quiet, nil)
	mountTemporal(site, strings.TrimPrefix(behind.URL, "http://"))
	request := httptest.NewRequest(http.MethodGet, "/temporal/workflows/journey%2F1%2F1?query=a%20b", nil)
	if change != nil {
		change(request)
	}
	answer, err := site.Test(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("answered %s", answer.Status)
	}
	return answer, asked
}
