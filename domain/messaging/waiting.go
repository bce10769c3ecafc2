package messaging

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// What a ready message waits for.
const (
	// WaitsForProvider: the provider refuses for now, or can't be reached.
	WaitsForProvider = "provider"
	// WaitsForRule: a rule of ours holds it back, such as a pause, quiet hours or a cap.
	WaitsForRule = "rule"
)

// Waiting is why messages of a campaign do not go out now. None of them is lost.
type Waiting struct {
	Campaign int64
	For      string      // WaitsForProvider or WaitsForRule
	Reason   domain.Kept // the last sentence about it, for marketers
	Messages int         // how many wait
	Since    time.Time   // the first of them
	Until    *time.Time  // when the first is tried again; nil: when what holds it back is over
}

// Waiting tells what keeps messages of some campaigns from going out, the most messages first: one
// entry for the provider, and one for each reason of a rule.
func (s *Service) Waiting(ctx context.Context, org domain.OrgID, campaigns ...int64) ([]Waiting, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return nil, err
	}
	if len(campaigns) == 0 {
		return nil, nil
	}
	found, err := s.store.Waiting(ctx, org, campaigns)
	for i := range found {
		found[i].Reason = withoutDetail(found[i].Reason)
	}
	return found, err
}
