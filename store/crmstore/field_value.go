package crmstore

import (
	"context"
	"encoding/json"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// jsonValue is a value on its way into a column of type jsonb: a text is written as JSON's text.
type jsonValue struct{ value any }

// MarshalJSON implements json.Marshaler.
func (v jsonValue) MarshalJSON() ([]byte, error) { return json.Marshal(v.value) }

// FieldValues implements crm.FieldValues.
func (s *Store) FieldValues(ctx context.Context, org domain.OrgID, alias string, after crm.ContactID, limit int) ([]crm.FieldValue, error) {
	values, err := store.Many[crm.FieldValue](ctx, s.db.Querier(ctx), store.SQL.Select("id as contact").Column("fields -> ?::text as value", alias).
		From("crm.all_contacts").Where(sq.Eq{"org_id": org}).Where(sq.Gt{"id": after}).Where("fields ?? ?", alias).
		OrderBy("id").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read values of field: %w", err)
	}
	return values, nil
}

// SaveFieldValues implements crm.FieldValues.
func (s *Store) SaveFieldValues(ctx context.Context, org domain.OrgID, alias string, values []crm.FieldValue) error {
	ids, news := make([]crm.ContactID, len(values)), make([]jsonValue, len(values))
	for i, value := range values {
		ids[i], news[i] = value.Contact, jsonValue{value.Value}
	}
	_, err := store.Exec(ctx, s.db.Querier(ctx), sq.Expr(`update crm.all_contacts c set fields = jsonb_set(c.fields, array[$2::text], row.value)
		from unnest($3::bigint[], $4::jsonb[]) as row (id, value) where c.org_id = $1 and c.id = row.id`, org, alias, ids, news))
	if err != nil {
		return fmt.Errorf("save values of field: %w", err)
	}
	return nil
}

// dropBatch is how many contacts one statement looks at: it locks those that it changes.
const dropBatch = 5_000

const dropFieldValues = `with batch as (select id from crm.all_contacts where org_id = $1 and id > $3 order by id limit $4),
	changed as (
		update crm.all_contacts c set fields = c.fields - $2::text from batch
		where c.org_id = $1 and c.id = batch.id and c.fields ? $2::text returning c.id)
	select coalesce(max(id), 0) as last, (select count(*) from changed) as dropped from batch`

// DropFieldValues implements crm.FieldValues.
func (s *Store) DropFieldValues(ctx context.Context, org domain.OrgID, alias string, after crm.ContactID) (crm.ContactID, int, error) {
	type row struct {
		Last    crm.ContactID
		Dropped int
	}
	var found row
	err := s.db.RepeatDeadlocked(ctx, func() (err error) {
		found, err = store.One[row](ctx, s.db.Querier(ctx), sq.Expr(dropFieldValues, org, alias, after, dropBatch))
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("drop values of field: %w", err)
	}
	return found.Last, found.Dropped, nil
}

// CountFieldValues implements crm.FieldValues.
func (s *Store) CountFieldValues(ctx context.Context, org domain.OrgID, alias string, most int) (int, error) {
	some := store.SQL.Select("1").From("crm.all_contacts").Where(sq.Eq{"org_id": org}).Where("fields ?? ?", alias).Limit(uint64(most))
	n, err := store.Value[int](ctx, s.db.Querier(ctx), store.SQL.Select("count(*)").FromSelect(some, "held"))
	if err != nil {
		return 0, fmt.Errorf("count values of field: %w", err)
	}
	return n, nil
}

// SharedFieldValues implements crm.FieldValues.
func (s *Store) SharedFieldValues(ctx context.Context, org domain.OrgID, alias string) (int, error) {
	shared, err := store.Value[int](ctx, s.db.Querier(ctx), sq.Expr(`select coalesce(sum(n), 0)::int from (
		select count(*) as n from crm.contacts where org_id = $1 and fields ? $2 group by lower(fields ->> $2) having count(*) > 1) shared`, org, alias))
	if err != nil {
		return 0, fmt.Errorf("count shared values: %w", err)
	}
	return shared, nil
}

// ContactByField implements crm.FieldValues.
func (s *Store) ContactByField(ctx context.Context, org domain.OrgID, alias, value string) (crm.ContactID, error) {
	// The alias and the organization are part of the statement: only then the planner sees that the index fits.
	id, err := store.Value[crm.ContactID](ctx, s.db.Querier(ctx), sq.Expr(fmt.Sprintf(
		"select id from crm.contacts where org_id = %d and %s = lower($1) order by id limit 1", org, fieldExpression(alias)), value))
	switch {
	case store.IsNoRows(err):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("find contact by field: %w", err)
	}
	return id, nil
}
