package campaignstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
)

// A published version counts while it takes new people, or while somebody is inside.
const campaignsWithField = `select c.name from campaign.campaigns c
	where c.org_id = $1 and c.state <> 'archived' and (c.draft @? $2::jsonpath or exists (
		select from campaign.versions v where v.org_id = c.org_id and v.campaign_id = c.id and v.flow @? $2::jsonpath
			and (v.version = c.version or exists (select from campaign.journeys j
				where j.org_id = c.org_id and j.campaign_id = c.id and j.version = v.version and j.state <> 'ended'))))
	order by c.name, c.id limit $3`

// CampaignsWithField implements campaign.Campaigns.
func (s *Store) CampaignsWithField(ctx context.Context, org domain.OrgID, alias string, limit int) ([]string, error) {
	path := fmt.Sprintf(`$.**.settings ? (@.field == %q || exists(@.fields.%q))`, alias, alias) // an alias has letters, digits and _ only
	names, err := store.Values[string](ctx, s.db.Read(), sq.Expr(campaignsWithField, org, path, limit))
	if err != nil {
		return nil, fmt.Errorf("find campaigns that use a field: %w", err)
	}
	return names, nil
}
