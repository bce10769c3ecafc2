package campaign

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

var _ crm.FieldUses = (*Service)(nil)

// FieldUses implements crm.FieldUses: it names a few campaigns with a step that sets the field or asks
// about it, in the draft or in a version that people are in.
func (s *Service) FieldUses(ctx context.Context, org domain.OrgID, alias string) ([]string, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return nil, err
	}
	const few = 5
	names, err := s.Store.CampaignsWithField(ctx, org, alias, few)
	for i, name := range names {
		names[i] = fmt.Sprintf("the campaign “%s”", name)
	}
	return names, err
}
