package searchsql

import (
	"fmt"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store"
)

// Text looks for a part of a text, or compares it with a pattern. Nothing written is no value.
func Text(column string) Term {
	return func(_ Scope, t search.Term) sq.Sqlizer {
		if t.Any() {
			return sq.Expr(column + " <> ''")
		}
		return sq.Expr("lower("+column+") like lower(?)", Pattern(t))
	}
}

// Trigrams is Text for what an index of trigrams finds, in small letters: lower(name). One or two letters are
// only its beginning, because in the middle the index knows none so short.
func Trigrams(lower string) Term {
	return func(_ Scope, t search.Term) sq.Sqlizer {
		switch {
		case t.Any():
			return sq.Expr(lower + " <> ''")
		case t.Literal || !strings.Contains(t.Value, "*"):
			return contains(lower, t.Value)
		}
		return sq.Expr(lower+" like lower(?)", Pattern(t))
	}
}

// contains looks for a part of a text that has an index of trigrams.
func contains(lower, part string) sq.Sqlizer {
	part = strings.TrimSpace(part)
	if len([]rune(part)) > 2 {
		return sq.Expr(lower+" like lower(?)", "%"+Literally(part)+"%")
	}
	return sq.Expr(lower+" like lower(?)", Literally(part)+"%")
}

// Exactly compares the whole of a text, or with a pattern.
func Exactly(column string) Term {
	return func(_ Scope, t search.Term) sq.Sqlizer {
		if t.Any() {
			return sq.Expr(column + " <> ''")
		}
		return EqualTo("lower("+column+")", t)
	}
}

// Number compares an expression that is a number.
func Number(column string) Term {
	return func(_ Scope, t search.Term) sq.Sqlizer { return CompareNumber(column, t) }
}

// CompareNumber compares an expression that is a number.
func CompareNumber(column string, t search.Term) sq.Sqlizer {
	if t.Any() {
		return sq.Expr(column + " is not null")
	}
	op := t.Op
	if op == search.Is {
		op = "="
	}
	return sq.Expr(fmt.Sprintf("%s %s ?::text::numeric", column, op), t.Value)
}

// IDs finds records by their numbers.
func IDs(column string) Term {
	return func(_ Scope, t search.Term) sq.Sqlizer {
		return sq.Expr(column+" = any(?)", search.ParseIDs(t.Value))
	}
}

// Cases are the conditions of the values of a command.
type Cases map[string]Case

// Case is the condition of one value.
type Case func(Scope) sq.Sqlizer

// Choice is a command that knows its values. Any value at all is no condition.
func Choice(cases Cases) Term {
	return func(scope Scope, t search.Term) sq.Sqlizer {
		if t.Any() {
			return sq.Expr("true")
		}
		if is, ok := cases[t.Value]; ok {
			return is(scope)
		}
		return sq.Expr("false")
	}
}

// OneOf compares a column that holds the values of a Choice as they are named. Nothing written is no value.
func OneOf(column string) Term {
	return func(_ Scope, t search.Term) sq.Sqlizer {
		if t.Any() {
			return sq.Expr(column + " <> ''")
		}
		return sq.Expr(column+" = ?", t.Value)
	}
}

// When is a condition that is the same for everybody.
func When(condition string) Case {
	return func(Scope) sq.Sqlizer { return sq.Expr(condition) }
}

// By finds what somebody did, by their name or address; me is who is searching.
func By(column string) Term {
	return func(scope Scope, t search.Term) sq.Sqlizer {
		switch {
		case t.Any():
			return sq.Expr(column + " is not null")
		case strings.EqualFold(t.Value, "me") && !t.Literal:
			return sq.Eq{column: scope.Viewer}
		}
		like := Pattern(t)
		return sq.Expr("exists (select from identity.users who where who.id = "+column+" and (lower(who.name) like lower(?) or lower(who.email) like lower(?)))", like, like)
	}
}

// Mine is a condition on the user who is searching.
func Mine(column string) Case {
	return func(scope Scope) sq.Sqlizer { return sq.Eq{column: scope.Viewer} }
}

// Pattern is the LIKE pattern for a value: with stars it is like the whole, without them a part of it.
func Pattern(t search.Term) string {
	if t.Literal || !strings.Contains(t.Value, "*") {
		return store.Contains(strings.TrimSpace(t.Value))
	}
	pieces := strings.Split(t.Value, "*")
	for i, piece := range pieces {
		pieces[i] = Literally(piece)
	}
	return strings.Join(pieces, "%")
}

// Literally is a text as a part of a LIKE pattern.
func Literally(text string) string {
	contains := store.Contains(text)
	return contains[1 : len(contains)-1]
}

// EqualTo compares a whole text in small letters, whatever the case; with stars it is a pattern.
func EqualTo(lower string, t search.Term) sq.Sqlizer {
	if !t.Literal && strings.Contains(t.Value, "*") {
		return sq.Expr(lower+" like lower(?)", Pattern(t))
	}
	return sq.Expr(lower+" = lower(?)", strings.TrimSpace(t.Value))
}
