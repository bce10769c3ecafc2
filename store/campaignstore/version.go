package campaignstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

var selectVersion = store.SQL.Select("campaign_id", "version", "flow", "published_by", "published_at").From("campaign.versions")

type versionRow struct {
	CampaignID  campaign.ID
	Version     int
	Flow        json.RawMessage
	PublishedBy *identity.UserID
	PublishedAt time.Time
}

func (r versionRow) version() (campaign.Version, error) {
	flow, err := campaign.ParseFlow(r.Flow)
	if err != nil {
		return campaign.Version{}, fmt.Errorf("read version %d of campaign %d: %w", r.Version, r.CampaignID, err)
	}
	return campaign.Version{Campaign: r.CampaignID, Version: r.Version, Flow: flow, PublishedBy: r.PublishedBy, PublishedAt: r.PublishedAt}, nil
}

// Version implements campaign.Versions.
func (s *Store) Version(ctx context.Context, org domain.OrgID, id campaign.ID, version int) (campaign.Version, error) {
	row, err := store.One[versionRow](ctx, s.db.Querier(ctx), selectVersion.Where(sq.Eq{"org_id": org, "campaign_id": id, "version": version}))
	switch {
	case store.IsNoRows(err):
		return campaign.Version{}, domain.NotFound("Campaign %d has no version %d.", id, version)
	case err != nil:
		return campaign.Version{}, fmt.Errorf("read version: %w", err)
	}
	return row.version()
}

// Versions implements campaign.Versions.
func (s *Store) Versions(ctx context.Context, org domain.OrgID, id campaign.ID) ([]campaign.Version, error) {
	rows, err := store.Many[versionRow](ctx, s.db.Read(), selectVersion.Where(sq.Eq{"org_id": org, "campaign_id": id}).OrderBy("version desc"))
	if err != nil {
		return nil, fmt.Errorf("list versions: %w", err)
	}
	versions := make([]campaign.Version, len(rows))
	for i, row := range rows {
		if versions[i], err = row.version(); err != nil {
			return nil, err
		}
	}
	return versions, nil
}

// An unchanged draft is published once: its newest version stands.
const insertVersion = `
with locked as (
    select org_id, id, version, draft from campaign.campaigns
    where org_id = $1 and id = $2 and draft_revision = $3 and state <> 'archived' for update
), inserted as (
    insert into campaign.versions (org_id, campaign_id, version, flow, published_by)
    select l.org_id, l.id, l.version + 1, l.draft, nullif($4::bigint, 0) from locked l
    where not exists (select from campaign.versions v
        where v.org_id = l.org_id and v.campaign_id = l.id and v.version = l.version and v.flow = l.draft)
    returning version
)
update campaign.campaigns c
set version = coalesce((select version from inserted), c.version), state = 'active', updated_at = now(),
    state_since = case when c.state = 'active' then c.state_since else now() end
from locked l where c.org_id = l.org_id and c.id = l.id
returning c.version`

// InsertVersion implements campaign.Versions.
func (s *Store) InsertVersion(ctx context.Context, org domain.OrgID, c campaign.Campaign, by identity.UserID) (int, error) {
	version, err := store.Value[int](ctx, s.db.Querier(ctx), sq.Expr(insertVersion, org, c.ID, c.DraftRevision, by))
	if store.IsNoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("insert version: %w", err)
	}
	return version, nil
}
