package campaignstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/store"
)

const lockJourney = `select ` + journeyColumns + `, c.state as campaign_state, o.time_zone,
    not exists (select from crm.contacts p where p.org_id = j.org_id and p.id = j.contact_id) as contact_gone
from campaign.journeys j
join campaign.campaigns c on c.org_id = j.org_id and c.id = j.campaign_id
join identity.organizations o on o.id = j.org_id
where j.org_id = $1 and j.id = $2
for update of j`

// LockJourney implements campaign.Journeys.
func (s *Store) LockJourney(ctx context.Context, org domain.OrgID, id campaign.JourneyID) (campaign.LockedJourney, error) {
	journey, err := store.One[campaign.LockedJourney](ctx, s.db.Querier(ctx), sq.Expr(lockJourney, org, id))
	if store.IsNoRows(err) {
		return journey, domain.NotFound("There is no journey %d.", id)
	}
	return journey, err
}

const (
	saveJourney = `update campaign.journeys set state = $3, seq = $4, cursor = $5, visit = $6, memory = $7, answer = $8,
    due = $9, parked = $10, outcome = $11, started_at = $12, ended_at = $13, leased_until = null
where org_id = $1 and id = $2`

	insertLog = `insert into campaign.step_log (org_id, journey_id, seq, step_id, kind, label, outcome, branch, message_id, occurred_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

	// Rows are locked in the order of the step ids, so that two journeys never wait for each other.
	countSteps = `insert into campaign.step_counters as c (org_id, campaign_id, step_id, shard, here, passed)
select $1, $2, step_id, $3, here, passed from unnest($4::text[], $5::int[], $6::int[]) as d (step_id, here, passed) order by step_id
on conflict (org_id, campaign_id, step_id, shard) do update set here = c.here + excluded.here, passed = c.passed + excluded.passed`

	deleteWaits = `delete from campaign.waits where org_id = $1 and journey_id = $2`

	insertWait = `insert into campaign.waits (org_id, journey_id, step_id, contact_id, event_type, message_id, since)
values ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7)`
)

// counterShards is how many rows the people at one step are counted in.
const counterShards = 16

// SaveAdvance implements campaign.Journeys.
func (s *Store) SaveAdvance(ctx context.Context, j campaign.Journey, change campaign.Change) error {
	var batch pgx.Batch
	batch.Queue(saveJourney, j.Org, j.ID, j.State, j.Seq, j.Cursor, j.Visit, j.Memory, j.Answer,
		j.Due, j.Parked, j.Outcome, j.StartedAt, j.EndedAt)
	for _, e := range change.Log {
		batch.Queue(insertLog, j.Org, j.ID, e.Seq, e.StepID, e.Kind, e.Label, e.Outcome, e.Branch, e.MessageID, e.OccurredAt)
	}
	if change.Unwait {
		batch.Queue(deleteWaits, j.Org, j.ID)
	}
	if w := change.Wait; w != nil {
		batch.Queue(insertWait, j.Org, j.ID, j.Cursor, w.Contact, w.Type, w.Message, w.Since)
	}
	queueCounters(&batch, j, change.Counters)
	if err := s.db.Querier(ctx).SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("write advance: %w", err)
	}
	return nil
}

func queueCounters(batch *pgx.Batch, j campaign.Journey, counters map[campaign.StepID]campaign.Count) {
	type difference struct {
		step campaign.StepID
		campaign.Count
	}
	var all []difference
	for step, count := range counters {
		if count != (campaign.Count{}) {
			all = append(all, difference{step, count})
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortFunc(all, func(a, b difference) int { return cmp.Compare(a.step, b.step) })
	steps, here, passed := make([]string, len(all)), make([]int, len(all)), make([]int, len(all))
	for i, d := range all {
		steps[i], here[i], passed[i] = string(d.step), d.Here, d.Passed
	}
	batch.Queue(countSteps, j.Org, j.Campaign, int(j.ID)%counterShards, steps, here, passed)
}
