package identity

import (
	"math"
	"sync"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// How many failures go unpunished within the window: for one address, and from one place.
const (
	attemptWindow   = 15 * time.Minute
	freePerAddress  = 5
	freePerPlace    = 20
	longestDelay    = time.Minute
	maxAttemptsKept = 20_000
)

// attempts slows down guessing: after a few failures each further try must wait, from one second
// up to a minute. Nobody is locked out for good, so nobody can lock out somebody else. It counts
// in this process only.
type attempts struct {
	mu     sync.Mutex
	clock  func() time.Time
	failed map[string]failures
}

type failures struct {
	count int
	last  time.Time
}

type attemptKey struct {
	name string
	free int
}

func newAttempts(clock func() time.Time) *attempts {
	return &attempts{clock: clock, failed: map[string]failures{}}
}

func attemptKeys(email, ip string) []attemptKey {
	keys := []attemptKey{{"address " + email, freePerAddress}}
	if ip != "" {
		keys = append(keys, attemptKey{"place " + ip, freePerPlace})
	}
	return keys
}

// begin counts a try as failed until it succeeds, so that tries at the same time count too. It
// refuses, without counting, when one of the keys must wait.
func (a *attempts) begin(keys []attemptKey) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock()
	for _, key := range keys {
		if wait := a.failed[key.name].next(key.free).Sub(now); wait > 0 {
			return domain.TooMany("There were too many failed tries. Try again in %.0f seconds.", math.Ceil(wait.Seconds()))
		}
	}
	if len(a.failed) > maxAttemptsKept {
		a.forget(now)
	}
	for _, key := range keys {
		f := a.failed[key.name]
		if now.Sub(f.last) > attemptWindow {
			f.count = 0
		}
		a.failed[key.name] = failures{count: f.count + 1, last: now}
	}
	return nil
}

// succeeded takes the try back. The address starts afresh; the place only loses this one try.
func (a *attempts) succeeded(keys []attemptKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, key := range keys {
		f := a.failed[key.name]
		if f.count--; i == 0 || f.count <= 0 {
			delete(a.failed, key.name)
			continue
		}
		a.failed[key.name] = f
	}
}

// forget drops what is out of the window, and everything if that is not enough.
func (a *attempts) forget(now time.Time) {
	for name, f := range a.failed {
		if now.Sub(f.last) > attemptWindow {
			delete(a.failed, name)
		}
	}
	if len(a.failed) > maxAttemptsKept {
		clear(a.failed)
	}
}

// next is the earliest time of the next try.
func (f failures) next(free int) time.Time {
	over := f.count - free
	if over < 0 {
		return time.Time{}
	}
	return f.last.Add(min(longestDelay, time.Second<<min(over, 6)))
}
