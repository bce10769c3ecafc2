package campaign

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

var _ messaging.Holds = (*Service)(nil)

// Hold implements messaging.Holds: nothing of a campaign that is paused or archived goes out,
// however far its messages have come.
func (s *Service) Hold(ctx context.Context, org domain.OrgID, m messaging.Message) (held bool, until time.Time, reason string, err error) {
	if m.CampaignID == nil {
		return false, time.Time{}, "", nil
	}
	state, err := s.Store.CampaignState(ctx, org, ID(*m.CampaignID))
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		return true, time.Time{}, "The campaign was deleted.", nil
	case err != nil:
		return false, time.Time{}, "", err
	case state == StatePaused:
		return true, time.Time{}, "The campaign is paused.", nil
	case state == StateArchived:
		return true, time.Time{}, "The campaign is archived.", nil
	}
	return false, time.Time{}, "", nil
}
