package crmstore

import (
	"context"
	"fmt"
	"time"

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

// LockField implements crm.FieldDefinitions.
func (s *Store) LockField(ctx context.Context, org domain.OrgID, id crm.FieldID) (crm.Field, error) {
	field, err := store.One[crm.Field](ctx, s.db.Querier(ctx), selectField.Where(sq.Eq{"org_id": org, "id": id}).Suffix("for update"))
	switch {
	case store.IsNoRows(err):
		return crm.Field{}, noField(id)
	case err != nil:
		return crm.Field{}, fmt.Errorf("lock field: %w", err)
	}
	return field, nil
}

// InsertField implements crm.FieldDefinitions.
func (s *Store) InsertField(ctx context.Context, org domain.OrgID, f crm.Field) (crm.FieldID, error) {
	id, err := store.Value[crm.FieldID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.fields").
		Columns("org_id", "alias", "label", "type", "field_group", "position", "hint", "options", "settings", "default_value",
			"is_required", "is_unique", "is_publicly_updatable", "is_indexed", "is_published", "created_at", "updated_at").
		Values(org, f.Alias, f.Label, f.Type, f.Group,
			sq.Expr("(select coalesce(max(position), 0) + 1 from crm.fields where org_id = ? and field_group = ?)", org, f.Group),
			f.Hint, f.Options, f.Settings, orNull(f.Default),
			f.IsRequired, f.IsUnique, f.IsPubliclyUpdatable, f.IsIndexed, f.IsPublished, f.CreatedAt, f.UpdatedAt).
		Suffix("on conflict on constraint fields_alias_unique do nothing returning id"))
	switch {
	case store.IsNoRows(err):
		conflict := domain.Conflict("There is a field with the alias %s already.", f.Alias)
		conflict.Field = "alias"
		return 0, conflict
	case err != nil:
		return 0, fmt.Errorf("insert field: %w", err)
	}
	return id, nil
}

// orNull keeps "no default" from becoming JSON's null.
func orNull(value any) any {
	if value == nil {
		return nil
	}
	return jsonValue{value}
}

// SaveField implements crm.FieldDefinitions.
func (s *Store) SaveField(ctx context.Context, org domain.OrgID, f crm.Field) error {
	saved, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.fields").
		Set("label", f.Label).Set("type", f.Type).Set("field_group", f.Group).Set("hint", f.Hint).Set("options", f.Options).
		Set("settings", f.Settings).Set("default_value", orNull(f.Default)).Set("is_required", f.IsRequired).Set("is_unique", f.IsUnique).
		Set("is_publicly_updatable", f.IsPubliclyUpdatable).Set("is_indexed", f.IsIndexed).Set("is_published", f.IsPublished).
		Set("updated_at", f.UpdatedAt).Where(sq.Eq{"org_id": org, "id": f.ID}))
	switch {
	case err != nil:
		return fmt.Errorf("save field: %w", err)
	case saved == 0:
		return noField(f.ID)
	}
	return nil
}

// PlaceFields implements crm.FieldDefinitions.
func (s *Store) PlaceFields(ctx context.Context, org domain.OrgID, ids []crm.FieldID) error {
	// Those that are not named come after those that are, in the order that they have.
	_, err := store.Exec(ctx, s.db.Querier(ctx), sq.Expr(`update crm.fields f set position = placed.position
		from (select g.id, row_number() over (partition by g.field_group order by array_position($2::bigint[], g.id), g.position, g.id) as position
			from crm.fields g where g.org_id = $1) placed
		where f.org_id = $1 and f.id = placed.id and f.position <> placed.position`, org, ids))
	if err != nil {
		return fmt.Errorf("place fields: %w", err)
	}
	return nil
}

// DeleteField implements crm.FieldDefinitions.
func (s *Store) DeleteField(ctx context.Context, org domain.OrgID, id crm.FieldID) error {
	deleted, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("crm.fields").Where(sq.Eq{"org_id": org, "id": id}))
	switch {
	case err != nil:
		return fmt.Errorf("delete field: %w", err)
	case deleted == 0:
		return noField(id)
	}
	return nil
}

// FieldHolders implements crm.FieldDefinitions.
func (s *Store) FieldHolders(ctx context.Context, org domain.OrgID) (map[string]int, error) {
	type row struct {
		Alias    string
		Contacts int
	}
	rows, err := store.Many[row](ctx, s.db.Read(), sq.Expr(`select key as alias, count(*) as contacts
		from crm.contacts c, jsonb_object_keys(c.fields) key where c.org_id = $1 group by key`, org))
	if err != nil {
		return nil, fmt.Errorf("count values of fields: %w", err)
	}
	holders := make(map[string]int, len(rows))
	for _, row := range rows {
		holders[row.Alias] = row.Contacts
	}
	return holders, nil
}

// HoldersOfField implements crm.FieldDefinitions.
func (s *Store) HoldersOfField(ctx context.Context, org domain.OrgID, alias string) (int, error) {
	n, err := store.Value[int](ctx, s.db.Read(), store.SQL.Select("count(*)").From("crm.contacts").Where(sq.Eq{"org_id": org}).Where("fields ?? ?", alias))
	if err != nil {
		return 0, fmt.Errorf("count values of a field: %w", err)
	}
	return n, nil
}

// TimeZone implements crm.FieldDefinitions.
func (s *Store) TimeZone(ctx context.Context, org domain.OrgID) (*time.Location, error) {
	name, err := store.Value[string](ctx, s.db.Querier(ctx), store.SQL.Select("time_zone").From("identity.organizations").Where(sq.Eq{"id": org}))
	if err != nil {
		return nil, fmt.Errorf("read time zone: %w", err)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, nil //nolint:nilerr // a zone that no longer loads is UTC everywhere
	}
	return zone, nil
}

func noField(id crm.FieldID) error { return domain.NotFound("There is no contact field %d.", id) }
