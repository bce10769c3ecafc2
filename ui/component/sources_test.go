package component_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// sources returns the templates and Go files of all pages.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		isSource := strings.HasSuffix(path, ".templ") ||
			strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_templ.go") && !strings.HasSuffix(path, "_test.go")
		if !isSource {
			return nil
		}
		body, err := fs.ReadFile(root, path)
		all[path] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var iconName = regexp.MustCompile(`\b(?:Icon\(|Icon:\s*|EmptyState\(|MenuLink\([^,]+, |MenuAction\(|logLine\()"([a-z0-9-]+)"`)

func TestEveryIconThatIsUsedIsThere(t *testing.T) {
	t.Parallel()
	data := sources(t)["component/icon_data.go"]
	for path, source := range sources(t) {
		for _, match := range iconName.FindAllStringSubmatch(source, -1) {
			if !strings.Contains(data, `"`+match[1]+`":`) {
				t.Errorf("%s uses the icon %q. Add it to ui/assets/icons.txt and run npm run vendor.", path, match[1])
			}
		}
	}
}

// forbidden is what the content security policy blocks, and what no tool sees.
var forbidden = map[string]*regexp.Regexp{
	"an inline style":        regexp.MustCompile(`\sstyle=`),
	"an inline handler":      regexp.MustCompile(`\son[a-z]+=`),
	"hx-on, which evaluates": regexp.MustCompile(`hx-on[:=]`),
	"a js: value":            regexp.MustCompile(`hx-[a-z]+=.{0,2}js:`),
	"a trigger filter":       regexp.MustCompile(`hx-trigger=.[^"]*\[`),
	"an inline script":       regexp.MustCompile(`<script>`),
	"a selector of two words that is not quoted, after from:": regexp.MustCompile(`from:(find|closest|next|previous) `),
	"a class name put together":                               regexp.MustCompile(`class=\{ ?"[a-z-]+-" ?\+`),
}

func TestPagesKeepTheContentSecurityPolicy(t *testing.T) {
	t.Parallel()
	for path, source := range sources(t) {
		if !strings.HasSuffix(path, ".templ") {
			continue
		}
		for what, pattern := range forbidden {
			if found := pattern.FindString(source); found != "" {
				t.Errorf("%s has %s: %s", path, what, strings.TrimSpace(found))
			}
		}
	}
}

// asks finds elements that ask the server, and passes finds what htmx 2 passed on to their descendants.
var (
	openTag = regexp.MustCompile(`<[a-z][a-z0-9-]*\s[^<>]*hx-[^<>]*>`)
	asks    = regexp.MustCompile(`hx-(get|post|put|patch|delete|sse:connect)=|\.Attrs\(\)\.\.\.`)
	passes  = regexp.MustCompile(`hx-(boost|confirm|encoding|headers|include|indicator|push-url|replace-url|select|select-oob|swap|sync|target|vals)=`)
)

// htmx 4 inherits only what says so: hx-target on an element that asks for nothing does nothing.
func TestNothingReliesOnTheInheritanceOfHtmx2(t *testing.T) {
	t.Parallel()
	for path, source := range sources(t) {
		if !strings.HasSuffix(path, ".templ") {
			continue
		}
		for _, tag := range openTag.FindAllString(source, -1) {
			if passes.MatchString(tag) && !asks.MatchString(tag) {
				t.Errorf("%s: write it on the element that asks, or with :inherited: %s", path, strings.Join(strings.Fields(tag), " "))
			}
		}
	}
}

func TestTheRuleOfInheritanceFindsWhatItShould(t *testing.T) {
	t.Parallel()
	for tag, bad := range map[string]bool{
		`<div hx-target="#x" class="a">`:         true,
		`<div hx-target:inherited="#x">`:         false,
		`<a hx-get={ path } hx-target="#x">`:     false,
		`<form hx-vals="{}" { ask.Attrs()... }>`: false,
	} {
		if got := passes.MatchString(tag) && !asks.MatchString(tag); got != bad || !openTag.MatchString(tag) {
			t.Errorf("%s: got %v.", tag, got)
		}
	}
}
