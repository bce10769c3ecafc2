package identitystore

import (
	"context"
	"encoding/json"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// Preferences implements identity.Preferences.
func (s *Store) Preferences(ctx context.Context, org domain.OrgID, user identity.UserID, names []string) (map[string]json.RawMessage, error) {
	type row struct {
		Name  string
		Value json.RawMessage
	}
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), store.SQL.Select("name", "value").From("identity.preferences").
		Where(sq.Eq{"org_id": org, "user_id": user}).Where("name = any(?)", names))
	if err != nil {
		return nil, fmt.Errorf("read preferences: %w", err)
	}
	found := make(map[string]json.RawMessage, len(rows))
	for _, row := range rows {
		found[row.Name] = row.Value
	}
	return found, nil
}

// SetPreference implements identity.Preferences.
func (s *Store) SetPreference(ctx context.Context, org domain.OrgID, user identity.UserID, name string, value json.RawMessage) error {
	q := s.db.Querier(ctx)
	var err error
	if value == nil {
		_, err = store.Exec(ctx, q, store.SQL.Delete("identity.preferences").Where(sq.Eq{"org_id": org, "user_id": user, "name": name}))
	} else {
		_, err = store.Exec(ctx, q, store.SQL.Insert("identity.preferences").Columns("org_id", "user_id", "name", "value").
			Values(org, user, name, value).
			Suffix("on conflict (org_id, user_id, name) do update set value = excluded.value, updated_at = now()"))
	}
	if err != nil {
		return fmt.Errorf("store preference: %w", err)
	}
	return nil
}
