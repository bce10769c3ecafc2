package campaign

import (
	"context"
	"time"

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
	WorkflowID string
	Event      crm.EventID
}

var _ crm.EventListener = (*Service)(nil)

// EventsAppended implements crm.EventListener: it signals the events to the journeys that wait
// for them, and to no others. A signal that is lost here is sent again by the reconciler.
func (s *Service) EventsAppended(ctx context.Context, org domain.OrgID, events []crm.Event) {
	var awaitable []crm.Event
	for _, event := range events {
		if !event.Machine() {
			awaitable = append(awaitable, event)
		}
	}
	if len(awaitable) == 0 {
		return
	}
	waiting, err := s.Store.Waiting(ctx, org, awaitable)
	if err != nil {
		s.Log.Error("find journeys that wait for events", "org", org, "error", err)
		return
	}
	for _, w := range waiting {
		s.signal(ctx, w)
	}
}

func (s *Service) signal(ctx context.Context, w Waiting) {
	_, err := s.Workflows.Wake(ctx, w.WorkflowID, Happened{What: HappenedEvent, Event: w.Event})
	if err != nil {
		s.Log.Warn("signal an event", "workflow", w.WorkflowID, "event", w.Event, "error", err)
	}
}
