package crmstore

import (
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store/searchsql"
)

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
		return searchsql.CompareNumber(fmt.Sprintf("(case when jsonb_typeof(c.fields -> '%s') = 'number' then (c.fields ->> '%s')::numeric end)", f.Alias, f.Alias), t)
	case crm.FieldBoolean:
		return sq.Expr("c.fields @> jsonb_build_object(?::text, ?::boolean)", f.Alias, t.Value == "yes")
	case crm.FieldDate:
		return searchsql.CompareDay(text+` collate "C"`, t, func(d search.Day, later int) sq.Sqlizer { return sq.Expr("?::text", s.scope.Day(d, later)) })
	case crm.FieldDatetime: // kept in UTC
		return searchsql.CompareDay(text+` collate "C"`, t, func(d search.Day, later int) sq.Sqlizer {
			return sq.Expr(`to_char(? at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')`, s.scope.Midnight(d, later))
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
