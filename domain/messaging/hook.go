package messaging

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ArmedTime is how long new subscriptions of providers are taken after somebody asked for it.
const ArmedTime = 10 * time.Minute

// Hooks keeps until when new subscriptions are taken.
type Hooks interface {
	// ArmHooks takes them for so long from the database's now on, and returns until when.
	ArmHooks(ctx context.Context, d time.Duration) (until time.Time, err error)
	HooksArmed(ctx context.Context) (bool, error)
}

// ArmHooks lets a provider confirm that it may post its events to us, for the next ten minutes. The
// installation is meant, whichever organization the caller belongs to.
func (s *Service) ArmHooks(ctx context.Context, org domain.OrgID) (until time.Time, err error) {
	if err := identity.Require(ctx, org, identity.Operate); err != nil {
		return time.Time{}, err
	}
	return s.store.ArmHooks(ctx, ArmedTime)
}

// HooksArmed says whether a new subscription is expected right now. Nobody needs to be signed in: the
// provider is calling.
func (s *Service) HooksArmed(ctx context.Context) (bool, error) { return s.store.HooksArmed(ctx) }

// HookPath is where a provider posts its events. It can't be guessed.
func (s *Signer) HookPath(provider string) string {
	return "/hooks/" + provider + "/" + s.current.hookKey(provider)
}

// IsHookKey says whether a key stands in a hook path that we gave out for a provider.
func (s *Signer) IsHookKey(provider, key string) bool {
	for _, known := range s.keys {
		if hmac.Equal([]byte(known.hookKey(provider)), []byte(key)) {
			return true
		}
	}
	return false
}

// purposeHook keeps the keys of hooks and tokens apart.
const purposeHook = 'h'

func (k Key) hookKey(provider string) string {
	h := hmac.New(sha256.New, k.Secret)
	h.Write([]byte{purposeHook})
	h.Write([]byte(provider))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:24])
}
