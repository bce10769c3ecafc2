package crmstore

import (
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
)

// zone is the organization's; a day is theirs.
const zone = "(select o.time_zone from identity.organizations o where o.id = ?)"

// day is the date that a search names, so many days later.
func (s contactSearch) day(d search.Day, later int) sq.Sqlizer {
	if d.Date != "" {
		return sq.Expr("(?::text::date + ?::int)", d.Date, later)
	}
	return sq.Expr("((now() at time zone "+zone+")::date + ?::int)", s.org, later-d.Ago)
}

// midnight is the time at which that day begins.
func (s contactSearch) midnight(d search.Day, later int) sq.Sqlizer {
	return sq.Expr("(?::timestamp at time zone "+zone+")", s.day(d, later), s.org)
}

// dateSQL compares a time with a day: more is after its end, less before its beginning.
func (s contactSearch) dateSQL(column string, t search.Term) sq.Sqlizer {
	return compareDay(column, t, s.midnight)
}

func compareDay(column string, t search.Term, border func(search.Day, int) sq.Sqlizer) sq.Sqlizer {
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

// custom compiles a condition on a custom field. Its alias comes from a definition, whose form the table
// checks: an index on the field is found only when the alias is part of the statement.
func (s contactSearch) custom(f crm.Field, t search.Term) sq.Sqlizer {
	text := fmt.Sprintf("(c.fields ->> '%s')", f.Alias)
	if t.Any() {
		return sq.Expr(text + " <> '' and " + text + " <> '[]'")
	}
	switch f.Type {
	case crm.FieldNumber:
		if t.Op == search.Is {
			return sq.Expr("c.fields @> jsonb_build_object(?::text, ?::text::numeric)", f.Alias, t.Value)
		}
		return numberSQL(fmt.Sprintf("(case when jsonb_typeof(c.fields -> '%s') = 'number' then (c.fields ->> '%s')::numeric end)", f.Alias, f.Alias), t)
	case crm.FieldBoolean:
		return sq.Expr("c.fields @> jsonb_build_object(?::text, ?::boolean)", f.Alias, t.Value == "yes")
	case crm.FieldDate:
		return compareDay(text+` collate "C"`, t, func(d search.Day, later int) sq.Sqlizer { return sq.Expr("?::text", s.day(d, later)) })
	case crm.FieldDatetime: // kept in UTC
		return compareDay(text+` collate "C"`, t, func(d search.Day, later int) sq.Sqlizer {
			return sq.Expr(`to_char(? at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')`, s.midnight(d, later))
		})
	case crm.FieldSelect:
		if len(f.Options) > 0 {
			return sq.Expr("c.fields @> jsonb_build_object(?::text, ?::text)", f.Alias, t.Value)
		}
	case crm.FieldMultiselect:
		if len(f.Options) > 0 {
			return sq.Expr("c.fields @> jsonb_build_object(?::text, jsonb_build_array(?::text))", f.Alias, t.Value)
		}
	}
	return textSQL("lower("+text+")", text, t)
}
