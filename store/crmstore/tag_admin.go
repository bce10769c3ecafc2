package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// Tag implements crm.TagAdmin.
func (s *Store) Tag(ctx context.Context, org domain.OrgID, id crm.TagID) (crm.Tag, error) {
	tag, err := store.One[crm.Tag](ctx, s.db.Querier(ctx), selectTag.Where(sq.Eq{"t.org_id": org, "t.id": id}))
	switch {
	case store.IsNoRows(err):
		return crm.Tag{}, noTag(id)
	case err != nil:
		return crm.Tag{}, fmt.Errorf("read tag: %w", err)
	}
	return tag, nil
}

// TagNames implements crm.TagAdmin.
func (s *Store) TagNames(ctx context.Context, org domain.OrgID, limit int) ([]string, error) {
	names, err := store.Values[string](ctx, s.db.Read(), store.SQL.Select("name").From("crm.tags").
		Where(sq.Eq{"org_id": org}).OrderBy("name_norm").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read names of tags: %w", err)
	}
	return names, nil
}

// InsertTag implements crm.TagAdmin.
func (s *Store) InsertTag(ctx context.Context, org domain.OrgID, t crm.Tag) (crm.TagID, error) {
	id, err := store.Value[crm.TagID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.tags").
		Columns("org_id", "name", "description", "created_at").Values(org, t.Name, t.Description, t.CreatedAt).Suffix("returning id"))
	switch {
	case store.IsUnique(err, "tags_name_unique"):
		return 0, tagTaken(t.Name)
	case err != nil:
		return 0, fmt.Errorf("insert tag: %w", err)
	}
	return id, nil
}

// SaveTag implements crm.TagAdmin.
func (s *Store) SaveTag(ctx context.Context, org domain.OrgID, t crm.Tag) error {
	saved, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.tags").
		Set("name", t.Name).Set("description", t.Description).Where(sq.Eq{"org_id": org, "id": t.ID}))
	switch {
	case store.IsUnique(err, "tags_name_unique"):
		return tagTaken(t.Name)
	case err != nil:
		return fmt.Errorf("save tag: %w", err)
	case saved == 0:
		return noTag(t.ID)
	}
	return nil
}

const moveTag = `with batch as (
		select contact_id from crm.contact_tags where org_id = $1 and tag_id = $2 and contact_id > $4 order by contact_id limit $5),
	moved as (
		delete from crm.contact_tags ct using batch b where ct.org_id = $1 and ct.tag_id = $2 and ct.contact_id = b.contact_id
		returning ct.contact_id),
	given as (
		insert into crm.contact_tags (org_id, contact_id, tag_id)
		select $1, contact_id, $3 from moved order by contact_id on conflict do nothing)
	select count(*) as moved, coalesce(max(contact_id), 0) as last from moved`

// MoveTag implements crm.TagAdmin.
func (s *Store) MoveTag(ctx context.Context, org domain.OrgID, m crm.TagMerge, after crm.ContactID, limit int) (int, crm.ContactID, error) {
	type batch struct {
		Moved int
		Last  crm.ContactID
	}
	done, err := store.One[batch](ctx, s.db.Querier(ctx), sq.Expr(moveTag, org, m.From, m.Into, after, limit))
	if err != nil {
		return 0, 0, fmt.Errorf("merge tags: %w", err)
	}
	return done.Moved, done.Last, nil
}

// LockTag implements crm.TagAdmin.
func (s *Store) LockTag(ctx context.Context, org domain.OrgID, id crm.TagID) error {
	_, err := store.Value[crm.TagID](ctx, s.db.Querier(ctx), store.SQL.Select("id").From("crm.tags").
		Where(sq.Eq{"org_id": org, "id": id}).Suffix("for update"))
	switch {
	case store.IsNoRows(err):
		return noTag(id)
	case err != nil:
		return fmt.Errorf("lock tag: %w", err)
	}
	return nil
}

// DeleteTag implements crm.TagAdmin.
func (s *Store) DeleteTag(ctx context.Context, org domain.OrgID, id crm.TagID) error {
	return s.putAside(ctx, org, aside{"crm.all_tags", int64(id), noTag(id)})
}

// RestoreTag implements crm.TagAdmin.
func (s *Store) RestoreTag(ctx context.Context, org domain.OrgID, id crm.TagID) error {
	err := s.takeBack(ctx, org, aside{"crm.all_tags", int64(id), noTag(id)})
	if store.IsUnique(err, "tags_name_unique") {
		return domain.Conflict("Another tag has taken the name meanwhile. Rename that one first.")
	}
	return err
}

func noTag(id crm.TagID) error { return domain.NotFound("There is no tag %d.", id) }

func tagTaken(name string) error {
	conflict := domain.Conflict("Another tag is called %s already. The two can be merged.", name)
	conflict.Field = "name"
	return conflict
}
