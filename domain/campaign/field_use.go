package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

var _ crm.FieldUses = (*Service)(nil)

// FieldUses implements crm.FieldUses: it names campaigns with a step that sets the field, asks about it or
// writes it somewhere, in the draft or in a version that people are in.
func (s *Service) FieldUses(ctx context.Context, org domain.OrgID, alias string) ([]crm.FieldUse, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return nil, err
	}
	return s.Store.CampaignsWithField(ctx, org, alias, crm.FewUses)
}
