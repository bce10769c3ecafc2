package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// LockContacts implements crm.Bulks.
func (s *Store) LockContacts(ctx context.Context, org domain.OrgID, ids []crm.ContactID) ([]crm.Contact, error) {
	contacts, err := store.Many[crm.Contact](ctx, s.db.Querier(ctx), selectContact.Where(sq.Eq{"c.org_id": org}).
		Where("c.id = any(?)", ids).OrderBy("c.id").Suffix("for no key update of c"))
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	return contacts, nil
}

// SaveContacts implements crm.Bulks.
func (s *Store) SaveContacts(ctx context.Context, org domain.OrgID, contacts []crm.Contact) error {
	if len(contacts) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	for _, contact := range contacts {
		text, args, err := updateContact(org, contact).ToSql()
		if err != nil {
			return fmt.Errorf("build statement: %w", err)
		}
		batch.Queue(text, args...)
	}
	if err := s.db.Querier(ctx).SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("save contacts: %w", err)
	}
	return nil
}

const (
	addTagPairs = `with added as (
			insert into crm.contact_tags (org_id, contact_id, tag_id)
			select distinct $1::bigint, c.id, t.id
			from unnest($2::bigint[], $3::text[]) as pair (contact, name)
			join crm.contacts c on c.org_id = $1 and c.id = pair.contact
			join crm.tags t on t.org_id = $1 and t.name_norm = lower(pair.name)
			order by c.id, t.id
			on conflict do nothing returning contact_id, tag_id)
		select a.contact_id, array_agg(t.name order by t.name_norm) as names
		from added a join crm.tags t on t.org_id = $1 and t.id = a.tag_id group by a.contact_id`

	removeTagPairs = `with removed as (
			delete from crm.contact_tags ct using crm.tags t, crm.contacts c, unnest($2::bigint[], $3::text[]) as pair (contact, name)
			where ct.org_id = $1 and t.org_id = $1 and c.org_id = $1 and ct.contact_id = pair.contact and c.id = ct.contact_id
				and t.id = ct.tag_id and t.name_norm = lower(pair.name)
			returning ct.contact_id, t.name, t.name_norm)
		select contact_id, array_agg(name order by name_norm) as names from removed group by contact_id`
)

// TagMany implements crm.Bulks.
func (s *Store) TagMany(ctx context.Context, org domain.OrgID, change crm.TagPairs) (map[crm.ContactID][]string, error) {
	type row struct {
		ContactID crm.ContactID
		Names     []string
	}
	changed := map[crm.ContactID][]string{}
	if len(change.Contacts) == 0 {
		return changed, nil
	}
	statement := removeTagPairs
	if change.Add {
		statement = addTagPairs
		distinct := map[string]bool{}
		for _, name := range change.Names {
			distinct[name] = true
		}
		if _, err := s.db.Querier(ctx).Exec(ctx, createTags, org, sortedKeys(distinct)); err != nil {
			return nil, fmt.Errorf("create tags: %w", err)
		}
	}
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), sq.Expr(statement, org, change.Contacts, change.Names))
	if err != nil {
		return nil, fmt.Errorf("change tags: %w", err)
	}
	for _, row := range rows {
		changed[row.ContactID] = row.Names
	}
	return changed, nil
}

// ForbidMany implements crm.Bulks.
func (s *Store) ForbidMany(ctx context.Context, org domain.OrgID, ids []crm.ContactID, mark crm.DoNotContact) ([]crm.ContactID, error) {
	marked, err := store.Values[crm.ContactID](ctx, s.db.Querier(ctx), sq.Expr(`insert into crm.do_not_contact (org_id, contact_id, channel, reason, comment, origin)
		select $1::bigint, c.id, $3::text, $4::text, $5::text, $6::text from crm.contacts c where c.org_id = $1 and c.id = any($2) order by c.id
		on conflict (org_id, contact_id, channel) do nothing returning contact_id`, org, ids, mark.Channel, mark.Reason, mark.Comment, mark.Origin))
	if err != nil {
		return nil, fmt.Errorf("set do-not-contact: %w", err)
	}
	return marked, nil
}

// AllowMany implements crm.Bulks.
func (s *Store) AllowMany(ctx context.Context, org domain.OrgID, ids []crm.ContactID, channel crm.Channel, origin string) (map[crm.ContactID]crm.DoNotContact, error) {
	type row struct {
		ContactID crm.ContactID
		crm.DoNotContact
	}
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), sq.Expr(`delete from crm.do_not_contact d using crm.contacts c
		where d.org_id = $1 and d.contact_id = any($2) and d.channel = $3 and d.reason = $4 and ($5 = '' or d.origin = $5)
			and c.org_id = $1 and c.id = d.contact_id
		returning d.contact_id, d.channel, d.reason, d.comment, d.origin, d.created_at`, org, ids, channel, crm.Manual, origin))
	if err != nil {
		return nil, fmt.Errorf("clear do-not-contact: %w", err)
	}
	cleared := make(map[crm.ContactID]crm.DoNotContact, len(rows))
	for _, row := range rows {
		cleared[row.ContactID] = row.DoNotContact
	}
	return cleared, nil
}
