package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// ViewsNaming implements crm.FieldUsers.
func (s *Store) ViewsNaming(ctx context.Context, org domain.OrgID, text string) ([]crm.View, error) {
	like := store.Contains(text)
	views, err := store.Many[crm.View](ctx, s.db.Read(), selectView.Where(sq.Eq{"v.org_id": org, "v.deleted_at": nil}).
		Where("concat_ws(' ', v.search, v.order_by, array_to_string(v.columns, ' ')) ilike ?", like).OrderBy("lower(v.name)", "v.id"))
	if err != nil {
		return nil, fmt.Errorf("find views that name a field: %w", err)
	}
	return views, nil
}

const importsNaming = `select 'import' as kind, id, file_name as name from crm.imports
	where org_id = $1 and state in ('mapping', 'checking', 'queued', 'running')
		and (settings ->> 'match' = $2 or columns @> jsonb_build_array(jsonb_build_object('field', $2::text)))
	order by lower(file_name), id limit $3`

// ImportsNaming implements crm.FieldUsers.
func (s *Store) ImportsNaming(ctx context.Context, org domain.OrgID, field string, limit int) ([]crm.FieldUse, error) {
	uses, err := store.Many[crm.FieldUse](ctx, s.db.Read(), sq.Expr(importsNaming, org, field, limit))
	if err != nil {
		return nil, fmt.Errorf("find imports that fill a field: %w", err)
	}
	return uses, nil
}
