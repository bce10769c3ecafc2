package crmstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store"
)

// searching turns the text of a search into a condition on crm.contacts c; nil for one that asks for
// nothing. A text that can't be read is Invalid.
func (s *Store) searching(ctx context.Context, org domain.OrgID, q crm.ContactQuery) (sq.Sqlizer, error) {
	run := contactSearch{org: org, q: q}
	if strings.Contains(q.Search, ":") { // only commands ask for fields
		var err error
		if run.fields, err = s.Fields(ctx, org); err != nil {
			return nil, err
		}
	}
	x, err := search.Parse(q.Search, crm.ContactCommands(run.fields))
	if err != nil || x == nil {
		return nil, err
	}
	if run.named, err = s.names(ctx, org, x); err != nil {
		return nil, err
	}
	return run.sql(x), nil
}

// contactSearch compiles one search. Conditions are parameters and literals of this file only.
type contactSearch struct {
	org    domain.OrgID
	q      crm.ContactQuery
	fields []crm.Field
	named  named
}

func (s contactSearch) sql(x search.Expr) sq.Sqlizer {
	switch x := x.(type) {
	case search.And:
		all := make(sq.And, len(x))
		for i, part := range x {
			all[i] = s.sql(part)
		}
		return all
	case search.Or:
		all := make(sq.Or, len(x))
		for i, part := range x {
			all[i] = s.sql(part)
		}
		return all
	case search.Not: // what is unknown is not so either
		return sq.Expr("(?) is not true", s.sql(x.X))
	case search.Word:
		return wordSQL(x)
	case search.Term:
		return s.term(x)
	}
	return sq.Expr("false")
}

// wordSQL looks into what the trigram index holds. Of one or two letters it has none in the middle of a
// word, but the beginnings of words.
func wordSQL(w search.Word) sq.Sqlizer {
	text := strings.TrimSpace(w.Text)
	inside := sq.Expr("c.search like lower(?)", store.Contains(text))
	switch {
	case w.Whole:
		return sq.And{inside, sq.Expr("c.search ~ lower(?)", `(^|[^[:alnum:]])`+regexpEscaper.Replace(text)+`($|[^[:alnum:]])`)}
	case len([]rune(text)) <= 2:
		begins := literally(text) + "%"
		return sq.Or{sq.Expr("c.search like lower(?)", begins), sq.Expr("c.search like lower(?)", "% "+begins)}
	}
	return inside
}

// regexpEscaper makes what has a meaning in a regular expression stand for itself.
var regexpEscaper = strings.NewReplacer(`\`, `\\`, `.`, `\.`, `*`, `\*`, `+`, `\+`, `?`, `\?`, `(`, `\(`, `)`, `\)`,
	`[`, `\[`, `]`, `\]`, `{`, `\{`, `}`, `\}`, `^`, `\^`, `$`, `\$`, `|`, `\|`)

// term compiles a command. Commands that are not among these name a custom field.
func (s contactSearch) term(t search.Term) sq.Sqlizer {
	switch t.Command {
	case "tag":
		return s.tag(t)
	case "segment":
		return s.segment(t)
	case "owner":
		return s.owner(t)
	case "is":
		return s.is(t)
	case "has":
		return s.has(t.Value)
	case "dnc":
		return s.dnc(t)
	case "ids":
		return sq.Expr("c.id = any(?)", search.ParseIDs(t.Value))
	case "import_id":
		return s.imported(t)
	case "points":
		return pointsSQL(t)
	case "created":
		return s.dateSQL("c.created_at", t)
	case "updated":
		return s.dateSQL("c.updated_at", t)
	}
	if column, ok := textColumns[t.Command]; ok {
		return column(t)
	}
	if i := slices.IndexFunc(s.fields, func(f crm.Field) bool { return f.Alias == t.Command }); i >= 0 {
		return s.custom(s.fields[i], t)
	}
	return sq.Expr("false")
}

// pattern is the LIKE pattern for a value: with stars it is like the whole, without them a part of it.
func pattern(t search.Term) string {
	if t.Literal || !strings.Contains(t.Value, "*") {
		return store.Contains(strings.TrimSpace(t.Value))
	}
	pieces := strings.Split(t.Value, "*")
	for i, piece := range pieces {
		pieces[i] = literally(piece)
	}
	return strings.Join(pieces, "%")
}

// literally is a text as a part of a LIKE pattern.
func literally(text string) string {
	contains := store.Contains(text)
	return contains[1 : len(contains)-1]
}

// equalTo compares a whole name, whatever the case; with stars it is a pattern.
func equalTo(column string, t search.Term) sq.Sqlizer {
	if !t.Literal && strings.Contains(t.Value, "*") {
		return sq.Expr(column+" like lower(?)", pattern(t))
	}
	return sq.Expr(column+" = lower(?)", strings.TrimSpace(t.Value))
}

// numberSQL compares an expression that is a number.
func numberSQL(column string, t search.Term) sq.Sqlizer {
	if t.Any() {
		return sq.Expr(column + " is not null")
	}
	op := t.Op
	if op == search.Is {
		op = "="
	}
	return sq.Expr(fmt.Sprintf("%s %s ?::text::numeric", column, op), t.Value)
}
