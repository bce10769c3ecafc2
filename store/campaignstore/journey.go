package campaignstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

const journeyColumns = `j.id, j.org_id as org, j.campaign_id as campaign, j.version, j.contact_id as contact, j.entry, j.workflow_id,
    j.run_id, j.engine, j.state, j.source, j.reason, j.bulk, j.seq, j.cursor, j.visit, j.memory, j.answer, j.due, j.parked, j.outcome,
    j.created_at, j.started_at, j.ended_at`

type journeyItem struct {
	campaign.Journey
	CampaignName string
	Firstname    *string
	Lastname     *string
	Email        *string
	Phone        *string
}

var selectJourneyItem = store.SQL.Select(journeyColumns, "c.name as campaign_name", "p.firstname", "p.lastname", "p.email", "p.phone").
	From("campaign.journeys j").
	LeftJoin("campaign.campaigns c on c.org_id = j.org_id and c.id = j.campaign_id"). // left, so that counting skips them
	LeftJoin("crm.contacts p on p.org_id = j.org_id and p.id = j.contact_id")

// Journey implements campaign.Journeys.
func (s *Store) Journey(ctx context.Context, org domain.OrgID, id campaign.JourneyID) (campaign.JourneyItem, error) {
	row, err := store.One[journeyItem](ctx, s.db.Querier(ctx), selectJourneyItem.Where(sq.Eq{"j.org_id": org, "j.id": id}))
	switch {
	case store.IsNoRows(err):
		return campaign.JourneyItem{}, domain.NotFound("There is no journey %d.", id)
	case err != nil:
		return campaign.JourneyItem{}, fmt.Errorf("read journey: %w", err)
	}
	return row.item(), nil
}

func (r journeyItem) item() campaign.JourneyItem {
	return campaign.JourneyItem{Journey: r.Journey, CampaignName: r.CampaignName, ContactName: crm.NameOf(r.Contact, r.Firstname, r.Lastname, r.Email, r.Phone)}
}

var journeyOrder = map[string]string{"id": "id", "createdAt": "j.created_at"}

// Journeys implements campaign.Journeys.
func (s *Store) Journeys(ctx context.Context, org domain.OrgID, q campaign.JourneyQuery) (domain.Page[campaign.JourneyItem], error) {
	order, err := store.Order(q.PageQuery, journeyOrder, "id")
	if err != nil {
		return domain.Page[campaign.JourneyItem]{}, err
	}
	query := selectJourneyItem.Where(sq.Eq{"j.org_id": org})
	if q.Campaign != 0 {
		query = query.Where(sq.Eq{"j.campaign_id": q.Campaign})
	}
	if q.Contact != 0 {
		query = query.Where(sq.Eq{"j.contact_id": q.Contact})
	}
	if q.Step != "" {
		query = query.Where(sq.Eq{"j.cursor": q.Step}).Where("j.state <> 'ended'")
	}
	if q.State != "" {
		query = query.Where(sq.Eq{"j.state": q.State})
	}
	if q.Search != "" {
		query = query.Where("p.search like lower(?)", store.Contains(q.Search))
	}
	page, err := store.LongPage[journeyItem](ctx, s.db.Read(), query, q.PageQuery, order)
	if err != nil {
		return domain.Page[campaign.JourneyItem]{}, fmt.Errorf("list journeys: %w", err)
	}
	return domain.MapPage(page, journeyItem.item), nil
}

// StepLog implements campaign.Journeys.
func (s *Store) StepLog(ctx context.Context, org domain.OrgID, id campaign.JourneyID) ([]campaign.LogEntry, error) {
	entries, err := store.Many[campaign.LogEntry](ctx, s.db.Read(), store.SQL.
		Select("id", "seq", "step_id", "kind", "label", "outcome", "branch", "message_id", "occurred_at").
		From("campaign.step_log").Where(sq.Eq{"org_id": org, "journey_id": id}).OrderBy("id"))
	if err != nil {
		return nil, fmt.Errorf("read step log: %w", err)
	}
	return entries, nil
}

// People implements campaign.Journeys.
func (s *Store) People(ctx context.Context, org domain.OrgID, id campaign.ID) (map[campaign.StepID]campaign.Count, error) {
	type row struct {
		StepID campaign.StepID
		Here   int
		Passed int
	}
	rows, err := store.Many[row](ctx, s.db.Read(), store.SQL.
		Select("step_id", "sum(here) as here", "sum(passed) as passed").From("campaign.step_counters").
		Where(sq.Eq{"org_id": org, "campaign_id": id}).Where("step_id <> ''").GroupBy("step_id"))
	if err != nil {
		return nil, fmt.Errorf("count people: %w", err)
	}
	people := make(map[campaign.StepID]campaign.Count, len(rows))
	for _, r := range rows {
		people[r.StepID] = campaign.Count{Here: r.Here, Passed: r.Passed}
	}
	return people, nil
}
