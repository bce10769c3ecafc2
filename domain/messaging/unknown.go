package messaging

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// UnknownWindows say how long after the end of its call an unknown message may wait for news before it
// is overdue: then people should look at it.
type UnknownWindows struct {
	Transactional time.Duration // 0: two minutes
	Marketing     time.Duration // 0: half an hour
}

func (w UnknownWindows) orDefault() UnknownWindows {
	if w.Transactional <= 0 {
		w.Transactional = 2 * time.Minute
	}
	if w.Marketing <= 0 {
		w.Marketing = 30 * time.Minute
	}
	return w
}

// UnknownCount counts messages whose outcome nobody knows.
type UnknownCount struct {
	Open    int // all of them
	Overdue int // those that have waited longer than their window
}

// Unknowns keeps messages whose outcome nobody knows.
type Unknowns interface {
	CountUnknown(ctx context.Context, org domain.OrgID, w UnknownWindows) (UnknownCount, error)
	// ToResend returns ready messages, of all organizations, that somebody had sent again and
	// that may be tried now.
	ToResend(ctx context.Context, limit int) ([]Report, error)
}

// CountUnknown returns how many messages are unknown, and how many of them are overdue.
func (s *Service) CountUnknown(ctx context.Context, org domain.OrgID) (UnknownCount, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return UnknownCount{}, err
	}
	return s.store.CountUnknown(ctx, org, s.unknown)
}

// ItArrived settles an unknown message as sent: somebody knows that it arrived. A message that is
// settled already is a Conflict.
func (s *Service) ItArrived(ctx context.Context, org domain.OrgID, id MessageID) (Message, error) {
	return s.settleUnknown(ctx, org, id, func(m *Heard, by string, e *effects) error {
		at := s.now()
		if m.CallDeadline != nil {
			at = *m.CallDeadline
		}
		m.State, m.Reason, m.SettledBy, m.Operator, m.SentAt = StateSent, "", SettledByOperator, by, &at
		e.sent(m)
		return nil
	})
}

// SendAgain puts an unknown message back to ready: somebody takes the risk that it arrives twice. It
// happens to a message once. The journey that decided it has gone on and does not wait for it; the
// program sends it by itself. What keeps messages back (do-not-contact, suppression, gates) is asked
// again.
func (s *Service) SendAgain(ctx context.Context, org domain.OrgID, id MessageID) (Message, error) {
	return s.settleUnknown(ctx, org, id, func(m *Heard, by string, _ *effects) error {
		if m.Resends > 0 {
			return domain.Conflict("This message was sent again once, and nobody knows what came of that either. To spare the recipient, it is not sent a third time.")
		}
		m.State, m.Reason, m.Operator, m.CallDeadline = StateReady, domain.Keep("It will be sent again."), by, nil
		m.Resends++
		return nil
	})
}

func (s *Service) settleUnknown(ctx context.Context, org domain.OrgID, id MessageID, settle func(*Heard, string, *effects) error) (Message, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Message{}, err
	}
	var settled Message
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		locked, err := s.store.LockMessages(ctx, org, []MessageID{id})
		switch {
		case err != nil:
			return err
		case len(locked) == 0:
			return domain.NotFound("There is no message %d.", id)
		case locked[0].State != StateUnknown:
			return domain.Conflict("This message is not unknown any more: it is %s now.", locked[0].State)
		}
		m, e := &locked[0], newEffects(s.now())
		if err := settle(m, operatorName(identity.ActorFrom(ctx)), e); err != nil {
			return err
		}
		e.changed[m.ID] = m
		if err := s.apply(ctx, org, e); err != nil {
			return err
		}
		settled, err = s.store.Message(ctx, org, id)
		return err
	})
	return settled, err
}

// operatorName is how the ledger names who decided.
func operatorName(a identity.Actor) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Email
}

const (
	resendBatch = 100
	// resendPause is how long a message rests that was to be sent again and can't be now.
	resendPause = 5 * time.Minute
)

// Resend sends what somebody had sent again, of all organizations.
func (s *Service) Resend(ctx context.Context) error {
	due, err := s.store.ToResend(ctx, resendBatch)
	if err != nil {
		return err
	}
	for _, m := range due {
		ctx := identity.WithActor(ctx, identity.System(m.Org))
		delivery, err := s.Deliver(ctx, m.Org, m.Message)
		retry, again := errors.AsType[*RetryError](err)
		switch {
		case again:
			err = s.restAgain(ctx, m, max(retry.After, time.Minute), retry.Reason)
		case err == nil && delivery.Deferred && delivery.Until == nil:
			err = s.restAgain(ctx, m, resendPause, delivery.Reason)
		}
		if err != nil {
			s.log.WarnContext(ctx, "send a message again", slog.Int64("message", int64(m.Message)), slog.Any("err", err))
		}
	}
	return nil
}

func (s *Service) restAgain(ctx context.Context, m Report, pause time.Duration, reason domain.Kept) error {
	until := s.now().Add(pause)
	return s.store.Defer(ctx, m.Org, m.Message, &until, reason)
}

// Reported lists what providers reported of a message, oldest first.
func (s *Service) Reported(ctx context.Context, org domain.OrgID, id MessageID) ([]Feedback, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return nil, err
	}
	return s.store.Reported(ctx, org, id)
}
