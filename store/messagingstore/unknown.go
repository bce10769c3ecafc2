package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// overdue says that an unknown message has waited longer for news than its class may.
func overdue(w messaging.UnknownWindows) sq.Sqlizer {
	return sq.Expr("m.state = 'unknown' and m.call_deadline < now() - case when m.class = 'marketing' then ?::interval else ?::interval end",
		w.Marketing, w.Transactional)
}

// CountUnknown implements messaging.Unknowns.
func (s *Store) CountUnknown(ctx context.Context, org domain.OrgID, w messaging.UnknownWindows) (messaging.UnknownCount, error) {
	count, err := store.One[messaging.UnknownCount](ctx, s.db.Read(),
		store.SQL.Select("count(*) as open").Column(sq.Alias(sq.Expr("count(*) filter (where ?)", overdue(w)), "overdue")).
			From("messaging.messages m").Where(sq.Eq{"m.org_id": org}).Where("m.state = 'unknown'"))
	if err != nil {
		return messaging.UnknownCount{}, fmt.Errorf("count unknown messages: %w", err)
	}
	return count, nil
}

// ToResend implements messaging.Unknowns.
func (s *Store) ToResend(ctx context.Context, limit int) ([]messaging.Report, error) {
	return s.named(ctx, store.SQL.Select("org_id as org", "id as message").From("messaging.messages").
		Where("state = 'ready' and resends > 0 and (not_before is null or not_before <= now())").OrderBy("id"), limit)
}

// named reads organization and id of messages.
func (s *Store) named(ctx context.Context, query sq.SelectBuilder, limit int) ([]messaging.Report, error) {
	type row struct {
		Org     domain.OrgID
		Message messaging.MessageID
	}
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), query.Limit(uint64(max(limit, 0))))
	if err != nil {
		return nil, fmt.Errorf("find messages: %w", err)
	}
	reports := make([]messaging.Report, len(rows))
	for i, r := range rows {
		reports[i] = messaging.Report{Org: r.Org, Message: r.Message}
	}
	return reports, nil
}
