package campaignstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/store"
)

var selectCampaign = store.SQL.Select("c.id", "c.name", "c.description", "c.state", "c.draft", "c.draft_revision",
	"c.version", "c.reentry", "c.is_sample", "c.state_since", "c.paused_reason", "c.created_at", "c.updated_at", "v.published_at").
	Columns("coalesce(n.here, 0) as open", "coalesce(n.passed, 0) as ended").
	From("campaign.campaigns c").
	LeftJoin("campaign.versions v on v.org_id = c.org_id and v.campaign_id = c.id and v.version = c.version").
	LeftJoin(`lateral (select sum(s.here) as here, sum(s.passed) as passed from campaign.step_counters s
        where s.org_id = c.org_id and s.campaign_id = c.id and s.step_id = '') n on true`)

type campaignRow struct {
	ID            campaign.ID
	Name          string
	Description   string
	State         campaign.State
	PausedReason  domain.Kept
	Draft         json.RawMessage
	DraftRevision int
	Version       int
	Reentry       campaign.Reentry
	IsSample      bool
	StateSince    *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time
	PublishedAt   *time.Time
	Open          int
	Ended         int
}

func (r campaignRow) campaign() (campaign.Campaign, error) {
	flow, err := campaign.ParseFlow(r.Draft)
	if err != nil {
		return campaign.Campaign{}, fmt.Errorf("read draft of campaign %d: %w", r.ID, err)
	}
	return campaign.Campaign{
		ID: r.ID, Name: r.Name, Description: r.Description, State: r.State, PausedReason: r.PausedReason, Draft: flow, DraftRevision: r.DraftRevision,
		Version: r.Version, Reentry: r.Reentry, IsSample: r.IsSample, StateSince: r.StateSince, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
		PublishedAt: r.PublishedAt, Open: r.Open, Ended: r.Ended,
	}, nil
}

// Campaign implements campaign.Campaigns.
func (s *Store) Campaign(ctx context.Context, org domain.OrgID, id campaign.ID) (campaign.Campaign, error) {
	row, err := store.One[campaignRow](ctx, s.db.Querier(ctx), selectCampaign.Where(sq.Eq{"c.org_id": org, "c.id": id}))
	switch {
	case store.IsNoRows(err):
		return campaign.Campaign{}, domain.NotFound("There is no campaign %d.", id)
	case err != nil:
		return campaign.Campaign{}, fmt.Errorf("read campaign: %w", err)
	}
	return row.campaign()
}

// CampaignState implements campaign.Campaigns.
func (s *Store) CampaignState(ctx context.Context, org domain.OrgID, id campaign.ID) (campaign.State, error) {
	state, err := store.Value[campaign.State](ctx, s.db.Querier(ctx),
		store.SQL.Select("state").From("campaign.campaigns").Where(sq.Eq{"org_id": org, "id": id}))
	if store.IsNoRows(err) {
		return "", domain.NotFound("There is no campaign %d.", id)
	}
	return state, err
}

// campaignOrder leaves those that were never published at the end of the newest.
var campaignOrder = map[string]string{
	"id": "id", "name": "lower(c.name)", "state": "c.state", "createdAt": "c.created_at", "updatedAt": "c.updated_at",
	"inside": "open", "finished": "ended", "publishedAt": "coalesce(v.published_at, '-infinity')",
}

// Campaigns implements campaign.Campaigns.
func (s *Store) Campaigns(ctx context.Context, org domain.OrgID, q campaign.Query) (domain.Page[campaign.Campaign], error) {
	order, err := store.Order(q.PageQuery, campaignOrder, "updatedAt")
	if err != nil {
		return domain.Page[campaign.Campaign]{}, err
	}
	matches, err := campaignsLike(ctx, org, q)
	if err != nil {
		return domain.Page[campaign.Campaign]{}, err
	}
	page, err := store.Page[campaignRow](ctx, s.db.Read(), selectCampaign.Where(matches), q.PageQuery, order)
	if err != nil {
		return domain.Page[campaign.Campaign]{}, fmt.Errorf("list campaigns: %w", err)
	}
	var broken error
	campaigns := domain.MapPage(page, func(row campaignRow) campaign.Campaign {
		c, err := row.campaign()
		if err != nil {
			broken = err
		}
		return c
	})
	return campaigns, broken
}

// InsertCampaign implements campaign.Campaigns.
func (s *Store) InsertCampaign(ctx context.Context, org domain.OrgID, in campaign.Input) (campaign.ID, error) {
	draft, err := json.Marshal(in.Flow)
	if err != nil {
		return 0, fmt.Errorf("write draft: %w", err)
	}
	id, err := store.Value[campaign.ID](ctx, s.db.Querier(ctx), store.SQL.Insert("campaign.campaigns").
		Columns("org_id", "name", "description", "reentry", "draft", "is_sample", "created_by").
		Values(org, in.Name, in.Description, in.Reentry, draft, in.IsSample, in.CreatedBy).Suffix("returning id"))
	if err != nil {
		return 0, fmt.Errorf("insert campaign: %w", err)
	}
	return id, nil
}

// UpdateCampaign implements campaign.Campaigns.
func (s *Store) UpdateCampaign(ctx context.Context, org domain.OrgID, id campaign.ID, revision int, in campaign.Input) (bool, error) {
	draft, err := json.Marshal(in.Flow)
	if err != nil {
		return false, fmt.Errorf("write draft: %w", err)
	}
	changed, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("campaign.campaigns").
		Set("name", in.Name).Set("description", in.Description).Set("reentry", in.Reentry).Set("draft", draft).
		Set("draft_revision", sq.Expr("draft_revision + 1")).Set("updated_at", sq.Expr("now()")).
		Where(sq.Eq{"org_id": org, "id": id, "draft_revision": revision}))
	if err != nil {
		return false, fmt.Errorf("update campaign: %w", err)
	}
	return changed == 1, nil
}

// SetCampaignState implements campaign.Campaigns.
func (s *Store) SetCampaignState(ctx context.Context, org domain.OrgID, id campaign.ID, to campaign.State, from ...campaign.State) (bool, error) {
	changed, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("campaign.campaigns").
		Set("state", to).Set("updated_at", sq.Expr("now()")).
		Set("state_since", sq.Expr("case when state = ? then state_since else now() end", to)).
		Set("paused_reason", sq.Expr("case when ? = 'paused' then paused_reason else '' end", string(to))).
		Where(sq.Eq{"org_id": org, "id": id, "state": from}))
	if err != nil {
		return false, fmt.Errorf("set campaign state: %w", err)
	}
	return changed == 1, nil
}

// PauseCampaign implements campaign.Campaigns.
func (s *Store) PauseCampaign(ctx context.Context, org domain.OrgID, id campaign.ID, reason domain.Kept) (bool, error) {
	changed, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("campaign.campaigns").
		Set("state", campaign.StatePaused).Set("paused_reason", reason).Set("state_since", sq.Expr("now()")).Set("updated_at", sq.Expr("now()")).
		Where(sq.Eq{"org_id": org, "id": id, "state": campaign.StateActive}))
	if err != nil {
		return false, fmt.Errorf("pause campaign: %w", err)
	}
	return changed == 1, nil
}

// DeleteCampaign implements campaign.Campaigns.
func (s *Store) DeleteCampaign(ctx context.Context, org domain.OrgID, id campaign.ID) error {
	return s.deleteCampaigns(ctx, org, []campaign.ID{id})
}

func (s *Store) deleteCampaigns(ctx context.Context, org domain.OrgID, ids []campaign.ID) error {
	return s.db.InTx(ctx, org, func(ctx context.Context) error {
		for _, del := range []struct{ table, column string }{
			{"campaign.journeys", "campaign_id"}, {"campaign.versions", "campaign_id"}, {"campaign.campaigns", "id"},
		} {
			_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete(del.table).Where(sq.Eq{"org_id": org}).Where(del.column+" = any(?)", ids))
			if err != nil {
				return fmt.Errorf("delete from %s: %w", del.table, err)
			}
		}
		return nil
	})
}

// HasSample implements campaign.Campaigns.
func (s *Store) HasSample(ctx context.Context, org domain.OrgID) (bool, error) {
	return store.Value[bool](ctx, s.db.Querier(ctx),
		sq.Expr("select exists (select from campaign.campaigns where org_id = $1 and is_sample)", org))
}

// DeleteSample implements campaign.Campaigns.
func (s *Store) DeleteSample(ctx context.Context, org domain.OrgID) error {
	ids, err := store.Values[campaign.ID](ctx, s.db.Querier(ctx),
		store.SQL.Select("id").From("campaign.campaigns").Where(sq.Eq{"org_id": org, "is_sample": true}))
	if err != nil {
		return fmt.Errorf("find sample campaigns: %w", err)
	}
	return s.deleteCampaigns(ctx, org, ids)
}

// CountActive implements campaign.Campaigns.
func (s *Store) CountActive(ctx context.Context, org domain.OrgID) (int, error) {
	return store.Value[int](ctx, s.db.Read(), store.SQL.Select("count(*)").From("campaign.campaigns").
		Where(sq.Eq{"org_id": org, "state": campaign.StateActive}))
}
