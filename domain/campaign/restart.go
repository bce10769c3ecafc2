package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Restart has an open journey ask again what to do: its workflow is woken, or started again at its
// cursor when it is gone. It does no step twice. Only operators of the installation may, for the
// journeys of every organization. A journey that does not run is a Conflict.
func (s *Service) Restart(ctx context.Context, org domain.OrgID, id JourneyID) error {
	if err := identity.Require(ctx, identity.ActorFrom(ctx).Org, identity.Operate); err != nil {
		return err
	}
	journey, err := s.Store.Journey(ctx, org, id)
	switch {
	case err != nil:
		return err
	case journey.State == JourneyEnded:
		return domain.Conflict("This journey has ended.")
	case journey.State == JourneyPending:
		return domain.Conflict("This journey is about to be started.")
	}
	if err := s.nudge(ctx, journey.Journey, "an operator"); err != nil {
		return err
	}
	s.pokeStarter()
	return nil
}

// RouterBacklog is how many batches of events wait in this process to be signalled to journeys.
func (s *Service) RouterBacklog() int { return len(s.appended) }
