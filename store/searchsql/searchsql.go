// Package searchsql turns searches into conditions of SQL, the same way for every list. Values are
// parameters; what else a condition holds are literals of the stores.
package searchsql

import (
	"context"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
)

// Compile walks through a search: the list says what its words and commands mean.
func Compile(x search.Expr, word func(search.Word) sq.Sqlizer, term func(search.Term) sq.Sqlizer) sq.Sqlizer {
	switch x := x.(type) {
	case search.And:
		all := make(sq.And, len(x))
		for i, part := range x {
			all[i] = Compile(part, word, term)
		}
		return all
	case search.Or:
		all := make(sq.Or, len(x))
		for i, part := range x {
			all[i] = Compile(part, word, term)
		}
		return all
	case search.Not: // what is unknown is not so either
		return sq.Expr("(?) is not true", Compile(x.X, word, term))
	case search.Word:
		return word(x)
	case search.Term:
		return term(x)
	}
	return sq.Expr("false")
}

// Scope is in which organization somebody searches, and who: 0 is the program itself.
type Scope struct {
	Org    domain.OrgID
	Viewer identity.UserID
}

// ScopeOf is the scope of whoever is calling.
func ScopeOf(ctx context.Context, org domain.OrgID) Scope {
	return Scope{Org: org, Viewer: identity.ActorFrom(ctx).User}
}

// Term is what a command of a list means.
type Term func(Scope, search.Term) sq.Sqlizer

// List says what a search means for one list.
type List struct {
	Commands search.Commands
	Words    string          // a text in small letters in which words are looked for: lower(concat_ws(' ', name, subject))
	Trigrams bool            // it is found by an index of trigrams: one or two letters are only its beginning
	Terms    map[string]Term // one for each command
}

// Where returns the condition of a search; nil for one that asks for nothing. A text that can't be read
// is Invalid.
func (l List) Where(ctx context.Context, org domain.OrgID, text string) (sq.Sqlizer, error) {
	x, err := search.Parse(text, l.Commands)
	if err != nil {
		return nil, err
	}
	return l.Condition(ScopeOf(ctx, org), x), nil
}

// Condition is Where for a search that was read before.
func (l List) Condition(scope Scope, x search.Expr) sq.Sqlizer {
	if x == nil {
		return nil
	}
	word := func(w search.Word) sq.Sqlizer {
		if l.Trigrams && !w.Whole {
			return contains(l.Words, w.Text)
		}
		return Word(l.Words, w)
	}
	term := func(t search.Term) sq.Sqlizer {
		if compile, ok := l.Terms[t.Command]; ok {
			return compile(scope, t)
		}
		return sq.Expr("false")
	}
	return Compile(x, word, term)
}

// Word looks for a word in a text in small letters.
func Word(lower string, w search.Word) sq.Sqlizer {
	text := strings.TrimSpace(w.Text)
	inside := sq.Expr(lower+" like lower(?)", "%"+Literally(text)+"%")
	if !w.Whole {
		return inside
	}
	return sq.And{inside, sq.Expr(lower+" ~ lower(?)", `(^|[^[:alnum:]])`+regexpEscaper.Replace(text)+`($|[^[:alnum:]])`)}
}

// regexpEscaper makes what has a meaning in a regular expression stand for itself.
var regexpEscaper = strings.NewReplacer(`\`, `\\`, `.`, `\.`, `*`, `\*`, `+`, `\+`, `?`, `\?`, `(`, `\(`, `)`, `\)`,
	`[`, `\[`, `]`, `\]`, `{`, `\{`, `}`, `\}`, `^`, `\^`, `$`, `\$`, `|`, `\|`)
