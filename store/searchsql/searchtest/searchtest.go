// Package searchtest checks that a list finds what its commands promise.
package searchtest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// Find returns the names of the records that a search finds.
type Find func(search string) ([]string, error)

// Case is a search with the names that it finds, in the order of the alphabet: "Autumn Welcome".
type Case struct{ Search, Want string }

// Run asks a list. Every command must be in a case that finds something; with ! it finds all the others.
func Run(t *testing.T, commands search.Commands, find Find, cases []Case) {
	t.Helper()
	all := len(names(t, find, ""))
	proven := map[string]bool{}
	for _, c := range cases {
		if got := strings.Join(names(t, find, c.Search), " "); got != c.Want {
			t.Errorf("%s finds %q, want %q.", c.Search, got, c.Want)
		}
		if x, err := search.Parse(c.Search, commands); err == nil && c.Want != "" {
			for _, command := range commands {
				proven[command.Name] = proven[command.Name] || uses(x, command.Name)
			}
		}
	}
	for _, command := range commands {
		if !proven[command.Name] {
			t.Errorf("No case shows what %s: finds.", command.Name)
		}
		for _, term := range forms(command) {
			both := slices.Concat(names(t, find, term), names(t, find, "!"+term))
			slices.Sort(both)
			if either := names(t, find, term+" OR !"+term); !slices.Equal(both, either) || len(both) < all {
				t.Errorf("%s and its opposite find %q, not everything once.", term, both)
			}
		}
	}
	refusals(t, find)
}

// forms are ways in which a command may be written.
func forms(c search.Command) []string {
	terms := []string{c.Example}
	for _, v := range c.Values {
		terms = append(terms, c.Name+":"+search.Completion(v.Value))
	}
	switch c.Kind {
	case search.Number:
		terms = append(terms, c.Name+":>=1", c.Name+":<2.5", c.Name+":<=0", c.Name+":-3")
	case search.Date:
		terms = append(terms, c.Name+":today", c.Name+":<=yesterday", c.Name+":>2026-01-31")
	case search.Text:
		terms = append(terms, c.Name+`:"50%_\\"`, c.Name+":w*e")
	}
	if c.Kind != search.IDs {
		terms = append(terms, c.Name+":*")
	}
	return terms
}

// refusals checks that what can't be read is refused, and where.
func refusals(t *testing.T, find Find) {
	t.Helper()
	for text, says := range map[string]string{
		"nonsense:1": "position 1", "a (b": "position 3", `a "b`: "position 3", "a OR": "position 3", "ids:x": "position 5", "ids:": "position 1",
	} {
		_, err := find(text)
		var problem *search.Error
		if !errors.As(err, &problem) || domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want it to say %s.", text, err, says)
		}
	}
	for _, text := range []string{"%", "_", `'; drop table x; --`, `"<script>alert(1)</script>"`, `+[a`, "$1 ?"} {
		if found, err := find(text); err != nil || len(found) > 0 {
			t.Errorf("%s finds %q, %v.", text, found, err)
		}
	}
}

func names(t *testing.T, find Find, text string) []string {
	t.Helper()
	found, err := find(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	slices.Sort(found)
	return found
}

func uses(x search.Expr, command string) bool {
	switch x := x.(type) {
	case search.And:
		return slices.ContainsFunc(x, func(part search.Expr) bool { return uses(part, command) })
	case search.Or:
		return slices.ContainsFunc(x, func(part search.Expr) bool { return uses(part, command) })
	case search.Term:
		return x.Command == command
	}
	return false
}
