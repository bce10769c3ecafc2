//go:build e2e

package e2e_test

import (
	"flag"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/cmd/mauntic/e2e/browser"
)

var pictures = flag.Bool("pictures", false, "save a picture of every page that the crawl finds")

// TestEveryPageIsFitForEverybody follows every link of an installation that has something of
// everything, and holds each page against the same rules.
func TestEveryPageIsFitForEverybody(t *testing.T) {
	t.Parallel()
	p := start(t, "MAUNTIC_DEVELOPMENT=true")
	furnish(t, p)
	n := newcomer{Page: browser.Open(t, p.base)}
	n.Goto("/app")
	n.Fill("Email address", ownerEmail)
	n.Fill("Password", ownerPassword)
	n.Click("button", "Log in")
	n.Eventually("the dashboard", `location.pathname === "/app/dashboard"`)
	c := crawl{Page: n.Page, t: t, seen: map[string]bool{}}
	for _, path := range []string{"/app/dashboard", "/app/_kit", "/app/contacts/trash", "/app/jobs", "/app/contacts?search=nobody-is-called-this", "/app/contacts?search=%28", "/app/no-such-page"} {
		c.find(path)
	}
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.look(next)
	}
	t.Logf("%d pages were looked at.", len(c.seen))
	const fewest = 40
	if len(c.seen) < fewest {
		t.Errorf("Only %d pages were found: %v.", len(c.seen), c.seen)
	}
}

// furnish gives the installation something of everything that has a page.
func furnish(t *testing.T, p *program) {
	t.Helper()
	owner := signedIn(t, p.base)
	response, err := owner.PostForm(p.base+"/app/demo", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	c := signIn(t, p)
	make1 := func(path string, body map[string]any) int64 { return do[record](c, http.MethodPost, path, body).ID }
	for _, kind := range []string{"text", "textarea", "html", "lookup", "boolean", "number", "date", "datetime", "time", "email", "tel", "url", "country", "region", "locale", "timezone"} {
		make1("/api/crm/fields", map[string]any{"label": "A " + kind, "type": kind, "group": "personal", "hint": "Try it."})
	}
	options := []map[string]string{{"value": "s", "label": "Small"}, {"value": "l", "label": "Large"}}
	make1("/api/crm/fields", map[string]any{"label": "Size", "type": "select", "group": "core", "options": options})
	make1("/api/crm/fields", map[string]any{"label": "Interests", "type": "multiselect", "group": "social", "options": options})
	id := make1("/api/crm/contacts", map[string]any{
		"firstname": "Zoë", "lastname": "Ångström", "email": "zoe@example.com", "tags": []string{"customer", "vip"},
		"fields": map[string]any{"size": "s", "a_number": 12.5, "a_date": "2026-11-01", "a_boolean": true},
	})
	segment := make1("/api/crm/segments", map[string]any{"name": "Newsletter readers", "description": "Who asked for the monthly letter."})
	do[any](c, http.MethodPost, fmt.Sprintf("/api/crm/segments/%d/contacts", segment), map[string]any{"contactIds": []int64{id}})
	make1(fmt.Sprintf("/api/crm/contacts/%d/notes", id), map[string]any{"type": "call", "text": "Wants a call back on Monday."})
	do[any](c, http.MethodPost, fmt.Sprintf("/api/crm/contacts/%d/consents", id), map[string]any{"purpose": "newsletter", "state": "granted", "source": "form", "wording": "Send me the newsletter."})
	c.importCSV("people.csv", []byte("Email,First name,Size\nada@example.com,Ada,s\nnobody,Bob,l\n"))
	if status, answer := c.upload("/api/crm/imports", "mapping.csv", []byte("Email,First name,Since\nnew@example.com,New,2026-01-02\n")); status >= http.StatusBadRequest {
		t.Fatalf("upload: %d %s", status, answer)
	}
	make1("/api/crm/views", map[string]any{"list": "contacts", "name": "Customers", "search": "tag:customer", "shared": true})
	long := strings.Repeat("wolfeschlegelstein", 3) // people type words without an end
	make1("/api/crm/fields", map[string]any{"label": long, "type": "text", "group": "core"})
	longest := make1("/api/crm/contacts", map[string]any{"firstname": long, "lastname": long, "company": long, "email": long + "@example.com", "tags": []string{long}})
	endless := make1("/api/crm/segments", map[string]any{"name": long, "alias": long})
	do[any](c, http.MethodPost, fmt.Sprintf("/api/crm/segments/%d/contacts", endless), map[string]any{"contactIds": []int64{longest}})
	gone := make1("/api/crm/contacts", map[string]any{"firstname": "Gone", "email": "gone@example.com"})
	do[any](c, http.MethodDelete, fmt.Sprintf("/api/crm/contacts/%d", gone), nil)
}

// crawl finds pages by their links. Of pages that differ by a number only, one is looked at.
type crawl struct {
	*browser.Page
	t     *testing.T
	queue []string
	seen  map[string]bool // by shape
}

var (
	numbers = regexp.MustCompile(`/\d+`)
	// Queries make many addresses of one page; these make a page of its own.
	ownPage = regexp.MustCompile(`[?&](search=nobody|search=%28|tab=|view=)[^&]*`)
)

func (c *crawl) find(path string) {
	path, _, _ = strings.Cut(path, "#")
	bare, _, _ := strings.Cut(path, "?")
	shape := numbers.ReplaceAllString(bare, "/1") + numbers.ReplaceAllString(ownPage.FindString(path), "1")
	if c.seen[shape] || !strings.HasPrefix(bare, "/app") {
		return
	}
	c.seen[shape] = true
	c.queue = append(c.queue, path)
}

// isPage says whether a path leads to a page and not to a file.
const isPage = `fetch(%q).then(r => (r.headers.get("Content-Type") || "").startsWith("text/html") && !r.headers.get("Content-Disposition"))`

func (c *crawl) look(path string) {
	if !browser.Promised[bool](c.Page, fmt.Sprintf(isPage, path)) {
		return
	}
	before := len(c.Problems())
	c.Goto(path)
	wrong := c.Audit()
	if desk, phone := c.Overflow(); desk > 0 || phone > 0 {
		wrong = append(wrong, fmt.Sprintf("it scrolls sideways, by %d pixels on a desk and %d on a phone", desk, phone))
	}
	wrong = append(wrong, c.complaints(path, before)...)
	for _, what := range wrong {
		c.t.Errorf("%s: %s", path, what)
	}
	if *pictures {
		c.Screenshots(screenshots+"/crawl", strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(path, "-"), "-"))
	}
	for _, link := range browser.Value[[]string](c.Page, `[...document.querySelectorAll("a[href]")].filter(a => !a.download && !a.target).map(a => a.getAttribute("href"))`) {
		c.find(link)
	}
}

// complaints are what the console said since then. That a page which is not there answers 404 is
// no mistake of the page.
func (c *crawl) complaints(path string, before int) []string {
	return slices.DeleteFunc(c.Problems()[before:], func(problem string) bool {
		expected := strings.Contains(path, "no-such-page") || strings.Contains(path, "search=%28")
		return expected && strings.Contains(problem, "Failed to load resource")
	})
}
