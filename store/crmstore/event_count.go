package crmstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// countEvents adds what was written up to a minute ago: what is still being committed is counted next
// time. An event is written at the start of its transaction; one that takes longer is missed, which
// makes figures a trifle too low.
const countEvents = `
with turn as (
	select until, now() - interval '1 minute' as upto from crm.events_counted for update skip locked
), fresh as (
	select e.org_id, e.type, date_trunc('hour', e.occurred_at) as hour, count(*) as n
	from crm.events e
	where e.created_at > (select until from turn) and e.created_at <= (select upto from turn)
		and e.type = any($1) and e.data ->> 'machine' is distinct from 'true'
	group by 1, 2, 3
), put as (
	insert into crm.event_hours as h (org_id, type, hour, n) select org_id, type, hour, n from fresh
	on conflict (org_id, type, hour) do update set n = h.n + excluded.n
)
update crm.events_counted c set until = turn.upto from turn where turn.until < turn.upto`

// CountEvents implements crm.EventCounts.
func (s *Store) CountEvents(ctx context.Context, types []string) error {
	if _, err := s.db.Querier(ctx).Exec(ctx, countEvents, types); err != nil {
		return fmt.Errorf("count events: %w", err)
	}
	return nil
}

// eventHours reads the counted hours and, by the index on their time of writing, the events since. The
// planner takes that index only when it is told the time: compared with what a query finds, it expects a
// third of all events. It may have moved on meanwhile, so it is asked for again in the same snapshot.
const eventHours = `
select type, hour, sum(n)::bigint as n from (
	select type, hour, n from crm.event_hours where org_id = $1 and type = any($2) and hour >= $3
	union all
	select type, date_trunc('hour', occurred_at), 1 from crm.events
	where created_at > $4 and created_at > (select until from crm.events_counted) and org_id = $1 and type = any($2)
		and occurred_at >= $3 and data ->> 'machine' is distinct from 'true'
) h group by type, hour`

// EventHours implements crm.EventCounts.
func (s *Store) EventHours(ctx context.Context, org domain.OrgID, types []string, since time.Time) ([]crm.HourCount, error) {
	var hours []crm.HourCount
	until, err := store.Value[time.Time](ctx, s.db.Read(), store.SQL.Select("until").From("crm.events_counted"))
	if err == nil {
		hours, err = store.Many[crm.HourCount](ctx, s.db.Read(), sq.Expr(eventHours, org, types, since, until))
	}
	if err != nil {
		return nil, fmt.Errorf("read counts of events: %w", err)
	}
	return hours, nil
}

// latestEvents looks at the newest events only, however many belong to contacts that are gone.
const latestEvents = `
select ` + eventColumnsOfE + `, c.firstname, c.lastname, c.email, c.phone
from (select * from crm.events where org_id = $1 order by id desc limit $2) e
join crm.contacts c on c.org_id = e.org_id and c.id = e.contact_id
order by e.id desc`

const eventColumnsOfE = "e.id, e.contact_id as contact, e.type, e.message_id, e.campaign_id, e.data, coalesce(e.key, '') as key, e.occurred_at, e.created_at"

// LatestEvents implements crm.LatestEvents.
func (s *Store) LatestEvents(ctx context.Context, org domain.OrgID, limit int) ([]crm.LatestEvent, error) {
	events, err := store.Many[crm.LatestEvent](ctx, s.db.Read(), sq.Expr(latestEvents, org, limit))
	if err != nil {
		return nil, fmt.Errorf("read latest events: %w", err)
	}
	return events, nil
}
