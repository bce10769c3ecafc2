package activities

import (
	"context"

	"github.com/mauntic/mauntic/domain/campaign"
)

// Campaign is what journeys ask of campaigns.
type Campaign struct {
	Service *campaign.Service
}

// AdvanceJourney answers "what now?" for one journey. It is idempotent by the question's number.
func (a *Campaign) AdvanceJourney(ctx context.Context, ask campaign.Advance) (campaign.Instruction, error) {
	return a.Service.Advance(ctx, ask)
}
