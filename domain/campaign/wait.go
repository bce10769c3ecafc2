package campaign

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// Waits is the port for the events that open journeys wait for.
type Waits interface {
	// Waiting returns the journeys that wait for one of the events, with the event that each
	// of them waits for.
	Waiting(ctx context.Context, org domain.OrgID, events []crm.Event) ([]Waiting, error)
	// Missed returns journeys whose awaited event was committed after a time and that still
	// wait: their signal may have been lost.
	Missed(ctx context.Context, after time.Time, limit int) ([]Waiting, error)
}

// Waiting is a journey that an event is for.
type Waiting struct {
	Org        domain.OrgID
	Journey    JourneyID
	WorkflowID string
	Event      crm.EventID
}

var _ crm.EventListener = (*Service)(nil)

// EventsAppended implements crm.EventListener: it has the events signalled to the journeys that wait
// for them, without keeping the caller. When too much is queued, or the program dies, the
// reconciler signals them.
func (s *Service) EventsAppended(ctx context.Context, org domain.OrgID, events []crm.Event) {
	var awaitable []crm.Event
	for _, event := range events {
		if awaited(event.Type) && !event.Machine() {
			awaitable = append(awaitable, event)
		}
	}
	if len(awaitable) == 0 {
		return
	}
	select {
	case s.appended <- appended{org: org, events: awaitable}:
	default:
		s.Log.WarnContext(ctx, "too many events wait to be signalled; the reconciler will signal the rest", "org", org, "events", len(awaitable))
	}
}

// appended are events to be signalled.
type appended struct {
	org    domain.OrgID
	events []crm.Event
}

// How the router is sized.
const (
	routeQueue    = 10_000
	routeParallel = 4
	routeTime     = 10 * time.Second
)

// RunRouter signals appended events to the journeys that wait for them, until ctx ends. Every
// process that appends events runs it.
func (s *Service) RunRouter(ctx context.Context) {
	var group errgroup.Group
	for range routeParallel {
		group.Go(func() error {
			for {
				select {
				case <-ctx.Done():
					return nil
				case a := <-s.appended:
					s.routeEvents(ctx, a)
				}
			}
		})
	}
	_ = group.Wait() // they return nothing
}

// routeEvents signals events to the journeys that wait for them, and to no others.
func (s *Service) routeEvents(ctx context.Context, a appended) {
	ctx, cancel := context.WithTimeout(ctx, routeTime)
	defer cancel()
	waiting, err := s.Store.Waiting(ctx, a.org, a.events)
	if err != nil {
		s.Log.ErrorContext(ctx, "find journeys that wait for events", "org", a.org, "error", err)
		return
	}
	for _, w := range waiting {
		if err := s.signal(ctx, w); err != nil {
			s.Log.WarnContext(ctx, "signal an event", "org", w.Org, "journey", w.Journey, "event", w.Event, "error", err)
		}
	}
}

// awaited says whether a step may wait for events of a type: most events need no look at the waits.
func awaited(eventType string) bool {
	for _, events := range decisionEvents {
		for _, awaited := range events {
			if awaited == eventType {
				return true
			}
		}
	}
	return false
}

// signal wakes a journey that waits, or has it started again when its workflow is gone.
func (s *Service) signal(ctx context.Context, w Waiting) error {
	found, err := s.Workflows.Wake(ctx, w.WorkflowID, Happened{What: HappenedEvent, Event: w.Event})
	if err != nil || found {
		return err
	}
	return s.restart(ctx, w.Org, w.Journey, "an event")
}
