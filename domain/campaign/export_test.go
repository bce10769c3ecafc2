package campaign

import "context"

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
