package campaignstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/searchsql"
)

// campaignSearch is what searches mean for selectCampaign.
var campaignSearch = searchsql.List{
	Commands: campaign.SearchCommands,
	Words:    "lower(c.name || ' ' || c.description)",
	Terms: map[string]searchsql.Term{
		"name":        searchsql.Text("c.name"),
		"description": searchsql.Text("c.description"),
		"is": searchsql.Choice(searchsql.Cases{
			"active":      searchsql.When("c.state = 'active'"),
			"paused":      searchsql.When("c.state = 'paused'"),
			"draft":       searchsql.When("c.state = 'draft'"),
			"archived":    searchsql.When("c.state = 'archived'"),
			"published":   searchsql.When("c.version > 0"),
			"unpublished": searchsql.When("c.version = 0"),
			"mine":        searchsql.Mine("c.created_by"),
			"sample":      searchsql.When("c.is_sample"),
		}),
		"inside":    searchsql.Number("coalesce(n.here, 0)"),
		"finished":  searchsql.Number("coalesce(n.passed, 0)"),
		"published": searchsql.Date("v.published_at"),
		"created":   searchsql.Date("c.created_at"),
		"updated":   searchsql.Date("c.updated_at"),
		"ids":       searchsql.IDs("c.id"),
	},
}

// campaignsLike narrows a list of campaigns to its state and search. Archived ones are only there for those
// who ask for them.
func campaignsLike(ctx context.Context, org domain.OrgID, q campaign.Query) (sq.Sqlizer, error) {
	x, err := search.Parse(q.Search, campaignSearch.Commands)
	if err != nil {
		return nil, err
	}
	matches := sq.And{sq.Eq{"c.org_id": org}}
	switch {
	case q.State != "":
		matches = append(matches, sq.Eq{"c.state": q.State})
	case !search.Asks(x, "is", string(campaign.StateArchived)):
		matches = append(matches, sq.NotEq{"c.state": campaign.StateArchived})
	}
	if condition := campaignSearch.Condition(searchsql.ScopeOf(ctx, org), x); condition != nil {
		matches = append(matches, condition)
	}
	return matches, nil
}

// CampaignsNamed implements campaign.Campaigns.
func (s *Store) CampaignsNamed(ctx context.Context, org domain.OrgID, name search.Term) ([]messaging.CampaignName, error) {
	found, err := store.Many[messaging.CampaignName](ctx, s.db.Read(), store.SQL.Select("id", "name").From("campaign.campaigns").Where(sq.Eq{"org_id": org}).
		Where(searchsql.Text("name")(searchsql.ScopeOf(ctx, org), name)).OrderBy("lower(name)", "id"))
	if err != nil {
		return nil, fmt.Errorf("look up campaigns: %w", err)
	}
	return found, nil
}
