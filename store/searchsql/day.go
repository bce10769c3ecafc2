package searchsql

import (
	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/search"
)

// zone is the organization's; a day is theirs.
const zone = "(select o.time_zone from identity.organizations o where o.id = ?)"

// Date compares a time with a day: more is after its end, less before its beginning.
func Date(column string) Term {
	return func(scope Scope, t search.Term) sq.Sqlizer { return CompareDay(column, t, scope.Midnight) }
}

// Day is the date that a search names, so many days later.
func (s Scope) Day(d search.Day, later int) sq.Sqlizer {
	if d.Date != "" {
		return sq.Expr("(?::text::date + ?::int)", d.Date, later)
	}
	return sq.Expr("((now() at time zone "+zone+")::date + ?::int)", s.Org, later-d.Ago)
}

// Midnight is the time at which that day begins.
func (s Scope) Midnight(d search.Day, later int) sq.Sqlizer {
	return sq.Expr("(?::timestamp at time zone "+zone+")", s.Day(d, later), s.Org)
}

// CompareDay compares a column with what border makes of the beginning of a day.
func CompareDay(column string, t search.Term, border func(d search.Day, later int) sq.Sqlizer) sq.Sqlizer {
	if t.Any() {
		return sq.Expr(column + " is not null")
	}
	d, _ := search.ParseDay(t.Value) // the reader has checked it
	begins := func(op string, later int) sq.Sqlizer { return sq.Expr(column+" "+op+" ?", border(d, later)) }
	switch t.Op {
	case search.More:
		return begins(">=", 1)
	case search.AtLeast:
		return begins(">=", 0)
	case search.Less:
		return begins("<", 0)
	case search.AtMost:
		return begins("<", 1)
	}
	return sq.And{begins(">=", 0), begins("<", 1)}
}
