package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// InsertNotice implements messaging.Notices.
func (s *Store) InsertNotice(ctx context.Context, org domain.OrgID, id messaging.MessageID, n messaging.NoticeText) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Insert("messaging.notes").
		Columns("org_id", "message_id", "contact_id", "subject", "text").Values(org, id, n.About, n.Subject, n.Text).
		Suffix("on conflict do nothing"))
	if err != nil {
		return fmt.Errorf("insert notice: %w", err)
	}
	return nil
}

// Notice implements messaging.Notices.
func (s *Store) Notice(ctx context.Context, org domain.OrgID, id messaging.MessageID) (messaging.NoticeText, error) {
	notice, err := store.One[messaging.NoticeText](ctx, s.db.Querier(ctx), store.SQL.
		Select("n.subject", "n.text", "n.contact_id as about").From("messaging.notes n").
		Join("crm.contacts c on c.org_id = n.org_id and c.id = n.contact_id"). // nothing is told about a deleted contact
		Where(sq.Eq{"n.org_id": org, "n.message_id": id}))
	switch {
	case store.IsNoRows(err):
		return notice, domain.NotFound("There is no notice %d.", id)
	case err != nil:
		return notice, fmt.Errorf("read notice: %w", err)
	}
	return notice, nil
}
