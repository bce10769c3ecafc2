package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

var _ crm.FieldUses = (*Service)(nil)

// FieldUses implements crm.FieldUses: it names a few campaigns with a step that sets the field or asks
// about it, in the draft or in a version that people are in.
func (s *Service) FieldUses(ctx context.Context, org domain.OrgID, alias string) ([]*domain.Phrase, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return nil, err
	}
	const few = 5
	names, err := s.Store.CampaignsWithField(ctx, org, alias, few)
	users := make([]*domain.Phrase, len(names))
	for i, name := range names {
		users[i] = domain.Say("the campaign “%s”", name)
	}
	return users, err
}
