package messaging

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Samples is the port for sample data.
type Samples interface {
	// DeleteSamples removes the sample emails with their messages and captured mails.
	DeleteSamples(ctx context.Context, org domain.OrgID) error
}

// DeleteSamples removes the emails that the demo has loaded, with everything that was sent of them.
func (s *Service) DeleteSamples(ctx context.Context, org domain.OrgID) error {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error { return s.store.DeleteSamples(ctx, org) })
}
