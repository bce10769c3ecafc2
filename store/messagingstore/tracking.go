package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// SentBySid implements messaging.Tracking.
func (s *Store) SentBySid(ctx context.Context, sids []string) ([]messaging.Sent, error) {
	found, err := store.Many[messaging.Sent](ctx, s.db.Querier(ctx),
		store.SQL.Select("m.sid, m.org_id as org, m.id, m.class, m.contact_id as contact, m.campaign_id, m.email_id, e.name as email_name").
			From("messaging.messages m").
			LeftJoin("messaging.emails e on e.org_id = m.org_id and e.id = m.email_id").
			Where("m.sid = any(?)", sids))
	if err != nil {
		return nil, fmt.Errorf("find messages by sid: %w", err)
	}
	return found, nil
}

// LinkTarget implements messaging.Tracking.
func (s *Store) LinkTarget(ctx context.Context, sid string, key messaging.LinkKey) (string, error) {
	target, err := store.Value[string](ctx, s.db.Querier(ctx),
		store.SQL.Select("l.url").From("messaging.messages m").Join("messaging.links l on l.org_id = m.org_id").
			Where(sq.Eq{"m.sid": sid, "l.key": key[:]}))
	switch {
	case store.IsNoRows(err):
		return "", domain.NotFound("This link leads nowhere.")
	case err != nil:
		return "", fmt.Errorf("read link: %w", err)
	}
	return target, nil
}
