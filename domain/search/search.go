// Package search knows the language of search boxes: words, "exact phrases", +whole words, !not, AND, OR,
// brackets, and commands such as tag:news or points:>10. It reads a text into a tree and prints a tree as
// the text that reads back the same, so that a search box and its chips are two views of one query.
//
// The language is Mautic's. What commands there are, and what they find, is up to each list.
package search

import (
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// Bounds of a search.
const (
	MaxLength = 500 // characters
	MaxTerms  = 30  // words, phrases and commands
	MaxDepth  = 5   // brackets within brackets
)

// Kind says what values a command takes. Every kind but IDs also takes *, which means any value.
type Kind int

// The kinds of commands.
const (
	Text   Kind = iota // a text, in which * stands for any letters unless it is quoted
	Choice             // one of Values
	Number             // 10, >10, >=10, <10 or <=10
	Date               // 2026-01-31, today, yesterday or -7d (seven days ago), with the signs of numbers
	IDs                // 1,2,3
)

// Value is one value that a command offers.
type Value struct {
	Value string
	Label string // what people call it; the value itself when empty
}

// Command is a word that may stand before a colon.
type Command struct {
	Name    string // small letters, digits and _
	Kind    Kind
	Hint    string  // what it finds, for people, without a full stop: "Contacts with a tag"
	Example string  // a whole term: tag:news
	Values  []Value // of a Choice all of them; of others: values to suggest
}

// Commands are what a list can be searched by.
type Commands []Command

// Find returns the command of a name, whatever the case; nil when there is none.
func (c Commands) Find(name string) *Command {
	for i := range c {
		if strings.EqualFold(c[i].Name, name) {
			return &c[i]
		}
	}
	return nil
}

// choice returns the value that text names by value or label, whatever the case.
func (c *Command) choice(text string) (string, bool) {
	for _, v := range c.Values {
		if strings.EqualFold(v.Value, text) || v.Label != "" && strings.EqualFold(v.Label, text) {
			return v.Value, true
		}
	}
	return "", false
}

// Error says what is wrong with a search, and where. It is also an Invalid error about the field "search".
type Error struct {
	At      int            // characters before the place
	Said    *domain.Phrase // what is wrong, in whole sentences
	Suggest string         // what was probably meant, "" when nothing comes close
}

func (e *Error) Error() string { return e.Said.String() }

// Unwrap makes it an error of ours to explain.
func (e *Error) Unwrap() error { return domain.Refuse(domain.KindInvalid, "search", e.Said) }

func wrong(at int, format string, args ...any) *Error {
	return &Error{At: at, Said: domain.Say(format, args...)}
}
