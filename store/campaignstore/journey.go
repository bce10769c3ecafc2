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
}

var selectJourneyItem = store.SQL.Select(journeyColumns, "c.name as campaign_name", "p.firstname", "p.lastname", "p.email").
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
	return campaign.JourneyItem{Journey: r.Journey, CampaignName: r.CampaignName, ContactName: crm.NameOf(r.Contact, r.Firstname, r.Lastname, r.Email)}
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

// The next entry number comes from the contact's last journey in this campaign, by the re-entry
// rule; the unique key makes two callers at once add a contact only once.
const insertJourneys = `
with wanted as (%s),
last as (
    select w.id, l.entry, l.state from wanted w
    left join lateral (select j.entry, j.state from campaign.journeys j
        where j.org_id = $1 and j.campaign_id = $2 and j.contact_id = w.id
        order by j.entry desc limit 1) l on true
),
inserted as (
    insert into campaign.journeys (org_id, campaign_id, version, contact_id, entry, workflow_id, engine, state, source, reason, bulk)
    select $1, $2, $3, id, coalesce(entry, 0) + 1, 'journey/' || $1 || '/' || $2 || '/' || id || '/' || coalesce(entry, 0) + 1,
        $4, 'pending', $5, $6, (select count(*) > 100 from wanted)
    from last
    where entry is null or $7 = 'always' or ($7 = 'after_exit' and state = 'ended')
    order by id
    on conflict do nothing
    returning contact_id
),
counted as (
    insert into campaign.step_counters as c (org_id, campaign_id, step_id, shard, here)
    select $1, $2, '', 0, count(*) from inserted
    on conflict (org_id, campaign_id, step_id, shard) do update set here = c.here + excluded.here
)%s
select (select count(*) from wanted) as wanted, (select count(*) from inserted) as added`

// noteHeldBack keeps who was named and held back.
const noteHeldBack = `,
held_back as (
    insert into campaign.refusals as r (org_id, campaign_id, contact_id, why, source, reason)
    select $1, $2, id, case state when 'ended' then 'been_before' else 'inside' end, $5, $6
    from last where not exists (select from inserted i where i.contact_id = last.id) order by id
    ` + onRefusedAgain + `
)`

// InsertJourneys implements campaign.Journeys.
func (s *Store) InsertJourneys(ctx context.Context, org domain.OrgID, c campaign.Campaign, e campaign.Entry) (campaign.Added, error) {
	args := []any{org, c.ID, c.Version, campaign.Engine, e.Source, e.Reason, c.Reentry}
	wanted := "select id from crm.contacts where org_id = $1"
	named, note := 0, ""
	switch {
	case e.Tag != "":
		wanted = `select c.id from crm.contact_tags t join crm.tags g on g.org_id = t.org_id and g.id = t.tag_id
            join crm.contacts c on c.org_id = t.org_id and c.id = t.contact_id
            where t.org_id = $1 and g.name_norm = lower($8)`
		args = append(args, e.Tag)
	case e.SegmentID != 0:
		wanted = `select c.id from crm.segment_contacts s
            join crm.contacts c on c.org_id = s.org_id and c.id = s.contact_id
            where s.org_id = $1 and s.segment_id = $8`
		args = append(args, e.SegmentID)
	case !e.Everyone:
		unique := map[crm.ContactID]bool{}
		for _, id := range e.Contacts {
			unique[id] = true
		}
		named = len(unique)
		wanted += " and id = any($8)"
		note = noteHeldBack
		args = append(args, e.Contacts)
	}
	type counts struct{ Wanted, Added int }
	sum, err := store.One[counts](ctx, s.db.Querier(ctx), sq.Expr(fmt.Sprintf(insertJourneys, wanted, note), args...))
	if store.IsForeignKey(err) {
		return campaign.Added{}, domain.Conflict("One of these contacts was deleted at this moment. Nobody was added; try again.")
	}
	if err != nil {
		return campaign.Added{}, fmt.Errorf("insert journeys: %w", err)
	}
	return campaign.Added{Added: sum.Added, AlreadyIn: sum.Wanted - sum.Added, NotFound: max(named-sum.Wanted, 0)}, nil
}
