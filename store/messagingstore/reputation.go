package messagingstore

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

const countFaults = `
insert into messaging.reputation as r (org_id, scope, subject, minute, bounces, complaints, sender_faults, message_faults)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (org_id, scope, subject, minute) do update set
	bounces = r.bounces + excluded.bounces, complaints = r.complaints + excluded.complaints,
	sender_faults = r.sender_faults + excluded.sender_faults, message_faults = r.message_faults + excluded.message_faults`

// CountFaults implements messaging.Reputation. One order for everybody keeps two transactions from
// waiting for each other.
func (s *Store) CountFaults(ctx context.Context, org domain.OrgID, faults map[messaging.MinuteOf]*messaging.Faults) error {
	batch := &pgx.Batch{}
	minutes := slices.SortedFunc(maps.Keys(faults), func(a, b messaging.MinuteOf) int {
		return cmp.Or(cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Subject.Subject, b.Subject.Subject), a.Minute.Compare(b.Minute))
	})
	for _, at := range minutes {
		f := faults[at]
		batch.Queue(countFaults, org, at.Scope, at.Subject.Subject, at.Minute, f.Bounces, f.Complaints, f.SenderFaults, f.MessageFaults)
	}
	if err := s.db.Querier(ctx).SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("count faults: %w", err)
	}
	return nil
}

// countSent counts what was sent since the last count, up to two seconds ago: what is being committed
// now is counted next time. One process counts at a time. What a later report settled as sent may lie
// before the last count and is left out; that makes rates a trifle too high, never too low.
const countSent = `
with turn as (
	select until from messaging.reputation_counted for update skip locked
), sent as (
	select m.org_id, m.campaign_id, m.sender_domain, date_trunc('minute', m.sent_at) as minute, count(*) as n
	from messaging.messages m
	where m.sent_at > (select until from turn) and m.sent_at <= now() - interval '2 seconds' and m.class <> 'test'
	group by 1, 2, 3, 4
), put as (
	insert into messaging.reputation as r (org_id, scope, subject, minute, sent)
	select org_id, 'campaign', campaign_id::text, minute, sum(n) from sent where campaign_id is not null group by 1, 3, 4
	union all
	select org_id, 'domain', sender_domain, minute, sum(n) from sent where sender_domain <> '' group by 1, 3, 4
	on conflict (org_id, scope, subject, minute) do update set sent = r.sent + excluded.sent
)
update messaging.reputation_counted c set until = now() - interval '2 seconds'
from turn where turn.until < now() - interval '2 seconds'`

// CountSent implements messaging.Reputation.
func (s *Store) CountSent(ctx context.Context) error {
	if _, err := s.db.Querier(ctx).Exec(ctx, countSent); err != nil {
		return fmt.Errorf("count sent messages: %w", err)
	}
	return nil
}

const withFaults = `
select distinct org_id as org, scope, subject from messaging.reputation
where minute > now() - $1::interval and (bounces > 0 or complaints > 0 or sender_faults > 0 or message_faults > 0)
union
select org_id, scope, subject from messaging.stops where lifted_at is null and level = 'warning'`

// WithFaults implements messaging.Reputation.
func (s *Store) WithFaults(ctx context.Context, within time.Duration) ([]messaging.Watched, error) {
	watched, err := store.Many[messaging.Watched](ctx, s.db.Querier(ctx), sq.Expr(withFaults, within))
	if err != nil {
		return nil, fmt.Errorf("find subjects with faults: %w", err)
	}
	return watched, nil
}

// Minutes implements messaging.Reputation.
func (s *Store) Minutes(ctx context.Context, org domain.OrgID, subject messaging.Subject, within time.Duration) ([]messaging.Minute, error) {
	const minutes = `
select r.minute, r.sent, r.bounces, r.complaints, r.sender_faults, r.message_faults
from messaging.reputation r
where r.org_id = $1 and r.scope = $2 and r.subject = $3 and r.minute > now() - $4::interval
	and r.minute > coalesce((select max(s.lifted_at) from messaging.stops s
		where s.org_id = $1 and s.scope = $2 and s.subject = $3 and s.lifted_by <> ''), '-infinity')
order by r.minute desc limit 5000`
	list, err := store.Many[messaging.Minute](ctx, s.db.Querier(ctx), sq.Expr(minutes, org, subject.Scope, subject.Subject, within))
	if err != nil {
		return nil, fmt.Errorf("read minutes of a subject: %w", err)
	}
	return list, nil
}
