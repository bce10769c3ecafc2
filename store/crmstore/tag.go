package crmstore

import (
	"context"
	"errors"
	"fmt"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// tagSize sums up what crm.group_sizes knows; from that it takes the few deleted contacts, as segments do.
const tagSize = `(select coalesce(sum(n), 0)::bigint from crm.group_sizes s where s.org_id = t.org_id and s.kind = 'tag' and s.group_id = t.id)
		- (select count(*) from crm.all_contacts c join crm.contact_tags ct
			on ct.org_id = t.org_id and ct.contact_id = c.id and ct.tag_id = t.id
			where c.org_id = t.org_id and c.deleted_at is not null)`

var selectTag = store.SQL.Select("id", "name", "description", "created_at").Column(tagSize + " as contacts").From("crm.tags t")

// Tags implements crm.Tags.
func (s *Store) Tags(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[crm.Tag], error) {
	order, err := store.Order(q, map[string]string{"name": "name_norm", "id": "id", "createdAt": "created_at", "contacts": "contacts"}, "name")
	if err != nil {
		return domain.Page[crm.Tag]{}, err
	}
	matches, err := tagSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[crm.Tag]{}, err
	}
	page, err := store.Page[crm.Tag](ctx, s.db.Read(), selectTag.Where(sq.Eq{"t.org_id": org}).Where(matches), q, order)
	if err != nil {
		return page, fmt.Errorf("list tags: %w", err)
	}
	return page, nil
}

const (
	contactExists = `select 1 from crm.contacts where org_id = $1 and id = $2`

	// Tags are looked for first: an insert that only meets a conflict would still use up an id.
	createTags = `insert into crm.tags (org_id, name)
		select $1, wanted from unnest($2::text[]) wanted
		where not exists (select from crm.tags t where t.org_id = $1 and t.name_norm = lower(wanted))
		order by lower(wanted) -- two who create the same tags don't wait for each other
		on conflict (org_id, name_norm) where deleted_at is null do nothing`

	// A statement of its own, so that it also sees tags that somebody else has just created.
	addTags = `with added as (
			insert into crm.contact_tags (org_id, contact_id, tag_id)
			select $1, $2, t.id from crm.tags t
			where t.org_id = $1 and t.name_norm in (select lower(name) from unnest($3::text[]) name)
			on conflict do nothing returning tag_id)
		select t.name from added join crm.tags t on t.org_id = $1 and t.id = added.tag_id order by t.name_norm`

	removeTags = `with removed as (
			delete from crm.contact_tags ct using crm.tags t
			where ct.org_id = $1 and ct.contact_id = $2 and t.org_id = ct.org_id and t.id = ct.tag_id
				and t.name_norm in (select lower(name) from unnest($3::text[]) name)
			returning t.name, t.name_norm)
		select name from removed order by name_norm`
)

// ChangeTags implements crm.Tags.
func (s *Store) ChangeTags(ctx context.Context, org domain.OrgID, id crm.ContactID, change crm.TagChange) (crm.TagChange, error) {
	var changed crm.TagChange
	batch := &pgx.Batch{}
	batch.Queue(contactExists, org, id).QueryRow(func(row pgx.Row) error { return row.Scan(new(int)) })
	if len(change.Add) > 0 {
		batch.Queue(createTags, org, change.Add)
		batch.Queue(addTags, org, id, change.Add).Query(collectNames(&changed.Add))
	}
	if len(change.Remove) > 0 {
		batch.Queue(removeTags, org, id, change.Remove).Query(collectNames(&changed.Remove))
	}
	err := s.db.Querier(ctx).SendBatch(ctx, batch).Close()
	switch {
	case errors.Is(err, pgx.ErrNoRows), store.IsForeignKey(err):
		return crm.TagChange{}, noContact(id)
	case err != nil:
		return crm.TagChange{}, fmt.Errorf("change tags: %w", err)
	}
	return changed, nil
}

func collectNames(names *[]string) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}
}
