package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// isOpen is what the indexes of open jobs and imports hold: few rows.
const isOpen = "state in ('queued', 'running')"

const countWork = `
select (select count(*) from crm.jobs where org_id = $1 and ` + isOpen + `)
	+ (select count(*) from crm.imports where org_id = $1 and ` + isOpen + `)`

// CountWork implements crm.Works.
func (s *Store) CountWork(ctx context.Context, org domain.OrgID) (int, error) {
	n, err := store.Value[int](ctx, s.db.Read(), sq.Expr(countWork, org))
	if err != nil {
		return 0, fmt.Errorf("count what runs: %w", err)
	}
	return n, nil
}

// RunningImports implements crm.Works.
func (s *Store) RunningImports(ctx context.Context, org domain.OrgID) ([]crm.Import, error) {
	imports, err := store.Many[crm.Import](ctx, s.db.Read(), selectImport.Where(sq.Eq{"org_id": org}).Where(isOpen).OrderBy("id").Limit(domain.MaxLimit))
	if err != nil {
		return nil, fmt.Errorf("list running imports: %w", err)
	}
	return imports, nil
}
