package campaignstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

const waiting = `
select j.org_id as org, j.id as journey, j.workflow_id, min(e.id) as event
from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[]) as e (id, contact_id, type, message_id)
join campaign.waits w on w.org_id = $1 and w.contact_id = e.contact_id and w.event_type = e.type
    and (w.message_id is null or w.message_id = e.message_id) and e.id > w.since
join campaign.journeys j on j.org_id = w.org_id and j.id = w.journey_id
group by j.org_id, j.id, j.workflow_id`

// Waiting implements campaign.Waits.
func (s *Store) Waiting(ctx context.Context, org domain.OrgID, events []crm.Event) ([]campaign.Waiting, error) {
	n := len(events)
	ids, contacts, types, messages := make([]int64, n), make([]int64, n), make([]string, n), make([]*int64, n)
	for i, e := range events {
		ids[i], contacts[i], types[i], messages[i] = int64(e.ID), int64(e.Contact), e.Type, e.MessageID
	}
	found, err := store.Many[campaign.Waiting](ctx, s.db.Pool(), sq.Expr(waiting, org, ids, contacts, types, messages))
	if err != nil {
		return nil, fmt.Errorf("find waits: %w", err)
	}
	return found, nil
}

// The last seconds are left to the router, which is on its way.
const missed = `
select j.org_id as org, j.id as journey, j.workflow_id, min(e.id) as event
from crm.events e
join campaign.waits w on w.org_id = e.org_id and w.contact_id = e.contact_id and w.event_type = e.type
    and (w.message_id is null or w.message_id = e.message_id) and e.id > w.since
join campaign.journeys j on j.org_id = w.org_id and j.id = w.journey_id
where e.created_at > $1 and e.created_at < now() - interval '5 seconds'
    and coalesce(e.data->>'machine', '') <> 'true'
group by j.org_id, j.id, j.workflow_id
limit $2`

// Missed implements campaign.Waits.
func (s *Store) Missed(ctx context.Context, after time.Time, limit int) ([]campaign.Waiting, error) {
	found, err := store.Many[campaign.Waiting](ctx, s.db.Pool(), sq.Expr(missed, after, limit))
	if err != nil {
		return nil, fmt.Errorf("find missed events: %w", err)
	}
	return found, nil
}
