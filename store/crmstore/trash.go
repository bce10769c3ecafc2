package crmstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

var selectTrashed = store.SQL.Select("c.id", "c.firstname", "c.lastname", "c.email", "c.phone", "c.company", "c.deleted_at", "c.deleted_by", "c.fields").
	Column("coalesce((select coalesce(nullif(u.name, ''), u.email) from identity.users u where u.id = c.deleted_by), '') as deleter").
	Column("(select o.id from crm.contacts o where o.org_id = c.org_id and o.email_norm = c.email_norm) as taken_by").
	From("crm.all_contacts c")

// Trash implements crm.Trash.
func (s *Store) Trash(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[crm.TrashedContact], error) {
	order, err := store.Order(q, map[string]string{"id": "id", "deletedAt": "deleted_at", "lastname": "lastname", "email": "email"}, "deletedAt")
	if err != nil {
		return domain.Page[crm.TrashedContact]{}, err
	}
	window := q.Normal()
	matching, err := inTrash(org, identity.ActorFrom(ctx).User, window.Search)
	if err != nil {
		return domain.Page[crm.TrashedContact]{}, err
	}
	total, err := store.Count(ctx, s.db.Read(), matching)
	if err != nil {
		return domain.Page[crm.TrashedContact]{}, fmt.Errorf("count deleted contacts: %w", err)
	}
	ids := matching.OrderBy(order).Limit(uint64(window.Limit)).Offset(uint64(window.Offset())).PlaceholderFormat(sq.Question)
	contacts, err := store.Many[crm.TrashedContact](ctx, s.db.Read(), selectTrashed.Where(sq.Eq{"c.org_id": org}).Where(sq.Expr("c.id in (?)", ids)).OrderBy(order))
	if err != nil {
		return domain.Page[crm.TrashedContact]{}, fmt.Errorf("list deleted contacts: %w", err)
	}
	return domain.NewPage(contacts, total, window), nil
}

const (
	trashContacts = `with locked as (
			select id from crm.contacts where org_id = $1 and id = any($2) order by id for update),
		changed as (
			update crm.all_contacts c set deleted_at = $3, deleted_by = $4 from locked
			where c.org_id = $1 and c.id = locked.id returning c.id),
		counted as (select crm.add_to_contact_count($1, -count(*)) from changed)
		select id from changed, counted`
	restoreContacts = `with changed as (
			update crm.all_contacts set deleted_at = null, deleted_by = null
			where org_id = $1 and id = any($2) and deleted_at is not null returning id),
		counted as (select crm.add_to_contact_count($1, count(*)) from changed)
		select id from changed, counted`
	countedByStatement = `select set_config('mauntic.contacts_are_counted', $1, true)`
)

// TrashContacts implements crm.Trash. Rows are locked in the order of their ids.
func (s *Store) TrashContacts(ctx context.Context, org domain.OrgID, ids []crm.ContactID, by *identity.UserID, at time.Time) ([]crm.ContactID, error) {
	deleted, err := s.countAtOnce(ctx, org, statement{trashContacts, []any{org, ids, at, by}})
	if err != nil {
		return nil, fmt.Errorf("delete contacts: %w", err)
	}
	return deleted, nil
}

// countAtOnce carries out a statement that adds to the number of contacts itself. Left to the trigger,
// every contact adds a row to it.
func (s *Store) countAtOnce(ctx context.Context, org domain.OrgID, change statement) (changed []crm.ContactID, err error) {
	err = s.db.InTx(ctx, org, func(ctx context.Context) error {
		q := s.db.Querier(ctx)
		if _, err := q.Exec(ctx, countedByStatement, "on"); err != nil {
			return err
		}
		if changed, err = store.Values[crm.ContactID](ctx, q, change); err != nil {
			return err
		}
		_, err := q.Exec(ctx, countedByStatement, "off")
		return err
	})
	return changed, err
}

// LockTrash implements crm.Trash.
func (s *Store) LockTrash(ctx context.Context, org domain.OrgID, ids []crm.ContactID) ([]crm.TrashedContact, error) {
	contacts, err := store.Many[crm.TrashedContact](ctx, s.db.Querier(ctx), selectTrashed.Where(sq.Eq{"c.org_id": org}).
		Where("c.deleted_at is not null").Where("c.id = any(?)", ids).OrderBy("c.id").Suffix("for update of c"))
	if err != nil {
		return nil, fmt.Errorf("read deleted contacts: %w", err)
	}
	return contacts, nil
}

// RestoreContacts implements crm.Trash.
func (s *Store) RestoreContacts(ctx context.Context, org domain.OrgID, ids []crm.ContactID) error {
	_, err := s.countAtOnce(ctx, org, statement{restoreContacts, []any{org, ids}})
	switch {
	case store.IsUnique(err, "contacts_email_unique"):
		return domain.Conflict("Another contact has taken the email address at this moment. Try again.")
	case store.IsUnique(err, ""): // of a field that identifies contacts
		return domain.Conflict("Another contact has the value of a field that identifies contacts by now. Change it there, then restore again.")
	case err != nil:
		return fmt.Errorf("restore contacts: %w", err)
	}
	return nil
}

// EraseContacts implements crm.Trash.
func (s *Store) EraseContacts(ctx context.Context, org domain.OrgID, ids []crm.ContactID) (erased []crm.ContactID, err error) {
	// The contact takes its journeys along; one that runs holds its own row and wants the contact's.
	err = s.db.RepeatDeadlocked(ctx, func() (err error) {
		erased, err = store.Values[crm.ContactID](ctx, s.db.Querier(ctx), store.SQL.Delete("crm.all_contacts").
			Where(sq.Eq{"org_id": org}).Where("deleted_at is not null").Where("id = any(?)", ids).Suffix("returning id"))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("erase contacts: %w", err)
	}
	return erased, nil
}
