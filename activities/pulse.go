package activities

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"
)

const (
	// LostAfter is how long work may be silent until another worker goes on with it: about as long
	// as people wait after the program was killed.
	LostAfter = 12 * time.Second
	// BeatEvery is how often work says that it goes on. Three may be lost on a starved machine.
	BeatEvery = 3 * time.Second
)

// pulse says that long work goes on, also while the database takes long for one batch of it.
type pulse struct {
	ctx  context.Context
	done atomic.Int64
	end  func()
}

// newPulse begins to say so. Call end when the work has ended.
func newPulse(ctx context.Context, beat func(context.Context, ...any)) *pulse {
	ctx, stop := context.WithCancel(ctx)
	p := &pulse{ctx: ctx}
	var beating sync.WaitGroup
	beating.Go(func() {
		ticks := time.NewTicker(BeatEvery)
		defer ticks.Stop()
		for {
			beat(ctx, p.done.Load())
			select {
			case <-ctx.Done():
				return
			case <-ticks.C:
			}
		}
	})
	p.end = func() { stop(); beating.Wait() }
	return p
}

// note says how much is done, and whether to go on: not after the worker was told to stop, or when the
// work was given to another.
func (p *pulse) note(done int64) error {
	p.done.Store(done)
	select {
	case <-activity.GetWorkerStopChannel(p.ctx):
		return errWorkerStops
	default:
		return p.ctx.Err()
	}
}
