package messagingstore

import (
	"context"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

var selectSMSInbox = store.SQL.Select("i.id, i.sid, i.number, i.body, i.incoming, i.created_at").From("messaging.sms_inbox i")

// CaptureSMS implements messaging.SMSInbox.
func (s *Store) CaptureSMS(ctx context.Context, org domain.OrgID, sms messaging.CapturedSMS) (messaging.InboxID, error) {
	id, err := store.Value[messaging.InboxID](ctx, s.db.Querier(ctx),
		store.SQL.Insert("messaging.sms_inbox").Columns("org_id", "sid", "number", "body", "incoming").
			Values(org, sms.Sid, sms.Number, sms.Body, sms.Incoming).
			Suffix("on conflict (org_id, sid) do update set sid = excluded.sid returning id"))
	if err != nil {
		return 0, fmt.Errorf("capture SMS: %w", err)
	}
	return id, nil
}

// Conversations implements messaging.SMSInbox.
func (s *Store) Conversations(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[messaging.CapturedSMS], error) {
	order, err := store.Order(q, inboxOrder, "id")
	if err != nil {
		return domain.Page[messaging.CapturedSMS]{}, err
	}
	query := selectSMSInbox.Where(sq.Eq{"i.org_id": org}).
		Where("not exists (select from messaging.sms_inbox n where n.org_id = i.org_id and n.number = i.number and n.id > i.id)")
	matches, err := smsInboxSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[messaging.CapturedSMS]{}, err
	}
	query = query.Where(matches)
	page, err := store.LongPage[messaging.CapturedSMS](ctx, s.db.Read(), query, q, order)
	if err != nil {
		return page, fmt.Errorf("list captured SMS: %w", err)
	}
	return page, nil
}

// Conversation implements messaging.SMSInbox.
func (s *Store) Conversation(ctx context.Context, org domain.OrgID, id messaging.InboxID, limit int) ([]messaging.CapturedSMS, error) {
	list, err := store.Many[messaging.CapturedSMS](ctx, s.db.Querier(ctx),
		selectSMSInbox.Join("messaging.sms_inbox this on this.org_id = i.org_id and this.number = i.number").
			Where(sq.Eq{"i.org_id": org, "this.id": id}).OrderBy("i.id desc").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read captured SMS: %w", err)
	}
	slices.Reverse(list)
	return list, nil
}
