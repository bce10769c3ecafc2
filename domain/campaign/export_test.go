package campaign

import "context"

// StartSome does one round of the starter.
func (s *Service) StartSome(ctx context.Context) (bool, error) { return s.startSome(ctx) }

// RouteAppended signals the events that are queued for the router, and returns when it is done.
func (s *Service) RouteAppended(ctx context.Context) {
	for {
		select {
		case a := <-s.appended:
			s.routeEvents(ctx, a)
		default:
			return
		}
	}
}
