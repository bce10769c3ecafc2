package crmstore

import (
	"context"
	"fmt"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/searchsql"
)

// SearchValues implements crm.SearchValues.
func (s *Store) SearchValues(ctx context.Context, org domain.OrgID, command, begin string, limit int) ([]search.Value, error) {
	query, ok := valuesOf[command]
	if !ok {
		return nil, nil
	}
	begins := searchsql.Literally(strings.TrimSpace(begin)) + "%"
	values, err := store.Many[search.Value](ctx, s.db.Read(), query(org, begins).Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("look for values of %s: %w", command, err)
	}
	return values, nil
}

// beginsWord matches texts of which a word begins like the pattern.
func beginsWord(text, begins string) sq.Sqlizer {
	return sq.Or{sq.Expr("lower("+text+") like lower(?)", begins), sq.Expr("lower("+text+") like lower(?)", "% "+begins)}
}

// distinctStages walks the index on stages from one to the next: a million contacts are in a dozen stages.
const distinctStages = `(with recursive stages as (
		(select lower(stage) as stage from crm.all_contacts where org_id = ? and stage is not null order by lower(stage) limit 1)
		union all
		select (select lower(n.stage) from crm.all_contacts n where n.org_id = ? and n.stage is not null and lower(n.stage) > s.stage
			order by lower(n.stage) limit 1) from stages s where s.stage is not null
	) select stage from stages where stage is not null limit 200) as s on true`

// valuesOf are the commands whose values are kept somewhere.
var valuesOf = map[string]func(org domain.OrgID, begins string) sq.SelectBuilder{
	"tag": func(org domain.OrgID, begins string) sq.SelectBuilder {
		return store.SQL.Select("t.name as value", "'' as label").From("crm.tags t").Where(sq.Eq{"t.org_id": org}).
			Where(beginsWord("t.name", begins)).OrderBy("t.name_norm")
	},
	"segment": func(org domain.OrgID, begins string) sq.SelectBuilder {
		return store.SQL.Select("g.alias as value", "g.name as label").From("crm.segments g").Where(sq.Eq{"g.org_id": org}).
			Where(sq.Or{sq.Expr("g.alias like lower(?)", begins), beginsWord("g.name", begins)}).OrderBy("lower(g.name)", "g.id")
	},
	"owner": func(org domain.OrgID, begins string) sq.SelectBuilder {
		return store.SQL.Select("u.email as value", "u.name as label").From("identity.users u").
			Join("identity.org_members m on m.user_id = u.id").Where(sq.Eq{"m.org_id": org}).
			Where(sq.Or{sq.Expr("lower(u.email) like lower(?)", begins), beginsWord("u.name", begins)}).OrderBy("lower(u.name)", "u.id")
	},
	"stage": func(org domain.OrgID, begins string) sq.SelectBuilder {
		return store.SQL.Select("s.stage as value", "'' as label").From("(values (1)) as one").Join(distinctStages, org, org).
			Where("s.stage like lower(?)", begins).OrderBy("s.stage")
	},
}
