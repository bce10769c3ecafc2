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

const messageColumns = `m.id, m.sid, m.key, m.channel, m.class, m.state, m.contact_id as contact, m.email_id as email, m.sms_id as sms, m.campaign_id, m.journey_id,
	m.step_id, m.address, m.reason, m.provider, m.provider_id, m.attempts, m.not_before, m.call_deadline, m.sent_at, m.created_at, m.updated_at,
	m.sender_domain, m.waits_for, m.waits_since, m.delivery, m.delivery_at, m.delivery_detail, m.bounce_class, m.settled_by, m.operator, m.resends`

var (
	selectMessage = store.SQL.Select(messageColumns).From("messaging.messages m")
	messageOrder  = map[string]string{"id": "id"}
)

// insertMessage looks up contact, email and SMS, so that a missing one leaves a null instead of an
// error that would spoil the caller's transaction. The update on conflict changes nothing; it is
// what makes Postgres return the row.
const insertMessage = `
insert into messaging.messages as m (org_id, sid, key, channel, class, state, contact_id, email_id, sms_id, campaign_id, journey_id, step_id, address)
values ($1, $2, $3, $4, $5, 'ready',
	(select id from crm.contacts where org_id = $1 and id = $6),
	(select id from messaging.emails where org_id = $1 and id = $7),
	(select id from messaging.sms where org_id = $1 and id = $12),
	nullif($8, 0), nullif($9, 0), nullif($10, ''), $11)
on conflict (org_id, key) do update set key = excluded.key
returning ` + messageColumns

// InsertMessage implements messaging.Ledger.
func (s *Store) InsertMessage(ctx context.Context, org domain.OrgID, n messaging.NewMessage) (messaging.Message, error) {
	rows, err := s.db.Querier(ctx).Query(ctx, insertMessage, org, n.Sid, n.Key, n.Channel, n.Class,
		n.Contact, n.Email, n.Campaign, n.Journey, n.Step, n.Address, n.SMS)
	if err != nil {
		return messaging.Message{}, fmt.Errorf("insert message: %w", err)
	}
	message, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[messaging.Message])
	if err != nil {
		return messaging.Message{}, fmt.Errorf("insert message: %w", err)
	}
	return message, nil
}

// Message implements messaging.Ledger.
func (s *Store) Message(ctx context.Context, org domain.OrgID, id messaging.MessageID) (messaging.Message, error) {
	message, err := store.One[messaging.Message](ctx, s.db.Querier(ctx), selectMessage.Where(sq.Eq{"m.org_id": org, "m.id": id}))
	return message, noMessage(err, "read message", id)
}

// Messages implements messaging.Ledger.
func (s *Store) Messages(ctx context.Context, org domain.OrgID, q messaging.MessageQuery) (domain.Page[messaging.Message], error) {
	order, err := store.Order(q.PageQuery, messageOrder, "id")
	if err != nil {
		return domain.Page[messaging.Message]{}, err
	}
	query := selectMessage.Where(sq.Eq{"m.org_id": org})
	if q.Contact != 0 {
		query = query.Where(sq.Eq{"m.contact_id": q.Contact})
	}
	if q.Email != 0 {
		query = query.Where(sq.Eq{"m.email_id": q.Email})
	}
	if q.SMS != 0 {
		query = query.Where(sq.Eq{"m.sms_id": q.SMS})
	}
	if q.Channel != "" {
		query = query.Where(sq.Eq{"m.channel": q.Channel})
	}
	if q.Campaign != 0 {
		query = query.Where(sq.Eq{"m.campaign_id": q.Campaign})
	}
	if q.State != "" {
		query = query.Where(sq.Eq{"m.state": q.State})
	}
	if q.Overdue {
		query = query.Where(overdue(q.Windows))
	}
	if q.Delivery != "" {
		query = query.Where(sq.Eq{"m.delivery": q.Delivery})
	}
	matches, err := s.messagesLike(ctx, org, q)
	if err != nil {
		return domain.Page[messaging.Message]{}, err
	}
	page, err := store.FoundPage[messaging.Message](ctx, s.db.Read(), query, matches, q.PageQuery, order)
	if err != nil {
		return page, fmt.Errorf("list messages: %w", err)
	}
	return page, nil
}

// Settle implements messaging.Ledger.
func (s *Store) Settle(ctx context.Context, org domain.OrgID, end messaging.Settlement) (bool, error) {
	const settle = `
update messaging.messages
set state = $4, reason = $5, provider_id = coalesce(nullif($6, ''), provider_id), not_before = null, updated_at = now(),
	call_deadline = case when $4 = 'unknown' then call_deadline end,
	sent_at = case when $4 = 'sent' then now() end,
	settled_by = case when $4 = 'sent' then 'answer' else '' end,
	waits_for = case when $4 = 'ready' then 'provider' else '' end,
	waits_since = case when $4 = 'ready' then coalesce(waits_since, now()) end
where org_id = $1 and id = $2 and state = $3`
	tag, err := s.db.Querier(ctx).Exec(ctx, settle, org, end.Message, end.From, end.State, end.Reason, end.ProviderID)
	if err != nil {
		return false, fmt.Errorf("settle message: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// Defer implements messaging.Ledger.
func (s *Store) Defer(ctx context.Context, org domain.OrgID, id messaging.MessageID, until *time.Time, reason domain.Kept) error {
	const put = `
update messaging.messages
set reason = $3, not_before = $4, updated_at = now(), waits_for = 'rule', waits_since = coalesce(waits_since, now())
where org_id = $1 and id = $2 and state = 'ready'`
	if _, err := s.db.Querier(ctx).Exec(ctx, put, org, id, reason, until); err != nil {
		return fmt.Errorf("defer message: %w", err)
	}
	return nil
}

// SweepCalling implements messaging.Ledger. Ten seconds more than the deadline keep it out of the
// way of a call that is being recorded.
func (s *Store) SweepCalling(ctx context.Context, reason domain.Kept) (int, error) {
	const sweep = `
update messaging.messages set state = 'unknown', reason = $1, updated_at = now()
where state = 'calling' and call_deadline < now() - interval '10 seconds'`
	tag, err := s.db.Querier(ctx).Exec(ctx, sweep, reason)
	if err != nil {
		return 0, fmt.Errorf("sweep calling messages: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

func noMessage(err error, doing string, id messaging.MessageID) error {
	switch {
	case store.IsNoRows(err):
		return domain.NotFound("There is no message %d.", id)
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
