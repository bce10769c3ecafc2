package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Samples is the port for sample data.
type Samples interface {
	// DeleteSamples removes the sample contacts, and the tags that nobody else carries.
	DeleteSamples(ctx context.Context, org domain.OrgID) error
}

// DeleteSamples removes the contacts that the demo has loaded, with all that is known of them.
func (s *Service) DeleteSamples(ctx context.Context, org domain.OrgID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.store.DeleteSamples(ctx, org)
}
