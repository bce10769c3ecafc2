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

// claim leases the journeys that pick selects. Leases run on the database's clock.
const claim = `
with picked as (
    select j.org_id, j.id from campaign.journeys j %s limit $1 for update of j skip locked
)
update campaign.journeys j set leased_until = now() + $2::interval from picked
where j.org_id = picked.org_id and j.id = picked.id
returning ` + journeyColumns

const (
	pickPending = `where j.state = 'pending' and (j.leased_until is null or j.leased_until < now()) order by j.bulk, j.id`

	pickParked = `join campaign.campaigns c on c.org_id = j.org_id and c.id = j.campaign_id
        where c.state = 'active' and j.state = 'open' and j.parked and (j.leased_until is null or j.leased_until < now())`

	// The counters say in a moment which of the archived campaigns still have people inside.
	pickArchived = `join campaign.campaigns c on c.org_id = j.org_id and c.id = j.campaign_id
        where c.state = 'archived' and j.state = 'open' and (j.leased_until is null or j.leased_until < now())
        and (select sum(n.here) from campaign.step_counters n
            where n.org_id = c.org_id and n.campaign_id = c.id and n.step_id = '') > 0`

	pickOverdue = `where j.state = 'open' and j.due < $3 and (j.leased_until is null or j.leased_until < now()) order by j.due`
)

func (s *Store) claim(ctx context.Context, pick string, limit int, lease time.Duration, args ...any) ([]campaign.Journey, error) {
	args = append([]any{limit, lease}, args...)
	journeys, err := store.Many[campaign.Journey](ctx, s.db.Pool(), sq.Expr(fmt.Sprintf(claim, pick), args...))
	if err != nil {
		return nil, fmt.Errorf("claim journeys: %w", err)
	}
	return journeys, nil
}

// ClaimPending implements campaign.Journeys.
func (s *Store) ClaimPending(ctx context.Context, limit int, lease time.Duration) ([]campaign.Journey, error) {
	return s.claim(ctx, pickPending, limit, lease)
}

// ClaimParked implements campaign.Journeys.
func (s *Store) ClaimParked(ctx context.Context, limit int, lease time.Duration) ([]campaign.Journey, error) {
	return s.claim(ctx, pickParked, limit, lease)
}

// ClaimArchived implements campaign.Journeys.
func (s *Store) ClaimArchived(ctx context.Context, limit int, lease time.Duration) ([]campaign.Journey, error) {
	return s.claim(ctx, pickArchived, limit, lease)
}

// Now implements campaign.Journeys.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	return store.Value[time.Time](ctx, s.db.Pool(), store.SQL.Select("now()"))
}

// ClaimOverdue implements campaign.Journeys.
func (s *Store) ClaimOverdue(ctx context.Context, before time.Time, limit int, lease time.Duration) ([]campaign.Journey, error) {
	return s.claim(ctx, pickOverdue, limit, lease, before)
}

// The first Advance may have moved the journey on, or even ended it: then only the run is new.
const markStarted = `
update campaign.journeys j
set run_id = d.run_id, state = case j.state when 'pending' then 'open' else j.state end, leased_until = null,
    due = case j.state when 'pending' then now() + interval '1 minute' else j.due end
from unnest($1::bigint[], $2::bigint[], $3::text[]) as d (org_id, id, run_id)
where j.org_id = d.org_id and j.id = d.id`

// MarkStarted implements campaign.Journeys.
func (s *Store) MarkStarted(ctx context.Context, started []campaign.Started) error {
	orgs, ids, runs := make([]int64, len(started)), make([]int64, len(started)), make([]string, len(started))
	for i, one := range started {
		orgs[i], ids[i], runs[i] = int64(one.Org), int64(one.Journey), one.Run
	}
	if _, err := s.db.Pool().Exec(ctx, markStarted, orgs, ids, runs); err != nil {
		return fmt.Errorf("mark journeys as started: %w", err)
	}
	return nil
}

// GiveBack implements campaign.Journeys.
func (s *Store) GiveBack(ctx context.Context, journeys []campaign.Journey) error {
	orgs, ids := make([]int64, len(journeys)), make([]int64, len(journeys))
	for i, journey := range journeys {
		orgs[i], ids[i] = int64(journey.Org), int64(journey.ID)
	}
	const giveBack = `
update campaign.journeys j set leased_until = null
from unnest($1::bigint[], $2::bigint[]) as d (org_id, id)
where j.org_id = d.org_id and j.id = d.id and j.state = 'pending'`
	if _, err := s.db.Pool().Exec(ctx, giveBack, orgs, ids); err != nil {
		return fmt.Errorf("give journeys back: %w", err)
	}
	return nil
}

// ToRestart implements campaign.Journeys.
func (s *Store) ToRestart(ctx context.Context, org domain.OrgID, id campaign.JourneyID) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("campaign.journeys").
		Set("state", campaign.JourneyPending).Set("leased_until", nil).
		Where(sq.Eq{"org_id": org, "id": id, "state": campaign.JourneyOpen}))
	if err != nil {
		return fmt.Errorf("restart journey: %w", err)
	}
	return nil
}

// Postpone implements campaign.Journeys. A journey that has moved meanwhile keeps its time.
func (s *Store) Postpone(ctx context.Context, org domain.OrgID, id campaign.JourneyID, until time.Time) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("campaign.journeys").Set("due", until).Set("leased_until", nil).
		Where(sq.Eq{"org_id": org, "id": id, "state": campaign.JourneyOpen}).Where("due < now()"))
	if err != nil {
		return fmt.Errorf("postpone journey: %w", err)
	}
	return nil
}

// RestartAll implements campaign.Journeys. They count as bulk, so that new entries go first.
func (s *Store) RestartAll(ctx context.Context) (int64, error) {
	restarted, err := store.Exec(ctx, s.db.Pool(), store.SQL.Update("campaign.journeys").
		Set("state", campaign.JourneyPending).Set("bulk", true).Set("leased_until", nil).
		Where(sq.Eq{"state": campaign.JourneyOpen}))
	if err != nil {
		return 0, fmt.Errorf("restart all journeys: %w", err)
	}
	return restarted, nil
}

// Fact implements campaign.Journeys.
func (s *Store) Fact(ctx context.Context, name string) (string, error) {
	fact, err := s.db.Fact(ctx, name)
	if err != nil || fact == nil {
		return "", err
	}
	return fact.Value, nil
}

// SetFact implements campaign.Journeys.
func (s *Store) SetFact(ctx context.Context, name, value string) error {
	return s.db.SetFact(ctx, name, value)
}
