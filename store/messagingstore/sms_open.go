package messagingstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// LastSMS implements messaging.Correspondence.
func (s *Store) LastSMS(ctx context.Context, org domain.OrgID, provider, number string) (messaging.LastSMS, bool, error) {
	query := store.SQL.Select("m.org_id as org, m.id as message, m.contact_id as contact, m.campaign_id").From("messaging.messages m").
		Where(sq.Eq{"m.channel": messaging.ChannelSMS, "m.address": number, "m.provider": provider}).
		Where("m.state in ('sent', 'unknown')").OrderBy("m.id desc").Limit(1)
	if org != 0 {
		query = query.Where(sq.Eq{"m.org_id": org})
	}
	last, err := store.One[messaging.LastSMS](ctx, s.db.Querier(ctx), query)
	switch {
	case store.IsNoRows(err):
		return last, false, nil
	case err != nil:
		return last, false, fmt.Errorf("read last SMS: %w", err)
	}
	return last, true, nil
}

// openSMS reads by two indexes: that of sending times, and that of unknown messages.
const openSMS = `
select org, id, provider_id, at from (
	select m.org_id as org, m.id, m.provider_id, m.sent_at as at from messaging.messages m
	where m.sent_at between $2 and $3 and m.state = 'sent' and m.channel = 'sms' and m.provider = $1 and m.delivery in ('', 'accepted', 'delayed')
	union all
	select m.org_id, m.id, m.provider_id, m.call_deadline from messaging.messages m
	where m.call_deadline between $2 and $3 and m.state = 'unknown' and m.channel = 'sms' and m.provider = $1
) open where id > $4 order by id limit $5`

// OpenSMS implements messaging.OpenTexts.
func (s *Store) OpenSMS(ctx context.Context, provider string, from, until time.Time, after messaging.MessageID, limit int) ([]messaging.OpenSMS, error) {
	rows, err := s.db.Read().Query(ctx, openSMS, provider, from, until, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list SMS without news: %w", err)
	}
	open, err := pgx.CollectRows(rows, pgx.RowToStructByName[messaging.OpenSMS])
	if err != nil {
		return nil, fmt.Errorf("list SMS without news: %w", err)
	}
	return open, nil
}
