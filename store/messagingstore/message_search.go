package messagingstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/searchsql"
)

// reasonText is the English of why a message has not gone out, as messages_search has it.
const reasonText = "lower(split_part(m.reason, chr(31), 1))"

// messageSearch is what searches of the ledger mean. named are the campaigns, emails and SMS of one search:
// with their numbers in the statement the planner knows common ones from rare ones.
func messageSearch(windows messaging.UnknownWindows, named messaging.Named) searchsql.List {
	return searchsql.List{
		Commands: messaging.MessageCommands,
		Words:    "lower(m.address)",
		Trigrams: true,
		Terms: map[string]searchsql.Term{
			"to":          searchsql.Trigrams("lower(m.address)"),
			"state":       searchsql.OneOf("m.state"),
			"delivery":    searchsql.OneOf("m.delivery"),
			"reason":      searchsql.Trigrams(reasonText),
			"campaign":    among("m.campaign_id", named),
			"email":       among("m.email_id", named),
			"sms":         among("m.sms_id", named),
			"contact":     searchsql.IDs("m.contact_id"),
			"channel":     searchsql.OneOf("m.channel"),
			"is":          messageKinds(windows),
			"sent":        searchsql.Date("m.sent_at"),
			"created":     searchsql.Date("m.created_at"),
			"provider_id": whole("m.provider_id"),
			"sid":         whole("m.sid"),
			"ids":         searchsql.IDs("m.id"),
		},
	}
}

func messageKinds(windows messaging.UnknownWindows) searchsql.Term {
	return searchsql.Choice(searchsql.Cases{
		"overdue":       func(searchsql.Scope) sq.Sqlizer { return overdue(windows) },
		"marketing":     searchsql.When("m.class = 'marketing'"),
		"transactional": searchsql.When("m.class = 'transactional'"),
		"test":          searchsql.When("m.class = 'test'"),
		"internal":      searchsql.When("m.class = 'internal'"),
	})
}

// among finds records by the numbers that were looked up for a term.
func among(column string, named messaging.Named) searchsql.Term {
	return func(_ searchsql.Scope, t search.Term) sq.Sqlizer {
		switch ids := named[t]; {
		case t.Any():
			return sq.Expr(column + " is not null")
		case len(ids) == 0:
			return sq.Expr("false")
		default:
			return sq.Expr(column+" = any(?)", ids)
		}
	}
}

// whole compares a text with all of its letters as they are, by its index.
func whole(column string) searchsql.Term {
	return func(_ searchsql.Scope, t search.Term) sq.Sqlizer {
		if t.Any() {
			return sq.Expr(column + " <> ''")
		}
		return sq.And{sq.Expr(column + " <> ''"), sq.Eq{column: strings.TrimSpace(t.Value)}}
	}
}

// messagesLike is the condition of a search of the ledger; nil for one that asks for nothing.
func (s *Store) messagesLike(ctx context.Context, org domain.OrgID, q messaging.MessageQuery) (sq.Sqlizer, error) {
	x, err := search.Parse(q.Search, messaging.MessageCommands)
	if err != nil || x == nil {
		return nil, err
	}
	named := messaging.Named{}
	for _, t := range search.Terms(x) {
		switch {
		case t.Any():
		case t.Command == "campaign":
			named[t] = q.Campaigns[t]
		case t.Command == "email":
			named[t], err = s.written(ctx, org, "messaging.emails", t)
		case t.Command == "sms":
			named[t], err = s.written(ctx, org, "messaging.sms", t)
		}
		if err != nil {
			return nil, err
		}
	}
	return messageSearch(q.Windows, named).Condition(searchsql.ScopeOf(ctx, org), x), nil
}

// written looks up emails or SMS by a name or a number.
func (s *Store) written(ctx context.Context, org domain.OrgID, table string, t search.Term) ([]int64, error) {
	if id, err := strconv.ParseInt(strings.TrimSpace(t.Value), 10, 64); err == nil {
		return []int64{id}, nil
	}
	ids, err := store.Values[int64](ctx, s.db.Read(), store.SQL.Select("id").From(table).Where(sq.Eq{"org_id": org}).
		Where(searchsql.Text("name")(searchsql.ScopeOf(ctx, org), t)).OrderBy("id"))
	if err != nil {
		return nil, fmt.Errorf("look up what messages are made from: %w", err)
	}
	return ids, nil
}
