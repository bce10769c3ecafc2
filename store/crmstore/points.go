package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// The sum is a bigint, so that it can be cut to what the column holds.
const changePoints = `
with old as (select id, points from crm.contacts where org_id = $1 and id = $2 for update)
update crm.contacts c
set points = greatest(-2147483648, least(2147483647, case when $3 then 0 else old.points end + $4::bigint)), updated_at = now()
from old where c.org_id = $1 and c.id = old.id
returning old.points as before, c.points as after`

// ChangePoints implements crm.Points.
func (s *Store) ChangePoints(ctx context.Context, org domain.OrgID, id crm.ContactID, change crm.PointsChange) (crm.PointsChanged, error) {
	changed, err := store.One[crm.PointsChanged](ctx, s.db.Querier(ctx), sq.Expr(changePoints, org, id, change.Set, change.Points))
	switch {
	case store.IsNoRows(err):
		return changed, noContact(id)
	case err != nil:
		return changed, fmt.Errorf("change points: %w", err)
	}
	return changed, nil
}
