package operations

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// ItArrived settles an unknown message of any organization as sent.
func (s *Service) ItArrived(ctx context.Context, org domain.OrgID, id messaging.MessageID) error {
	ctx, err := actIn(ctx, org)
	if err == nil {
		_, err = s.Messaging.ItArrived(ctx, org, id)
	}
	s.forget()
	return err
}

// SendAgain sends an unknown message of any organization once more, at the risk that it arrives twice.
func (s *Service) SendAgain(ctx context.Context, org domain.OrgID, id messaging.MessageID) error {
	ctx, err := actIn(ctx, org)
	if err == nil {
		_, err = s.Messaging.SendAgain(ctx, org, id)
	}
	s.forget()
	return err
}

// Lift lets a sender of any organization go on that the program has paused, or ends a warning: a
// campaign is resumed.
func (s *Service) Lift(ctx context.Context, org domain.OrgID, id messaging.StopID) error {
	ctx, err := actIn(ctx, org)
	if err != nil {
		return err
	}
	defer s.forget()
	stop, err := s.Messaging.Stop(ctx, org, id)
	if err != nil {
		return err
	}
	if stop.Campaign() != 0 && stop.Level == messaging.LevelPaused {
		_, err = s.Campaigns.Resume(ctx, org, campaign.ID(stop.Campaign()))
		return err
	}
	_, err = s.Messaging.LiftStop(ctx, org, id)
	return err
}

// actIn lets an operator act in an organization that may be another one.
func actIn(ctx context.Context, org domain.OrgID) (context.Context, error) {
	actor := identity.ActorFrom(ctx)
	if err := identity.Require(ctx, actor.Org, identity.Operate); err != nil {
		return nil, err
	}
	actor.Org = org
	return identity.WithActor(ctx, actor), nil
}

// forget has the next report looked at anew.
func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fresh = s.Clock()
}
