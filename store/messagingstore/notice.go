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
		Select("subject", "text", "contact_id as about").From("messaging.notes").Where(sq.Eq{"org_id": org, "message_id": id}))
	switch {
	case store.IsNoRows(err):
		return notice, domain.NotFound("There is no notice %d.", id)
	case err != nil:
		return notice, fmt.Errorf("read notice: %w", err)
	}
	return notice, nil
}
