package search

import (
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// Commands that mean the same wherever a list has them.
var (
	ByName    = Command{Name: "name", Hint: domain.Mark("The name holds this text"), Example: "name:welcome"}
	ByCreated = Command{Name: "created", Kind: Date, Hint: domain.Mark("By the day of creation"), Example: "created:>=-7d"}
	ByUpdated = Command{Name: "updated", Kind: Date, Hint: domain.Mark("By the day of the last change"), Example: "updated:<2026-01-01"}
	ByWhom    = Command{Name: "by", Hint: domain.Mark("Done by somebody with this name or address; me for yourself"), Example: "by:me", Values: []Value{{Value: "me"}}}
	ByIDs     = Command{Name: "ids", Kind: IDs, Hint: domain.Mark("Those with these numbers"), Example: "ids:1,2,3"}
)

// OfKind is the command is: for a list whose records are of these kinds.
func OfKind(kinds ...string) Command { return Among("is", domain.Mark("Those of a kind"), kinds...) }

// Among is a command that knows these values, the first of which is its example.
func Among(name, hint string, values ...string) Command {
	c := Command{Name: name, Kind: Choice, Hint: hint, Example: name + ":" + values[0]}
	for _, value := range values {
		c.Values = append(c.Values, Value{Value: value})
	}
	return c
}

// Literal is a search for a text as it stands, whatever it holds; "" for blanks.
func Literal(text string) string {
	if text = strings.TrimSpace(text); text == "" {
		return ""
	}
	return String(Word{Text: text})
}

// Terms are the terms of a search, wherever in it they stand.
func Terms(x Expr) []Term {
	var terms []Term
	switch x := x.(type) {
	case And:
		for _, part := range x {
			terms = append(terms, Terms(part)...)
		}
	case Or:
		for _, part := range x {
			terms = append(terms, Terms(part)...)
		}
	case Not:
		return Terms(x.X)
	case Term:
		return []Term{x}
	}
	return terms
}

// Asks says whether a search names a value of a command anywhere.
func Asks(x Expr, command, value string) bool {
	return slices.ContainsFunc(Terms(x), func(t Term) bool { return t.Command == command && t.Value == value })
}
