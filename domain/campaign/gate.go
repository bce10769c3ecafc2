package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

var _ messaging.Gate = (*Service)(nil)

// Judge implements messaging.Gate: nothing of a campaign that is paused or archived goes out,
// however far its messages have come.
func (s *Service) Judge(ctx context.Context, org domain.OrgID, m messaging.Message, _ crm.Contact) (messaging.Verdict, error) {
	if m.CampaignID == nil {
		return messaging.Verdict{}, nil
	}
	state, err := s.Store.CampaignState(ctx, org, ID(*m.CampaignID))
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		return messaging.Verdict{Hold: true, Reason: domain.Keep("The campaign was deleted.")}, nil
	case err != nil:
		return messaging.Verdict{}, err
	case state == StatePaused:
		return messaging.Verdict{Hold: true, Reason: domain.Keep("The campaign is paused.")}, nil
	case state == StateArchived:
		return messaging.Verdict{Hold: true, Reason: domain.Keep("The campaign is archived.")}, nil
	}
	return messaging.Verdict{}, nil
}
