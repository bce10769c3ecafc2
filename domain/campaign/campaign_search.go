package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/search"
)

// SearchCommands are what campaigns can be searched by, in the order of help.
var SearchCommands = search.Commands{
	search.ByName,
	{Name: "description", Hint: domain.Mark("The description holds this text"), Example: "description:spring"},
	search.OfKind("active", "paused", "draft", "archived", "published", "unpublished", "mine", "sample"),
	{Name: "inside", Kind: search.Number, Hint: domain.Mark("By the number of people inside now"), Example: "inside:>100"},
	{Name: "finished", Kind: search.Number, Hint: domain.Mark("By the number of people who have finished"), Example: "finished:0"},
	{Name: "published", Kind: search.Date, Hint: domain.Mark("By the day of the newest version"), Example: "published:>=-30d"},
	search.ByCreated, search.ByUpdated, search.ByIDs,
}

var _ messaging.CampaignFinder = (*Service)(nil)

// CampaignsNamed implements messaging.CampaignFinder.
func (s *Service) CampaignsNamed(ctx context.Context, org domain.OrgID, name search.Term) ([]messaging.CampaignName, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return nil, err
	}
	return s.Store.CampaignsNamed(ctx, org, name)
}
