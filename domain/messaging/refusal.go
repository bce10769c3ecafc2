package messaging

import (
	"context"

	"github.com/mauntic/mauntic/domain"
)

// heed does what a refusal for good says about the address: one that does not exist is suppressed, a
// recipient who has opted out at the provider is marked. It joins the caller's transaction.
func (s *Service) heed(ctx context.Context, org domain.OrgID, m Message, to recipient, class BounceClass) error {
	if !m.Class.toContact() || class == "" {
		return nil
	}
	if m.Address = to.kept; to.gone {
		m.Contact = nil
	}
	effects := newEffects(s.now())
	heard := &Heard{Message: m}
	switch class {
	case BounceHard:
		effects.suppressFor(SuppressedHardBounce, heard, Feedback{})
	case BounceOptOut:
		effects.optOut = append(effects.optOut, suppressed{by: heard, at: effects.now})
	}
	for i := range effects.suppress {
		effects.suppress[i].at = effects.now
	}
	return s.applyLists(ctx, org, effects)
}
