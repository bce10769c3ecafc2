package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func urlEscape(s string) string { return url.QueryEscape(s) }

// hostileTexts are what somebody types who wants it to run in the browser of whoever reads it.
var hostileTexts = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `javascript:alert(1)`,
	`{{constructor.constructor('alert(1)')()}}`,
}

// alive are the ways in which the hostile texts would run.
var alive = regexp.MustCompile(`(?i)<script>alert|<img src=x|<svg onload|href="javascript:|src="javascript:`)

// S-05, S-11, S-15, S-19 and their kin: whatever is written through the API, into whichever field, is
// text on every page. Operations, fields and pages are found, not listed, so that new ones are tried.
func TestHostileTextIsOnlyText(t *testing.T) {
	t.Parallel()
	s := newSecured(t)
	written := 0
	for n, text := range hostileTexts {
		written += s.writeEverywhere(text) + s.writeNouns(n, text)
	}
	if written < 15*len(hostileTexts) {
		t.Errorf("Only %d hostile texts could be written, so little was tried.", written)
	}
	pages, shown := s.crawl("/app/dashboard", "/app/search?q=alert", "/app/contacts?search=alert", "/app/contacts/trash", "/app/jobs", "/app/settings/fields")
	t.Logf("%d texts written, %d pages read, %d of them show one.", written, pages, shown)
	if pages < 150 || shown < 100 {
		t.Errorf("%d pages were read, and %d show what was written: too few.", pages, shown)
	}
}

// writeEverywhere calls every creating operation of the API with a text in all fields that take it,
// and returns how many took it.
func (s *secured) writeEverywhere(text string) int {
	s.t.Helper()
	written := 0
	for route, body := range s.bodies(func(string) string { return text }) {
		if route.method != http.MethodPost || strings.ContainsAny(route.pattern, ":") || strings.HasPrefix(route.pattern, "/api/auth/") {
			continue
		}
		object, ok := body.(map[string]any)
		if !ok {
			continue
		}
		// What is refused is put right, a few fields at a time.
		for range 8 {
			got := s.send(call{method: route.method, path: route.pattern, role: "superadmin", json: object})
			if got.status < http.StatusMultipleChoices {
				written++
				break
			}
			if !giveIn(object, got.body) {
				break
			}
		}
	}
	return written
}

// giveIn leaves out the fields that a problem complains about.
func giveIn(object map[string]any, problem string) bool {
	var said struct {
		Errors []struct {
			Field string `json:"field"`
		} `json:"errors"`
	}
	if json.Unmarshal([]byte(problem), &said) != nil {
		return false
	}
	before := len(object)
	for _, finding := range said.Errors {
		field, _, _ := strings.Cut(finding.Field, ".")
		field, _, _ = strings.Cut(field, "[")
		if field == "flow" {
			object[field] = map[string]any{"root": []any{}}
			continue
		}
		delete(object, field)
	}
	return len(object) < before || strings.Contains(problem, "flow")
}

// crawl reads every page that can be reached by links and returns how many there are, and on how many
// a hostile text is shown.
func (s *secured) crawl(starts ...string) (pages, shown int) {
	s.t.Helper()
	queue, seen := starts, map[string]bool{}
	for _, start := range starts {
		seen[start] = true
	}
	kinds := map[string]int{}
	for len(queue) > 0 && pages < 600 {
		path := queue[0]
		queue = queue[1:]
		got := s.send(call{method: http.MethodGet, path: path, role: "superadmin"})
		if got.status >= http.StatusInternalServerError && got.status != http.StatusServiceUnavailable {
			s.t.Errorf("GET %s answers %d.", path, got.status)
		}
		pages++
		// A marketer's own HTML lives in a sandbox, where scripts do not run.
		if !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
			if found := alive.FindString(got.body); found != "" && strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				s.t.Errorf("GET %s lets %q run.", path, found)
			}
		}
		if strings.Contains(got.body, "alert(1)") {
			shown++
		}
		for _, link := range links(got) {
			if kind := numbers.ReplaceAllString(link, "#"); !seen[link] && kinds[kind] < 6 {
				seen[link] = true
				kinds[kind]++
				queue = append(queue, link)
			}
		}
	}
	return pages, shown
}

var numbers = regexp.MustCompile(`\d+`)

// links are the pages of ours that a page leads to or fetches.
func links(page reply) []string {
	if page.location != "" {
		return []string{page.location}
	}
	document, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	if err != nil {
		return nil
	}
	found := map[string]bool{}
	for _, attribute := range []string{"href", "hx-get", "src"} {
		document.Find(fmt.Sprintf("[%s^='/app']", attribute)).Each(func(_ int, element *goquery.Selection) {
			link, _, _ := strings.Cut(element.AttrOr(attribute, ""), "#")
			found[link] = true
		})
	}
	return slices.Sorted(maps.Keys(found))
}
