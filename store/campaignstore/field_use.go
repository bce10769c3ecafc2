package campaignstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// A published version counts while it takes new people, or while somebody is inside.
const campaignsWithField = `select 'campaign' as kind, c.id, c.name from campaign.campaigns c
	where c.org_id = $1 and c.state <> 'archived' and (c.draft @? $2::jsonpath or exists (
		select from campaign.versions v where v.org_id = c.org_id and v.campaign_id = c.id and v.flow @? $2::jsonpath
			and (v.version = c.version or exists (select from campaign.journeys j
				where j.org_id = c.org_id and j.campaign_id = c.id and j.version = v.version and j.state <> 'ended'))))
	order by c.name, c.id limit $3`

// CampaignsWithField implements campaign.Campaigns. A text of a step names the field in a tag, as {{ contact.city }} does.
func (s *Store) CampaignsWithField(ctx context.Context, org domain.OrgID, alias string, limit int) ([]crm.FieldUse, error) {
	// An alias has letters, digits and _ only.
	path := fmt.Sprintf(`$.**.settings ? (@.field == %q || exists(@.fields.%q) || exists(@.** ? (@.type() == "string" && @ like_regex "[{][{%%][^}]*[^a-zA-Z0-9_]%s[^a-zA-Z0-9_]")))`,
		alias, alias, alias)
	uses, err := store.Many[crm.FieldUse](ctx, s.db.Read(), sq.Expr(campaignsWithField, org, path, limit))
	if err != nil {
		return nil, fmt.Errorf("find campaigns that use a field: %w", err)
	}
	return uses, nil
}
