package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// SetDoNotContact implements crm.DoNotContacts.
func (s *Store) SetDoNotContact(ctx context.Context, org domain.OrgID, id crm.ContactID, mark crm.DoNotContact) (bool, error) {
	changed, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Insert("crm.do_not_contact as d").
		Columns("org_id", "contact_id", "channel", "reason", "comment", "origin").
		Values(org, id, mark.Channel, mark.Reason, mark.Comment, mark.Origin).
		Suffix(`on conflict (org_id, contact_id, channel) do update
			set reason = excluded.reason, comment = excluded.comment, origin = excluded.origin, created_at = now()
			where d.reason <> excluded.reason or (excluded.reason = 'manual' and d.comment <> excluded.comment)`))
	switch {
	case store.IsForeignKey(err):
		return false, noContact(id)
	case err != nil:
		return false, fmt.Errorf("set do-not-contact: %w", err)
	}
	return changed > 0, nil
}

// ClearDoNotContact implements crm.DoNotContacts.
func (s *Store) ClearDoNotContact(ctx context.Context, org domain.OrgID, id crm.ContactID, channel crm.Channel) (bool, error) {
	changed, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("crm.do_not_contact").
		Where(sq.Eq{"org_id": org, "contact_id": id, "channel": channel}))
	if err != nil {
		return false, fmt.Errorf("clear do-not-contact: %w", err)
	}
	if changed > 0 {
		return true, nil
	}
	_, err = s.Contact(ctx, org, id) // nothing to clear, or nobody there?
	return false, err
}
