package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

var selectField = store.SQL.Select("id", "alias", "label", "type", "field_group as \"group\"", "position", "hint", "options", "settings",
	"default_value as \"default\"", "is_required", "is_unique", "is_publicly_updatable", "is_indexed", "is_published", "created_at", "updated_at").
	From("crm.fields")

// Fields implements crm.FieldDefinitions.
func (s *Store) Fields(ctx context.Context, org domain.OrgID) ([]crm.Field, error) {
	fields, err := store.Many[crm.Field](ctx, s.db.Querier(ctx), selectField.Where(sq.Eq{"org_id": org}).
		OrderBy("array_position(array['core', 'social', 'personal', 'professional'], field_group)", "position", "id"))
	if err != nil {
		return nil, fmt.Errorf("list fields: %w", err)
	}
	return fields, nil
}
