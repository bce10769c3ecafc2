package sqs

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	firstWait = time.Second
	maxWait   = time.Minute
)

// backoff is how long the last pause was.
type backoff time.Duration

// pause waits twice as long each time, and not exactly as long as our neighbours.
func (b *backoff) pause(ctx context.Context) {
	*b = backoff(min(max(2*time.Duration(*b), firstWait), maxWait))
	timer := time.NewTimer(time.Duration(*b)/2 + rand.N(time.Duration(*b)/2)) //nolint:gosec // nobody gains by guessing it
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
