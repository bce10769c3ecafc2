package campaign

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// How the reconciler paces itself.
const (
	reconcileEvery = 15 * time.Second
	overdueGrace   = time.Minute      // a busy system may be that late
	overduePause   = 10 * time.Minute // before a late journey is looked at again
	missedWindow   = 30 * time.Second // an event may commit that long after it was written
	reconcileBatch = 500
)

// namespaceFact is where the id of the namespace is kept, roundFact when the last round was complete.
const (
	namespaceFact = "temporal.namespace_id"
	roundFact     = "reconciler.round"
)

// RunReconciler brings back every open journey that has lost its workflow, its timer or its
// signal, and ends those of archived campaigns, until ctx ends.
func (s *Service) RunReconciler(ctx context.Context) {
	for ctx.Err() == nil {
		now, err := s.Store.Now(ctx)
		if err == nil {
			err = s.Reconcile(ctx, now)
		}
		if err != nil && ctx.Err() == nil {
			s.Log.WarnContext(ctx, "reconcile journeys", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(reconcileEvery):
		}
	}
}

// Reconcile does one round at a time that is the database's: a process whose own clock is wrong must
// not take sleepers for late. It is safe at any time and from several processes.
func (s *Service) Reconcile(ctx context.Context, now time.Time) error {
	if err := s.checkNamespace(ctx); err != nil {
		return fmt.Errorf("check namespace: %w", err)
	}
	err := errors.Join(s.endArchived(ctx), s.recoverOverdue(ctx, now), s.signalMissed(ctx))
	if err != nil {
		return err
	}
	s.reconciled = now
	return s.Store.SetFact(ctx, roundFact, now.UTC().Format(time.RFC3339))
}

func (s *Service) endArchived(ctx context.Context) error {
	archived, err := s.Store.ClaimArchived(ctx, reconcileBatch, startLease)
	if err == nil {
		err = each(ctx, archived, func(ctx context.Context, j Journey) error { return s.nudge(ctx, j, "archived") })
	}
	if err != nil {
		return fmt.Errorf("end journeys of archived campaigns: %w", err)
	}
	return nil
}

// recoverOverdue restarts overdue journeys whose workflow is gone. One that runs is merely late,
// because the system is busy or a provider is down, and is looked at again later: Temporal loses
// no timers.
func (s *Service) recoverOverdue(ctx context.Context, now time.Time) error {
	overdue, err := s.Store.ClaimOverdue(ctx, now.Add(-overdueGrace), reconcileBatch, startLease)
	if err == nil {
		err = each(ctx, overdue, func(ctx context.Context, j Journey) error {
			running, err := s.Workflows.Running(ctx, j.WorkflowID)
			switch {
			case err != nil:
				return err
			case running:
				return s.Store.Postpone(ctx, j.Org, j.ID, now.Add(overduePause))
			}
			return s.restart(ctx, j.Org, j.ID, "overdue")
		})
	}
	if err != nil {
		return fmt.Errorf("recover overdue journeys: %w", err)
	}
	return nil
}

// signalMissed signals events whose signal was lost. It looks at what came since the last complete
// round; the first round of a process looks at all events that somebody still waits for, because
// nobody knows how long nothing ran.
func (s *Service) signalMissed(ctx context.Context) error {
	var after time.Time
	if !s.reconciled.IsZero() {
		after = s.reconciled.Add(-missedWindow)
	}
	missed, err := s.Store.Missed(ctx, after, reconcileBatch)
	if err != nil {
		return fmt.Errorf("find missed events: %w", err)
	}
	for _, w := range missed {
		if err := s.signal(ctx, w); err != nil {
			return fmt.Errorf("signal missed event: %w", err)
		}
	}
	return nil
}

// checkNamespace restarts every open journey when the workflows are not where they were: Temporal
// has lost its database, or the installation has moved to another cluster.
func (s *Service) checkNamespace(ctx context.Context) error {
	now, err := s.Workflows.Namespace(ctx)
	if err != nil {
		return err
	}
	before, err := s.Store.Fact(ctx, namespaceFact)
	if err != nil || before == now {
		return err
	}
	if before != "" {
		restarted, err := s.Store.RestartAll(ctx)
		if err != nil {
			return err
		}
		s.Log.WarnContext(ctx, "the Temporal namespace has changed: all open journeys start again at their step", "journeys", restarted)
	}
	return s.Store.SetFact(ctx, namespaceFact, now)
}
