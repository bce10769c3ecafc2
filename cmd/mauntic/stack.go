package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// stopPatience is how long everything together may take to stop. Postgres, the last, is then ended
// without ceremony, which it survives.
const stopPatience = 27 * time.Second

// lostPatience is how long each part may take to stop when what it needs is gone: what it could
// not write down yet, it can't write down now. Every part survives being killed.
const lostPatience = time.Second

// stack is what has been started, to be stopped in reverse order.
type stack struct {
	log   *slog.Logger
	ctx   context.Context // ends when the program is asked to stop, or a part has failed
	end   context.CancelFunc
	group *errgroup.Group
	parts []part
	lost  atomic.Bool // a part that the others need has ended by itself
}

type part struct {
	name string
	stop func(ctx context.Context) error
}

// supervise starts parts and runs until a signal comes or a part fails, then stops what was
// started. A second signal ends the program at once; Postgres notices and ends, too.
func supervise(log *slog.Logger, start func(ctx context.Context, s *stack) error) error {
	return oneShot(log, func(ctx context.Context, s *stack) error {
		err := start(ctx, s)
		if err == nil {
			<-ctx.Done()
		}
		if errors.Is(context.Cause(ctx), errInterrupted) {
			log.Info("Stopping. Press Ctrl-C again to stop at once.")
			return nil // an interrupted start fails, as it should
		}
		return err
	})
}

var errInterrupted = errors.New("interrupted")

// oneShot starts parts, uses them, and stops them.
func oneShot(log *slog.Logger, use func(ctx context.Context, s *stack) error) error {
	interrupted, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	context.AfterFunc(interrupted, cancel) // gives the signals back their usual effect
	ctx, end := context.WithCancelCause(context.Background())
	context.AfterFunc(interrupted, func() { end(errInterrupted) })
	group, ctx := errgroup.WithContext(ctx)
	s := &stack{log: log, ctx: ctx, end: func() { end(nil) }, group: group}
	err := use(ctx, s)
	if err != nil && errors.Is(context.Cause(ctx), errInterrupted) {
		err = errInterrupted // and not what it broke
	}
	if stopped := s.stop(); stopped != nil { // the reason why the rest failed
		return stopped
	}
	return err
}

// push notes a part that has been started. stop gets a deadline.
func (s *stack) push(name string, stop func(ctx context.Context) error) {
	s.parts = append(s.parts, part{name: name, stop: stop})
}

// watch stops everything when a part ends that all others need, which it must not do by itself. The
// log gets one line about it.
func (s *stack) watch(name string, ended <-chan struct{}) {
	s.group.Go(func() error {
		select {
		case <-ended:
		case <-s.ctx.Done():
		}
		if s.ctx.Err() == nil { // nobody stopped it
			s.lost.Store(true)
			s.log.Error(name + " ended unexpectedly. Everything that runs here stops now; nothing that was acknowledged is lost.")
			silence(s.log)
			return fmt.Errorf("%s ended unexpectedly", name)
		}
		return nil
	})
}

// fail stops everything when a part says that it can't go on.
func (s *stack) fail(name string, failed <-chan error) {
	s.group.Go(func() error {
		select {
		case err := <-failed:
			return fmt.Errorf("%s can't go on: %w", name, err)
		case <-s.ctx.Done():
			return nil
		}
	})
}

// background runs fn until it is this part's turn to stop.
func (s *stack) background(name string, fn func(ctx context.Context)) {
	// Not cancelled with s.ctx: what was started later may still need it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn(ctx)
	}()
	s.push(name, func(stopping context.Context) error {
		cancel()
		select {
		case <-done:
			return nil
		case <-stopping.Done():
			return stopping.Err()
		}
	})
}

// stop stops all parts and returns why the first one failed, if one did.
func (s *stack) stop() error {
	s.end()
	ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
	defer cancel()
	for _, p := range slices.Backward(s.parts) {
		began := time.Now()
		if err := s.stopPart(ctx, p); err != nil {
			s.log.Warn("did not stop in time", "part", p.name, "error", err)
		}
		s.log.Debug("stopped", "part", p.name, "ms", time.Since(began).Milliseconds())
	}
	failed := make(chan error, 1)
	go func() { failed <- s.group.Wait() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return errors.New("some parts did not stop in time")
	}
}

func (s *stack) stopPart(ctx context.Context, p part) error {
	if s.lost.Load() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, lostPatience)
		defer cancel()
	}
	return inTime(ctx, p.stop)
}

// inTime stops waiting for a part when the time is up, whatever the part makes of its context.
func inTime(ctx context.Context, stop func(context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- stop(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
