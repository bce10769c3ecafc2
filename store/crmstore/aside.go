package crmstore

import (
	"context"
	"fmt"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
)

// aside names a row that stays for a while after it is deleted: its table has deleted_at.
type aside struct {
	table string // "crm.notes"
	id    int64
	none  error // what to answer when there is no such row
}

// putAside marks a row as deleted. One that is deleted already is absent.
func (s *Store) putAside(ctx context.Context, org domain.OrgID, row aside) error {
	return s.mark(ctx, org, row, "delete", sq.Expr("now()"), sq.Eq{"deleted_at": nil})
}

// takeBack undoes putAside. A row that is not deleted stays as it is.
func (s *Store) takeBack(ctx context.Context, org domain.OrgID, row aside) error {
	return s.mark(ctx, org, row, "restore", nil, sq.Eq{})
}

func (s *Store) mark(ctx context.Context, org domain.OrgID, row aside, verb string, deletedAt any, only sq.Eq) error {
	marked, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update(row.table).Set("deleted_at", deletedAt).
		Where(sq.Eq{"org_id": org, "id": row.id}).Where(only))
	switch {
	case err != nil:
		return fmt.Errorf("%s row of %s: %w", verb, strings.TrimPrefix(row.table, "crm."), err)
	case marked == 0:
		return row.none
	}
	return nil
}
