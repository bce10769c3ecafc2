//go:build e2e

package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/cmd/mauntic/e2e/browser"
)

const form = `<!doctype html><title>Form</title><form action="/hello">
<label>Name <input name="name" value="nobody"></label><button>Say hello</button></form>`

func serve(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/form", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, form) })
	mux.HandleFunc("/hello", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!doctype html><title>Hello</title><h1>Hello, %s</h1>", r.FormValue("name"))
	})
	mux.HandleFunc("/bad", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "script-src 'self'")
		fmt.Fprint(w, `<!doctype html><title>Bad</title><script>document.title = "ran"</script>`)
	})
	mux.HandleFunc("/favicon.ico", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestThingsAreFoundByRoleAndName(t *testing.T) {
	t.Parallel()
	page := browser.Open(t, serve(t))
	page.Goto("/form")
	page.Fill("Name", "Anna")
	page.Click("button", "Say hello")
	page.Sees("heading", "Hello, Anna")
	folder := t.TempDir()
	page.Screenshots(folder, "hello")
	shots, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil || len(shots) != 4 {
		t.Errorf("%d screenshots, err %v; want 4.", len(shots), err)
	}
	for _, shot := range shots {
		if info, err := os.Stat(shot); err != nil || info.Size() == 0 {
			t.Errorf("%s is empty.", shot)
		}
	}
	if problems := page.Problems(); len(problems) > 0 {
		t.Errorf("problems = %q, want none.", problems)
	}
}

func TestViolationsOfTheContentSecurityPolicyAreNoted(t *testing.T) {
	t.Parallel()
	page := browser.Open(t, serve(t))
	page.Goto("/bad")
	page.Eventually("loading", `document.title === "Bad"`)
	if problems := strings.Join(page.Problems(), "\n"); !strings.Contains(problems, "Content Security Policy") {
		t.Errorf("problems = %q, want the violation.", problems)
	}
}
