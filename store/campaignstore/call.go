package campaignstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/store"
)

const callColumns = `c.id, c.journey_id, c.step_id, c.visit, c.key, c.state, c.attempts, c.status, c.reason, c.answer, c.first_at,
	c.call_deadline, c.created_at, c.ended_at`

// The update on conflict changes nothing; it is what makes Postgres return the row.
const insertCall = `
insert into campaign.calls as c (org_id, journey_id, step_id, visit, key) values ($1, $2, $3, $4, $5)
on conflict on constraint calls_visit_unique do update set key = c.key
returning ` + callColumns

// InsertCall implements campaign.Calls.
func (s *Store) InsertCall(ctx context.Context, org domain.OrgID, n campaign.Call) (campaign.Call, error) {
	call, err := store.One[campaign.Call](ctx, s.db.Querier(ctx), sq.Expr(insertCall, org, n.JourneyID, n.StepID, n.Visit, n.Key))
	if err != nil {
		return call, fmt.Errorf("insert call: %w", err)
	}
	return call, nil
}

// Call implements campaign.Calls.
func (s *Store) Call(ctx context.Context, org domain.OrgID, id campaign.CallID) (campaign.Call, error) {
	call, err := store.One[campaign.Call](ctx, s.db.Querier(ctx), store.SQL.Select(callColumns).From("campaign.calls c").
		Where(sq.Eq{"c.org_id": org, "c.id": id}))
	return call, noCall(err, "read call", id)
}

const lockCall = `select ` + callColumns + `, j.campaign_id, j.version, j.contact_id, k.name as campaign_name, k.state as campaign_state, now() as now
from campaign.calls c
join campaign.journeys j on j.org_id = c.org_id and j.id = c.journey_id
join campaign.campaigns k on k.org_id = j.org_id and k.id = j.campaign_id
where c.org_id = $1 and c.id = $2
for update of c`

// LockCall implements campaign.Calls.
func (s *Store) LockCall(ctx context.Context, org domain.OrgID, id campaign.CallID) (campaign.LockedCall, error) {
	call, err := store.One[campaign.LockedCall](ctx, s.db.Querier(ctx), sq.Expr(lockCall, org, id))
	return call, noCall(err, "lock call", id)
}

// BeginCall implements campaign.Calls.
func (s *Store) BeginCall(ctx context.Context, org domain.OrgID, id campaign.CallID, deadline time.Duration) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), sq.Expr(`update campaign.calls
		set attempts = attempts + 1, first_at = coalesce(first_at, now()), call_deadline = now() + $3::interval
		where org_id = $1 and id = $2 and state = 'ready'`, org, id, deadline))
	if err != nil {
		return fmt.Errorf("begin call: %w", err)
	}
	return nil
}

// RecordCall implements campaign.Calls.
func (s *Store) RecordCall(ctx context.Context, org domain.OrgID, id campaign.CallID, r campaign.CallResult) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), sq.Expr(`update campaign.calls
		set state = $3, status = $4, reason = $5, answer = $6, call_deadline = null,
			ended_at = case when $3 <> 'ready' then now() end
		where org_id = $1 and id = $2 and state = 'ready'`, org, id, r.State, r.Status, r.Reason, r.Answer))
	if err != nil {
		return fmt.Errorf("record call: %w", err)
	}
	return nil
}

// EndedCalls implements campaign.Calls.
func (s *Store) EndedCalls(ctx context.Context, org domain.OrgID, id campaign.JourneyID) ([]campaign.JourneyCall, error) {
	calls, err := store.Many[campaign.JourneyCall](ctx, s.db.Querier(ctx), store.SQL.
		Select(callColumns, "j.campaign_id", "j.version").From("campaign.calls c").
		Join("campaign.journeys j on j.org_id = c.org_id and j.id = c.journey_id").
		Where(sq.Eq{"c.org_id": org, "c.journey_id": id}).Where("c.state <> 'ready'").OrderBy("c.id"))
	if err != nil {
		return nil, fmt.Errorf("read calls of journey: %w", err)
	}
	return calls, nil
}

func noCall(err error, doing string, id campaign.CallID) error {
	switch {
	case store.IsNoRows(err):
		return domain.NotFound("There is no call %d.", id)
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
