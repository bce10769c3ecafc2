package messagingstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// findReported looks by sid first. The ids of a provider are its own affair: of two messages with
// one id, the newer one is meant.
const findReported = `
select f.no, m.org_id as org, m.id as message
from unnest($1::text[], $2::text[], $3::text[]) with ordinality f (sid, provider, provider_id, no)
cross join lateral (
	select org_id, id from messaging.messages where sid = f.sid and f.sid <> ''
	union all
	(select org_id, id from messaging.messages
		where provider_id = f.provider_id and provider = f.provider and f.provider_id <> '' and f.sid = '' order by id desc limit 1)
) m`

type reportedRow struct {
	No      int
	Org     domain.OrgID
	Message messaging.MessageID
}

// FindReported implements messaging.Reports.
func (s *Store) FindReported(ctx context.Context, list []messaging.Feedback) ([]messaging.Report, error) {
	sids, providers, ids := make([]string, len(list)), make([]string, len(list)), make([]string, len(list))
	reports := make([]messaging.Report, len(list))
	for i, f := range list {
		sids[i], providers[i], ids[i] = f.Sid, f.Provider, f.ProviderID
		reports[i].Feedback = f
	}
	rows, err := s.db.Querier(ctx).Query(ctx, findReported, sids, providers, ids)
	if err != nil {
		return nil, fmt.Errorf("find messages of reports: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[reportedRow])
	if err != nil {
		return nil, fmt.Errorf("find messages of reports: %w", err)
	}
	for _, row := range found {
		reports[row.No-1].Org, reports[row.No-1].Message = row.Org, row.Message
	}
	return reports, nil
}

// LockMessages implements messaging.Reports. The order of ids keeps two transactions from waiting for
// each other.
func (s *Store) LockMessages(ctx context.Context, org domain.OrgID, ids []messaging.MessageID) ([]messaging.Heard, error) {
	messages, err := store.Many[messaging.Heard](ctx, s.db.Querier(ctx), store.SQL.Select(messageColumns,
		"coalesce(m.state = 'calling' and m.call_deadline > now(), false) as in_flight",
		"(select e.name from messaging.emails e where e.org_id = m.org_id and e.id = m.email_id) as email_name",
		"(select x.name from messaging.sms x where x.org_id = m.org_id and x.id = m.sms_id) as sms_name").
		From("messaging.messages m").
		Where(sq.Eq{"m.org_id": org}).Where("m.id = any(?)", ids).OrderBy("m.id").Suffix("for update of m"))
	if err != nil {
		return nil, fmt.Errorf("lock messages: %w", err)
	}
	return messages, nil
}

const keepReports = `
insert into messaging.feedback (org_id, provider, key, message_id, kind, at, raw)
select $1, f.provider, f.key, f.message_id, f.kind, f.at, f.raw
from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[], $7::jsonb[]) f (provider, key, message_id, kind, at, raw)
on conflict (org_id, provider, key) do nothing
returning provider, key`

// KeepReports implements messaging.Reports.
func (s *Store) KeepReports(ctx context.Context, org domain.OrgID, reports []messaging.Report) ([]bool, error) {
	n := len(reports)
	fresh := make([]bool, n)
	if n == 0 {
		return fresh, nil
	}
	providers, keys, kinds, raws := make([]string, n), make([]string, n), make([]string, n), make([]messaging.Feedback, n)
	ids, times := make([]messaging.MessageID, n), make([]time.Time, n)
	for i, r := range reports {
		providers[i], keys[i], kinds[i], raws[i], ids[i], times[i] = r.Provider, r.Key, string(r.Kind), r.Feedback, r.Message, r.At
	}
	type name struct{ Provider, Key string }
	rows, err := s.db.Querier(ctx).Query(ctx, keepReports, org, providers, keys, ids, kinds, times, raws)
	if err != nil {
		return nil, fmt.Errorf("keep reports: %w", err)
	}
	kept, err := pgx.CollectRows(rows, pgx.RowToStructByName[name])
	if err != nil {
		return nil, fmt.Errorf("keep reports: %w", err)
	}
	known := make(map[name]bool, len(kept))
	for _, k := range kept {
		known[k] = true
	}
	for i, r := range reports {
		fresh[i] = known[name{r.Provider, r.Key}]
	}
	return fresh, nil
}

const saveProgress = `
update messaging.messages m
set state = p.state, reason = p.reason, sent_at = p.sent_at, settled_by = p.settled_by, operator = p.operator, resends = p.resends,
	delivery = p.delivery, delivery_at = p.delivery_at, delivery_detail = p.detail, bounce_class = p.class, provider_id = p.provider_id, updated_at = now(),
	call_deadline = case when p.state in ('calling', 'unknown') then m.call_deadline end,
	not_before = case when p.state = 'ready' then m.not_before end
from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::int[], $9::text[], $10::timestamptz[], $11::text[], $12::text[], $13::text[])
	p (id, state, reason, sent_at, settled_by, operator, resends, delivery, delivery_at, detail, class, provider_id)
where m.org_id = $1 and m.id = p.id`

// SaveProgress implements messaging.Reports.
func (s *Store) SaveProgress(ctx context.Context, org domain.OrgID, messages []messaging.Message) error {
	n := len(messages)
	ids, states, reasons, sent := make([]messaging.MessageID, n), make([]messaging.State, n), make([]domain.Kept, n), make([]*time.Time, n)
	settlers, operators, resends := make([]messaging.Settler, n), make([]string, n), make([]int, n)
	statuses, times := make([]messaging.DeliveryStatus, n), make([]*time.Time, n)
	details, classes, providerIDs := make([]string, n), make([]messaging.BounceClass, n), make([]string, n)
	for i, m := range messages {
		ids[i], states[i], reasons[i], sent[i] = m.ID, m.State, m.Reason, m.SentAt
		settlers[i], operators[i], resends[i] = m.SettledBy, m.Operator, m.Resends
		statuses[i], times[i], details[i], classes[i] = m.Delivery, m.DeliveryAt, m.DeliveryDetail, m.BounceClass
		providerIDs[i] = m.ProviderID
	}
	_, err := s.db.Querier(ctx).Exec(ctx, saveProgress, org, ids, states, reasons, sent, settlers, operators, resends, statuses, times, details, classes, providerIDs)
	if err != nil {
		return fmt.Errorf("save progress of messages: %w", err)
	}
	return nil
}

// Reported implements messaging.Reports.
func (s *Store) Reported(ctx context.Context, org domain.OrgID, id messaging.MessageID) ([]messaging.Feedback, error) {
	list, err := store.Values[messaging.Feedback](ctx, s.db.Read(),
		store.SQL.Select("raw").From("messaging.feedback").Where(sq.Eq{"org_id": org, "message_id": id}).OrderBy("at", "key").Limit(domain.MaxLimit))
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return list, nil
}

// Overtaken implements messaging.Reports.
func (s *Store) Overtaken(ctx context.Context, limit int) ([]messaging.Report, error) {
	return s.named(ctx, store.SQL.Select("org_id as org", "id as message").From("messaging.messages").
		Where("state = 'unknown' and delivery <> ''"), limit)
}

// addressHistory reads what the ledger and the contact's events know of an address.
const addressHistory = `
with lifted as (
	select max(lifted_at) as at from messaging.suppressions where org_id = $1 and channel = $3 and address = $4
), facts as (
	select m.delivery_at as at, m.delivery = 'bounced' as soft
	from messaging.messages m
	where m.org_id = $1 and m.contact_id = $2 and m.channel = $3 and lower(m.address) = $4 and m.class <> 'test'
		and (m.delivery in ('delivered', 'complained') or m.delivery = 'bounced' and m.bounce_class = 'soft')
	union all
	select e.occurred_at, false
	from crm.events e
	where e.org_id = $1 and e.contact_id = $2 and e.type in ($3 || '.opened', $3 || '.clicked') and e.data->>'machine' is distinct from 'true'
)
select f.at, f.soft from facts f, lifted l where f.at > greatest($5, l.at) order by f.at`

// AddressHistory implements messaging.Reports.
func (s *Store) AddressHistory(ctx context.Context, org domain.OrgID, contact crm.ContactID, who messaging.Addressee, since time.Time) ([]messaging.Contacted, error) {
	rows, err := s.db.Querier(ctx).Query(ctx, addressHistory, org, contact, who.Channel, who.Address, since)
	if err != nil {
		return nil, fmt.Errorf("read history of an address: %w", err)
	}
	facts, err := pgx.CollectRows(rows, pgx.RowToStructByName[messaging.Contacted])
	if err != nil {
		return nil, fmt.Errorf("read history of an address: %w", err)
	}
	return facts, nil
}

// SoftSuppressed implements messaging.Reports.
func (s *Store) SoftSuppressed(ctx context.Context, org domain.OrgID, channel messaging.Channel, addresses []string) ([]string, error) {
	found, err := store.Values[string](ctx, s.db.Querier(ctx), store.SQL.Select("address").From("messaging.suppressions").
		Where(sq.Eq{"org_id": org, "channel": channel, "reason": messaging.SuppressedSoftBounces}).
		Where("lifted_at is null").Where("address = any(?)", addresses))
	if err != nil {
		return nil, fmt.Errorf("find addresses with soft bounces: %w", err)
	}
	return found, nil
}
