package campaign

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mauntic/mauntic/domain"
)

// Workflows is the port to the system that runs the workflow of each journey.
type Workflows interface {
	// Start starts a journey's workflow at its cursor. A workflow that runs already is a success.
	Start(ctx context.Context, journey Journey) (runID string, err error)
	// Wake tells a workflow to ask again; false when it does not run.
	Wake(ctx context.Context, workflowID string, why Happened) (found bool, err error)
	// Running says whether a workflow is there and not closed.
	Running(ctx context.Context, workflowID string) (bool, error)
	// Doing asks an open workflow what it does.
	Doing(ctx context.Context, workflowID string) (Instruction, error)
	// Namespace returns the id of the namespace that the workflows live in. It changes when
	// the workflow system was replaced or has lost its database.
	Namespace(ctx context.Context) (string, error)
}

// How the starter paces itself.
const (
	startBatch    = 200
	startParallel = 16
	startLease    = time.Minute // longer than any batch takes
	startIdle     = 500 * time.Millisecond
	startRetry    = 2 * time.Second
)

func (s *Service) pokeStarter() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// RunStarter starts the workflows of pending journeys, and wakes the parked ones of resumed
// campaigns, until ctx ends. Several may run: a lease keeps them apart, and starting twice does
// no harm.
func (s *Service) RunStarter(ctx context.Context) {
	for ctx.Err() == nil {
		busy, err := s.startSome(ctx)
		pause := startIdle
		switch {
		case err != nil && ctx.Err() == nil:
			s.Log.WarnContext(ctx, "start journeys", "error", err)
			pause = startRetry
		case busy:
			continue
		}
		select {
		case <-ctx.Done():
		case <-s.poke:
		case <-time.After(pause):
		}
	}
}

// startSome does one round and says whether there may be more to do.
func (s *Service) startSome(ctx context.Context) (bool, error) {
	pending, err := s.Store.ClaimPending(ctx, startBatch, startLease)
	if err != nil {
		return false, err
	}
	parked, err := s.Store.ClaimParked(ctx, startBatch, startLease)
	if err != nil {
		return false, err
	}
	err = errors.Join(s.startAll(ctx, pending),
		each(ctx, parked, func(ctx context.Context, j Journey) error { return s.nudge(ctx, j, "resumed") }))
	return len(pending) == startBatch || len(parked) == startBatch, err
}

func (s *Service) startAll(ctx context.Context, pending []Journey) error {
	started := make([]Started, len(pending))
	var group errgroup.Group
	group.SetLimit(startParallel)
	for i, journey := range pending {
		group.Go(func() error {
			run, err := s.Workflows.Start(ctx, journey)
			if err == nil {
				started[i] = Started{Org: journey.Org, Journey: journey.ID, Run: run}
			}
			return err
		})
	}
	failed := group.Wait()
	var done []Started
	var left []Journey
	for i, one := range started {
		if one.Run != "" {
			done = append(done, one)
		} else {
			left = append(left, pending[i])
		}
	}
	if len(done) > 0 {
		failed = errors.Join(failed, s.Store.MarkStarted(ctx, done))
	}
	if len(left) > 0 {
		failed = errors.Join(failed, s.Store.GiveBack(ctx, left))
	}
	return failed
}

// nudge wakes a journey's workflow, or has it started again at its cursor when it is gone.
func (s *Service) nudge(ctx context.Context, j Journey, reason string) error {
	found, err := s.Workflows.Wake(ctx, j.WorkflowID, Happened{What: HappenedWake, Reason: reason})
	if err != nil || found {
		return err
	}
	return s.restart(ctx, j.Org, j.ID, reason)
}

// restart has a journey without workflow started again at its cursor.
func (s *Service) restart(ctx context.Context, org domain.OrgID, id JourneyID, reason string) error {
	s.Log.WarnContext(ctx, "restart a journey without workflow", "org", org, "journey", id, "reason", reason)
	return s.Store.ToRestart(ctx, org, id)
}

func each(ctx context.Context, journeys []Journey, do func(context.Context, Journey) error) error {
	var group errgroup.Group
	group.SetLimit(startParallel)
	for _, journey := range journeys {
		group.Go(func() error { return do(ctx, journey) })
	}
	return group.Wait()
}
