// Package operationsstore counts, across all organizations, what waits and what is late.
package operationsstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/store"
)

// Store implements operations.Store.
type Store struct{ db *store.DB }

var _ operations.Store = (*Store)(nil)

// New returns a Store.
func New(db *store.DB) *Store { return &Store{db: db} }

// numbers reads partial indexes and stops counting at $2, so that it takes milliseconds when a
// million wait. Events are looked at for one minute, as the reconciler does.
const numbers = `
with refused as materialized (
    select waits_since, updated_at, reason, provider from messaging.messages where state = 'ready' and waits_for = 'provider' limit $2
), stuck as materialized (
    select trouble from crm.imports where state in ('checking', 'queued', 'running', 'undoing') and (trouble ->> 'tries')::int >= 3
), missed as materialized (
    select e.created_at from crm.events e
    join campaign.waits w on w.org_id = e.org_id and w.contact_id = e.contact_id and w.event_type = e.type
        and (w.message_id is null or w.message_id = e.message_id) and e.id > w.since
    where e.created_at > now() - interval '1 minute' and e.created_at < now() - interval '5 seconds'
        and coalesce(e.data->>'machine', '') <> 'true'
    limit 1000
)
select
    (select count(*) from (select from campaign.journeys where state = 'pending' limit $2) j) as pending,
    (select min(first.created_at) from (values (false), (true)) as b (bulk) cross join lateral
        (select created_at from campaign.journeys j where j.state = 'pending' and j.bulk = b.bulk and j.seq = 0 order by j.id limit 1) first) as pending_since,
    (select coalesce(sum(here), 0) from campaign.step_counters where step_id = '') as open,
    (select count(*) from (select from campaign.journeys where state = 'open' and due < $1 limit $2) j) as overdue,
    (select min(due) from campaign.journeys where state = 'open' and due < $1) as overdue_since,
    (select count(*) from (select from campaign.journeys where state = 'open' and parked limit $2) j) as parked,
    (select count(*) from missed) as missed,
    (select min(created_at) from missed) as missed_since,
    (select count(*) from (select from identity.organizations o cross join lateral
        (select from messaging.messages m where m.org_id = o.id and m.state = 'ready' limit $2) m limit $2) m) as ready,
    (select count(*) from refused) as refused,
    (select min(waits_since) from refused) as refused_since,
    coalesce((select reason from refused order by updated_at desc limit 1), '') as refused_reason,
    coalesce((select provider from refused order by updated_at desc limit 1), '') as refused_by,
    (select count(*) from messaging.messages where state = 'calling') as calling,
    (select count(*) from (select from messaging.messages where state = 'unknown' limit $2) m) as unknown,
    (select count(*) from (select from messaging.messages where sent_at > now() - interval '1 minute' limit $2) m) as sent_last_minute,
    (select count(*) from stuck) as stuck,
    (select min((trouble ->> 'since')::timestamptz) from stuck) as stuck_since,
    coalesce((select trouble ->> 'error' from stuck order by trouble ->> 'last' desc limit 1), '') as stuck_error,
    (select updated_at from platform.facts where name = 'reconciler.round') as reconciled,
    coalesce((select value from platform.facts where name = 'sending.paused'), '') as paused,
    (select updated_at from platform.facts where name = 'sending.paused') as paused_since,
    (select updated_at from platform.facts where name = 'backup.last') as backup,
    clock_timestamp() as clock,
    current_setting('server_version') as database,
    (select coalesce(max(version_id), 0) from goose_db_version where is_applied) as schema,
    pg_database_size(current_database()) as database_bytes,
    (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
    current_setting('max_connections')::int as max_connections`

// Numbers implements operations.Store.
func (s *Store) Numbers(ctx context.Context, overdueBefore time.Time) (operations.Numbers, error) {
	found, err := store.One[operations.Numbers](ctx, s.db.Read(), sq.Expr(numbers, overdueBefore, operations.CountLimit))
	if err != nil {
		return found, fmt.Errorf("count what waits: %w", err)
	}
	return found, nil
}

// Overdue implements operations.Store.
func (s *Store) Overdue(ctx context.Context, before time.Time, limit int) ([]operations.Overdue, error) {
	found, err := store.Many[operations.Overdue](ctx, s.db.Read(), store.SQL.
		Select("j.org_id as org", "o.name as organization", "j.id as journey", "j.campaign_id as campaign", "c.name as campaign_name", "j.workflow_id", "j.due").
		From("campaign.journeys j").
		Join("identity.organizations o on o.id = j.org_id").
		Join("campaign.campaigns c on c.org_id = j.org_id and c.id = j.campaign_id").
		Where("j.state = 'open'").Where(sq.Lt{"j.due": before}).OrderBy("j.due", "j.id").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("list overdue journeys: %w", err)
	}
	return found, nil
}

// Unknown implements operations.Store.
func (s *Store) Unknown(ctx context.Context, limit int) ([]operations.Unknown, error) {
	found, err := store.Many[operations.Unknown](ctx, s.db.Read(), store.SQL.
		Select("m.org_id as org", "o.name as organization", "m.id as message", "m.channel", "m.provider", "m.reason", "m.updated_at as at").
		From("messaging.messages m").Join("identity.organizations o on o.id = m.org_id").
		Where("m.state = 'unknown'").OrderBy("m.call_deadline desc nulls last", "m.id desc").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("list unknown messages: %w", err)
	}
	return found, nil
}

// Stops implements operations.Store.
func (s *Store) Stops(ctx context.Context, limit int) ([]operations.Stop, error) {
	found, err := store.Many[operations.Stop](ctx, s.db.Read(), store.SQL.
		Select("s.org_id as org", "o.name as organization", "s.id", "s.scope", "coalesce(c.name, s.subject) as subject",
			"s.level = 'paused' as paused", "s.reason", "s.created_at as at").
		From("messaging.stops s").Join("identity.organizations o on o.id = s.org_id").
		LeftJoin("campaign.campaigns c on s.scope = 'campaign' and c.org_id = s.org_id and c.id::text = s.subject").
		Where("s.lifted_at is null").OrderBy("s.id desc").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("list paused senders: %w", err)
	}
	return found, nil
}
