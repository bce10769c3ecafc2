package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
)

var quiet = slog.New(slog.DiscardHandler)

func TestPartsStopInReverseOrder(t *testing.T) {
	t.Parallel()
	var stopped []string
	err := oneShot(quiet, func(_ context.Context, s *stack) error {
		for _, name := range []string{"first", "second", "third"} {
			s.push(name, func(context.Context) error {
				stopped = append(stopped, name)
				return nil
			})
		}
		return nil
	})
	if err != nil || !slices.Equal(stopped, []string{"third", "second", "first"}) {
		t.Errorf("stopped %v, %v", stopped, err)
	}
}

func TestWhatWasStartedIsStoppedWhenTheRestFails(t *testing.T) {
	t.Parallel()
	broken, stopped := errors.New("broken"), false
	err := supervise(quiet, func(_ context.Context, s *stack) error {
		s.push("first", func(context.Context) error {
			stopped = true
			return nil
		})
		return broken
	})
	if !errors.Is(err, broken) || !stopped {
		t.Errorf("error = %v, stopped = %v", err, stopped)
	}
}

func TestAPartThatEndsStopsEverything(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	worked := make(chan struct{})
	err := supervise(quiet, func(_ context.Context, s *stack) error {
		s.watch("The database", ended)
		s.background("loop", func(ctx context.Context) {
			close(worked)
			<-ctx.Done()
		})
		<-worked
		close(ended)
		return nil
	})
	if err == nil || err.Error() != "The database ended unexpectedly" {
		t.Errorf("error = %v", err)
	}
}

func TestStoppingAPartOnPurposeIsNoFailure(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	err := oneShot(quiet, func(_ context.Context, s *stack) error {
		s.watch("The database", ended)
		s.push("database", func(context.Context) error {
			close(ended)
			return nil
		})
		return nil
	})
	if err != nil {
		t.Errorf("error = %v", err)
	}
}
