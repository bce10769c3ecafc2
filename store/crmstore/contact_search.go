package crmstore

import (
	"context"
	"slices"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store/searchsql"
)

// searching turns the text of a search into a condition on crm.contacts c; nil for one that asks for
// nothing. A text that can't be read is Invalid.
func (s *Store) searching(ctx context.Context, org domain.OrgID, q crm.ContactQuery) (sq.Sqlizer, error) {
	run := contactSearch{scope: searchsql.Scope{Org: org, Viewer: q.Viewer}}
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
	return searchsql.Compile(x, wordSQL, run.term), nil
}

// contactSearch compiles one search.
type contactSearch struct {
	scope  searchsql.Scope
	fields []crm.Field
	named  named
}

// wordSQL looks into what the trigram index holds. Of one or two letters it has none in the middle of a
// word, but the beginnings of words.
func wordSQL(w search.Word) sq.Sqlizer {
	text := strings.TrimSpace(w.Text)
	if w.Whole || len([]rune(text)) > 2 {
		return searchsql.Word("c.search", w)
	}
	begins := searchsql.Literally(text) + "%"
	return sq.Or{sq.Expr("c.search like lower(?)", begins), sq.Expr("c.search like lower(?)", "% "+begins)}
}

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
		return searchsql.IDs("c.id")(s.scope, t)
	case "import_id":
		return s.imported(t)
	case "points":
		return pointsSQL(t)
	case "created":
		return searchsql.Date("c.created_at")(s.scope, t)
	case "updated":
		return searchsql.Date("c.updated_at")(s.scope, t)
	}
	if column, ok := textColumns[t.Command]; ok {
		return column(t)
	}
	if i := slices.IndexFunc(s.fields, func(f crm.Field) bool { return f.Alias == t.Command }); i >= 0 {
		return s.custom(s.fields[i], t)
	}
	return sq.Expr("false")
}
