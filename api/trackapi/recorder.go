package trackapi

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/operations"
)

// Keeper makes events of hits. Keeping a hit twice makes one event.
type Keeper interface {
	RecordHits(ctx context.Context, hits []messaging.Hit) error
}

const (
	maxBatch   = 500             // hits in one transaction
	keepTime   = 2 * time.Second // for one transaction
	retryPause = time.Second     // between two attempts while the database is away
)

var errStopped = errors.New("the recorder has stopped")

// Recorder makes hits durable, many at once: while one transaction commits, the hits of the next
// gather. While the database is away they go to a file, and from there into the database as soon
// as it is back.
type Recorder struct {
	keeper  Keeper
	spool   *spool
	log     *slog.Logger
	queue   chan pending
	stopped chan struct{}
	stop    sync.Once
}

type pending struct {
	hit  messaging.Hit
	done chan error
}

// NewRecorder opens the spool in folder, which is made if it is absent. Nothing is recorded before Run.
func NewRecorder(keeper Keeper, folder string, log *slog.Logger) (*Recorder, error) {
	spool, err := openSpool(folder)
	if err != nil {
		return nil, err
	}
	return &Recorder{keeper: keeper, spool: spool, log: log, queue: make(chan pending, maxBatch), stopped: make(chan struct{})}, nil
}

// Record returns once the hit is durable. An error means that it is not.
func (r *Recorder) Record(ctx context.Context, hit messaging.Hit) error {
	p := pending{hit: hit, done: make(chan error, 1)}
	select {
	case r.queue <- p:
	case <-r.stopped:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-p.done:
		return err
	case <-r.stopped:
		select {
		case err := <-p.done:
			return err
		default:
			return errStopped
		}
	}
}

// Run records until ctx ends; then it makes durable what it has taken and returns. Call it once.
func (r *Recorder) Run(ctx context.Context) {
	defer r.stop.Do(func() { close(r.stopped) })
	away, pause := r.catchUp(ctx)
	retry := time.NewTimer(pause)
	defer retry.Stop()
	for {
		select {
		case first := <-r.queue:
			away = !r.keep(r.gather(first), away)
		case <-retry.C:
			away, pause = r.catchUp(ctx)
			retry.Reset(pause)
		case <-ctx.Done():
			r.drain(away)
			return
		}
	}
}

// gather takes what waits by now.
func (r *Recorder) gather(first pending) []pending {
	batch := []pending{first}
	for len(batch) < maxBatch {
		select {
		case next := <-r.queue:
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// keep makes a batch durable and answers those who wait for it. It says whether the database took it.
func (r *Recorder) keep(batch []pending, away bool) (kept bool) {
	hits := make([]messaging.Hit, len(batch))
	for i, p := range batch {
		hits[i] = p.hit
	}
	var err error
	if !away {
		kept = r.record(hits) == nil
	}
	if !kept {
		if err = r.spool.add(hits); err != nil {
			r.log.Error("spool hits", slog.Any("error", err), slog.Int("hits", len(hits)))
		}
	}
	for _, p := range batch {
		p.done <- err
	}
	return kept
}

func (r *Recorder) record(hits []messaging.Hit) error {
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	err := r.keeper.RecordHits(ctx, hits)
	if err != nil {
		r.log.Warn("record hits", slog.Any("error", err), slog.Int("hits", len(hits)))
	}
	return err
}

// catchUp records one file of the spool: new hits don't wait for a long outage to be caught up with.
// It says whether the database is away, and when to come back.
func (r *Recorder) catchUp(ctx context.Context) (away bool, pause time.Duration) {
	done, more, err := r.spool.replay(func(hits []messaging.Hit) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return r.record(hits)
	})
	if done > 0 {
		r.log.Info("spooled hits recorded", slog.Int("hits", done))
	}
	if more && err == nil {
		return false, time.Millisecond
	}
	return err != nil, retryPause
}

// drain makes durable what is still waiting.
func (r *Recorder) drain(away bool) {
	for {
		select {
		case first := <-r.queue:
			away = !r.keep(r.gather(first), away)
		default:
			return
		}
	}
}

// Spool says what waits on the disk for the database.
func (r *Recorder) Spool() operations.Spool { return r.spool.waiting() }
