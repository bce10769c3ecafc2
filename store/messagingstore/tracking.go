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
		store.SQL.Select("m.sid, m.org_id as org, m.id, m.channel, m.class, m.contact_id as contact, m.campaign_id, m.email_id, e.name as email_name, m.sms_id, x.name as sms_name").
			From("messaging.messages m").
			LeftJoin("messaging.emails e on e.org_id = m.org_id and e.id = m.email_id").
			LeftJoin("messaging.sms x on x.org_id = m.org_id and x.id = m.sms_id").
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

// ShortLink implements messaging.Tracking.
func (s *Store) ShortLink(ctx context.Context, token messaging.ShortToken) (messaging.ShortTarget, error) {
	short, err := store.One[messaging.ShortTarget](ctx, s.db.Querier(ctx),
		store.SQL.Select("m.sid, l.url").From("messaging.short_links t").
			Join("messaging.messages m on m.org_id = t.org_id and m.id = t.message_id").
			Join("messaging.links l on l.org_id = t.org_id and l.key = t.key").
			Where(sq.Eq{"t.token": token[:]}))
	switch {
	case store.IsNoRows(err):
		return messaging.ShortTarget{}, domain.NotFound("This link leads nowhere.")
	case err != nil:
		return messaging.ShortTarget{}, fmt.Errorf("read short link: %w", err)
	}
	return short, nil
}
