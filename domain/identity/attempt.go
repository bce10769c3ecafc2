package identity

import (
	"context"
	"math"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// How many failures go unpunished within the window: for one address, and from one place.
const (
	attemptWindow      = 15 * time.Minute
	freePerAddress     = 5
	freePerPlace       = 20
	freeResets         = 3 // mails to one address
	freeResetsPlace    = 10
	longestDelay       = time.Minute
	nobodysOrg         = domain.OrgID(0) // nobody is signed in, so there is no organization yet
	attemptsKeptAtMost = time.Hour
)

// Failures are the failed tries under a key.
type Failures struct {
	Key    []byte // a hash: people type passwords where their address belongs
	Failed int
	Ago    time.Duration // since the last one
}

// Attempts is the part of the store that counts failed tries, for all processes together.
type Attempts interface {
	// LockAttempts returns what is known under keys, in their order, and keeps others with the
	// same keys waiting until the transaction ends.
	LockAttempts(ctx context.Context, keys [][]byte) ([]Failures, error)
	// SaveAttempts writes what LockAttempts returned, as it was changed.
	SaveAttempts(ctx context.Context, all []Failures) error
	// PurgeAccess forgets failures and resets that ended longer ago.
	PurgeAccess(ctx context.Context, attempts, resets time.Duration) error
}

// attemptKey is what tries have in common. After so many free ones each further try must wait, from
// one second up to a minute. Nobody is locked out for good, so nobody can lock out somebody else.
type attemptKey struct {
	name     string
	free     int
	forgives bool // a success makes up for all failures before it, not only for itself
}

// byAddress and byPlace are the keys of tries to sign in, for instance: what names the kind of try.
func byAddress(what, email string, free int) attemptKey {
	return attemptKey{name: what + " address " + email, free: free, forgives: true}
}

func byPlace(ctx context.Context, what string, free int) attemptKey {
	return attemptKey{name: what + " place " + VisitFrom(ctx).IP, free: free}
}

func logInKeys(ctx context.Context, email string) []attemptKey {
	keys := []attemptKey{byAddress("log-in", email, freePerAddress)}
	if VisitFrom(ctx).IP != "" {
		keys = append(keys, byPlace(ctx, "log-in", freePerPlace))
	}
	return keys
}

// beginAttempt counts a try as failed until it succeeds, so that tries at the same time count too. It
// refuses, without counting, when one of the keys must wait.
func (s *Service) beginAttempt(ctx context.Context, keys []attemptKey) error {
	var wait time.Duration
	err := s.changeAttempts(ctx, keys, func(all []Failures) bool {
		for i, f := range all {
			wait = max(wait, f.wait(keys[i].free))
		}
		for i := range all {
			all[i] = all[i].again()
		}
		return wait == 0
	})
	if err == nil && wait > 0 {
		return domain.TooMany("There were too many tries. Try again in %.0f seconds.", math.Ceil(wait.Seconds()))
	}
	return err
}

// endAttempt takes the try back, as it succeeded.
func (s *Service) endAttempt(ctx context.Context, keys []attemptKey) error {
	return s.changeAttempts(ctx, keys, func(all []Failures) bool {
		for i := range all {
			if all[i].Failed--; keys[i].forgives || all[i].Failed < 0 {
				all[i].Failed = 0
			}
		}
		return true
	})
}

func (s *Service) changeAttempts(ctx context.Context, keys []attemptKey, change func([]Failures) (save bool)) error {
	hashes := make([][]byte, len(keys))
	for i, key := range keys {
		hashes[i] = hashSecret(key.name)
	}
	return s.tx.InTx(ctx, nobodysOrg, func(ctx context.Context) error {
		all, err := s.store.LockAttempts(ctx, hashes)
		if err != nil || !change(all) {
			return err
		}
		return s.store.SaveAttempts(ctx, all)
	})
}

// PurgeAccess forgets what is of no use any more. It asks for no permission: only the program calls it.
func (s *Service) PurgeAccess(ctx context.Context) error {
	return s.store.PurgeAccess(ctx, attemptsKeptAtMost, resetLifetime)
}

// again counts one more failure.
func (f Failures) again() Failures {
	if f.Ago > attemptWindow {
		f.Failed = 0
	}
	return Failures{Key: f.Key, Failed: f.Failed + 1}
}

// wait is how long the next try must wait.
func (f Failures) wait(free int) time.Duration {
	over := f.Failed - free
	if over < 0 {
		return 0
	}
	return max(0, min(longestDelay, time.Second<<min(over, 6))-f.Ago)
}
