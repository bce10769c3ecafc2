package campaign

import (
	"context"
	"fmt"
	"time"
)

// How the reconciler paces itself.
const (
	reconcileEvery = 15 * time.Second
	overdueGrace   = time.Minute     // a busy system may be that late
	overdueLease   = 5 * time.Minute // before the same journey is looked at again
	missedWindow   = 3 * time.Minute // events younger than this are checked for lost signals
	reconcileBatch = 500
)

// namespaceFact is where the id of the namespace is kept.
const namespaceFact = "temporal.namespace_id"

// RunReconciler brings back every open journey that has lost its workflow, its timer or its
// signal, until ctx ends.
func (s *Service) RunReconciler(ctx context.Context) {
	for ctx.Err() == nil {
		if err := s.Reconcile(ctx, time.Now()); err != nil && ctx.Err() == nil {
			s.Log.Warn("reconcile journeys", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(reconcileEvery):
		}
	}
}

// Reconcile does one round. It is safe at any time and from several processes.
func (s *Service) Reconcile(ctx context.Context, now time.Time) error {
	if err := s.checkNamespace(ctx); err != nil {
		return fmt.Errorf("check namespace: %w", err)
	}
	overdue, err := s.Store.ClaimOverdue(ctx, now.Add(-overdueGrace), reconcileBatch, overdueLease)
	if err != nil {
		return fmt.Errorf("find overdue journeys: %w", err)
	}
	if err := each(ctx, overdue, func(ctx context.Context, j Journey) error { return s.recover(ctx, j) }); err != nil {
		return fmt.Errorf("recover overdue journeys: %w", err)
	}
	return s.signalMissed(ctx, now)
}

// signalMissed signals events whose signal was lost. The first round of a process looks at all
// events that somebody still waits for: nobody knows how long nothing ran.
func (s *Service) signalMissed(ctx context.Context, now time.Time) error {
	after := now.Add(-missedWindow)
	if !s.caughtUp {
		after = time.Time{}
	}
	missed, err := s.Store.Missed(ctx, after, reconcileBatch)
	if err != nil {
		return fmt.Errorf("find missed events: %w", err)
	}
	for _, w := range missed {
		s.signal(ctx, w)
	}
	s.caughtUp = len(missed) < reconcileBatch
	return nil
}

// recover wakes an overdue journey. One whose activity takes its time (a provider is down) is
// left alone as long as its workflow runs.
func (s *Service) recover(ctx context.Context, j Journey) error {
	if j.Answer == nil || j.Answer.Do != DoRun {
		return s.nudge(ctx, j, "overdue")
	}
	running, err := s.Workflows.Running(ctx, j.WorkflowID)
	if err != nil || running {
		return err
	}
	return s.nudge(ctx, j, "overdue")
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
		s.Log.Warn("the Temporal namespace has changed: all open journeys start again at their step", "journeys", restarted)
	}
	return s.Store.SetFact(ctx, namespaceFact, now)
}
