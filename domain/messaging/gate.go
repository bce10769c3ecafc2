package messaging

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// Gate decides whether a message may go out now: a paused campaign, quiet hours, a cap.
type Gate interface {
	// Judge is asked inside the transaction that would claim m, which is for contact. It is not
	// asked about tests.
	Judge(ctx context.Context, org domain.OrgID, m Message, contact crm.Contact) (Verdict, error)
}

// Verdict is what a gate decides. The zero Verdict lets the message pass.
type Verdict struct {
	Hold   bool        // put the message off, until a time or until somebody lets it go
	Skip   bool        // end the message: it is not wanted any more
	Until  time.Time   // with Hold; zero: until somebody lets it go
	Reason domain.Kept // a sentence for marketers, without personal data
}

// GuardBy adds gates, which are asked in their order: the first one that does not let a message pass
// decides. Call it before the first Deliver.
func (s *Service) GuardBy(gates ...Gate) { s.gates = append(s.gates, gates...) }

// judge asks the gates about a message, and writes down what they decide. Nil lets it pass.
func (s *Service) judge(ctx context.Context, org domain.OrgID, m Message, contact crm.Contact) (*Delivery, error) {
	if m.Class == ClassTest {
		return nil, nil
	}
	for _, gate := range s.gates {
		verdict, err := gate.Judge(ctx, org, m, contact)
		switch {
		case err != nil:
			return nil, fmt.Errorf("judge message: %w", err)
		case verdict.Skip:
			end := Settlement{Message: m.ID, From: StateReady, State: StateSkipped, Reason: verdict.Reason}
			_, err := s.store.Settle(ctx, org, end)
			return &Delivery{State: StateSkipped, Reason: verdict.Reason}, err
		case verdict.Hold:
			return s.putOff(ctx, org, m, verdict)
		}
	}
	return nil, nil
}

func (s *Service) putOff(ctx context.Context, org domain.OrgID, m Message, verdict Verdict) (*Delivery, error) {
	deferred := &Delivery{State: StateReady, Reason: verdict.Reason, Deferred: true}
	if !verdict.Until.IsZero() {
		deferred.Until = &verdict.Until
	}
	return deferred, s.store.Defer(ctx, org, m.ID, deferred.Until, verdict.Reason)
}
