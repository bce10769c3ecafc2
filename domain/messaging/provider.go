package messaging

import (
	"context"
	"errors"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Outgoing is one email for one recipient, ready for the wire.
type Outgoing struct {
	Org      domain.OrgID
	Sid      string
	Campaign int64  // 0: none
	From     string // envelope sender: an ASCII address
	To       string // envelope recipient: an ASCII address
	Subject  string
	Raw      []byte // the whole MIME message
	Private  bool   // it holds a link that lets its reader in
}

// Capturing is the name of the providers that keep messages and show them in the app.
const Capturing = "inbox"

// Provider is an outside system that takes emails.
type Provider interface {
	// Name is how the ledger calls it: inbox, smtp, ses.
	Name() string
	// Send makes at most one attempt and returns the provider's id of the message. A *Refused
	// error says that the provider definitely did not take it; any other error means that
	// nobody knows.
	Send(ctx context.Context, m Outgoing) (providerID string, err error)
}

// Refused says that a provider definitely did not take a message.
type Refused struct {
	Permanent  bool          // trying again is pointless
	RetryAfter time.Duration // the provider's wish; 0: ours
	Reason     domain.Kept   // a sentence without personal data
	Detail     string        // what the provider said, which may name the recipient
	Class      BounceClass   // with Permanent: BounceHard and BounceOptOut say something about the address
}

func (r *Refused) Error() string { return r.Reason.English() }

// AsRefused returns the refusal in err, if there is one.
func AsRefused(err error) (*Refused, bool) {
	var refused *Refused
	ok := errors.As(err, &refused)
	return refused, ok
}

// Delivery is what came of an attempt to deliver. Its reason holds no personal data.
type Delivery struct {
	State    State      // final, unless Deferred
	Until    *time.Time // of a deferred message; nil: until somebody lets it go
	Reason   domain.Kept
	Deferred bool
}

// RetryError says that the message was not sent now and must be tried again.
type RetryError struct {
	After  time.Duration // 0: as the caller likes
	Reason domain.Kept   // a sentence without personal data
}

func (e *RetryError) Error() string { return e.Reason.English() }

// Ability finds an optional ability of a provider, such as Limited, also of one that another one is
// wrapped around.
func Ability[T any](p Provider) (T, bool) {
	for {
		if able, ok := p.(T); ok {
			return able, true
		}
		wrapper, ok := p.(interface{ Unwrap() Provider })
		if !ok {
			var none T
			return none, false
		}
		p = wrapper.Unwrap()
	}
}

// ProviderName is how the ledger calls the provider of emails: inbox, smtp, ses.
func (s *Service) ProviderName() string { return s.provider.Name() }
