package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// ColleagueNames implements crm.Colleagues.
func (s *Store) ColleagueNames(ctx context.Context, org domain.OrgID, users []identity.UserID) (map[identity.UserID]string, error) {
	type row struct {
		ID   identity.UserID
		Name string
	}
	rows, err := store.Many[row](ctx, s.db.Read(), store.SQL.Select("u.id", "coalesce(nullif(u.name, ''), u.email) as name").
		From("identity.users u").Join("identity.org_members m on m.user_id = u.id").
		Where(sq.Eq{"m.org_id": org}).Where("u.id = any(?)", users))
	if err != nil {
		return nil, fmt.Errorf("read names of colleagues: %w", err)
	}
	names := make(map[identity.UserID]string, len(rows))
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	return names, nil
}

// Owners implements crm.Colleagues.
func (s *Store) Owners(ctx context.Context, org domain.OrgID) ([]crm.Colleague, error) {
	colleagues, err := store.Many[crm.Colleague](ctx, s.db.Read(), store.SQL.Select("u.id", "coalesce(nullif(u.name, ''), u.email) as name").
		From("identity.users u").Join("identity.org_members m on m.user_id = u.id").
		Where(sq.Eq{"m.org_id": org}).OrderBy("lower(coalesce(nullif(u.name, ''), u.email))", "u.id"))
	if err != nil {
		return nil, fmt.Errorf("list colleagues: %w", err)
	}
	return colleagues, nil
}
