package messaging

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

const (
	// CallTime is how long one call to a provider may take.
	CallTime = 15 * time.Second
	// CallDeadline is how long after the claim a call may still exist or be recorded.
	CallDeadline = 20 * time.Second
)

// Reasons that the ledger keeps.
var (
	reasonSample = domain.Keep("This contact is part of the sample data, to which nothing is sent for real.")
	reasonLost   = domain.Keep("The provider's answer was lost. The message may have been sent.")
)

// Claim moves a message from ready to calling.
type Claim struct {
	Message  MessageID
	Class    Class
	Address  string // the contact must still have it, unless the class is test
	Provider string
	Domain   string        // of the From address
	To       Addressee     // must not be on the suppression list, unless the class is test
	Deadline time.Duration // from the database's now
	Links    []Link
	Shorts   []Short
}

// Settlement moves a message to another state.
type Settlement struct {
	Message    MessageID
	From       State
	State      State
	Reason     domain.Kept
	ProviderID string
}

// Deliver brings a decided message to its end: it makes the message, claims the message in one
// transaction that checks whether it is still wanted, makes one call to the provider, and records
// the answer. It may be repeated at any time: a message that ended is not sent again.
//
// A *RetryError says that the message must be tried again: the provider refused it for now, or an
// earlier attempt may still be under way.
func (s *Service) Deliver(ctx context.Context, org domain.OrgID, id MessageID) (Delivery, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Delivery{}, err
	}
	const tries = 3
	for range tries {
		draft, err := s.draft(ctx, org, id)
		if err != nil {
			return Delivery{}, err
		}
		delivery, done, err := s.step(withLog(ctx, draft.Message), org, draft)
		if done || err != nil {
			return delivery, err
		}
	}
	return Delivery{}, &RetryError{After: time.Second, Reason: domain.Keep("The contact kept changing while its message was made.")}
}

// withLog has log lines name the message and the journey that it belongs to.
func withLog(ctx context.Context, m Message) context.Context {
	ids := []slog.Attr{slog.Int64("message", int64(m.ID)), slog.String("sid", m.Sid)}
	if m.JourneyID != nil {
		ids = append(ids, slog.Int64("journey", *m.JourneyID))
	}
	return domain.WithLog(ctx, ids...)
}

// step does the next thing for a message. Not done means: something changed meanwhile, look again.
func (s *Service) step(ctx context.Context, org domain.OrgID, d Draft) (_ Delivery, done bool, err error) {
	m := d.Message
	switch {
	case m.State.Final():
		return Delivery{State: m.State}, true, nil
	case m.State == StateLeased:
		return Delivery{}, true, &RetryError{After: CallDeadline, Reason: domain.Keep("A broadcast has taken this message.")}
	case m.State == StateCalling && d.Now.Before(*m.CallDeadline):
		left := m.CallDeadline.Sub(d.Now)
		return Delivery{}, true, &RetryError{After: left + time.Second, Reason: domain.Keep("An earlier attempt may still be under way.")}
	case m.State == StateCalling:
		return s.settle(ctx, org, Settlement{Message: m.ID, From: StateCalling, State: StateUnknown, Reason: reasonLost})
	}
	by, known := s.way(m)
	if !known {
		return s.settle(ctx, org, Settlement{Message: m.ID, From: StateReady, State: StateFailed, Reason: domain.Keep("Messages of this kind can't be sent.")})
	}
	to, skip, err := s.recipient(ctx, org, by, m)
	switch {
	case err != nil:
		return Delivery{}, true, err
	case skip != "":
		return s.settle(ctx, org, Settlement{Message: m.ID, From: StateReady, State: StateSkipped, Reason: skip})
	}
	return s.send(ctx, org, d, to)
}

// settle ends a message without a call.
func (s *Service) settle(ctx context.Context, org domain.OrgID, end Settlement) (Delivery, bool, error) {
	ok, err := s.store.Settle(ctx, org, end)
	return Delivery{State: end.State, Reason: end.Reason}, ok, err
}

// recipient returns whom the message is for, or why it is not wanted.
func (s *Service) recipient(ctx context.Context, org domain.OrgID, by way, m Message) (to recipient, skip domain.Kept, err error) {
	switch m.Class {
	case ClassTest:
		return testRecipient(m, inventedContact()), "", nil
	case ClassInternal:
		return testRecipient(m, crm.Contact{}), "", nil
	}
	deleted := domain.Keep("The contact was deleted.")
	if m.Contact == nil {
		return recipient{}, deleted, nil
	}
	if to.contact, err = s.contacts.Contact(ctx, org, *m.Contact); errors.Is(err, domain.ErrNotFound) {
		return recipient{}, deleted, nil
	} else if err != nil {
		return recipient{}, "", err
	}
	to.address, skip = by.address(to.contact)
	if reason, marked := mark(to.contact, m.Channel); skip == "" && marked && m.Class == ClassMarketing {
		skip = by.unwanted(reason)
	}
	return to, skip, nil
}

// way is the way that a message takes.
func (s *Service) way(m Message) (way, bool) {
	if m.Class == ClassInternal {
		return notices{emails{s}}, true
	}
	by, known := s.ways[m.Channel]
	return by, known
}

// testRecipient is a colleague who gets the message as if it were for contact.
func testRecipient(m Message, contact crm.Contact) recipient {
	return recipient{contact: contact, address: address{kept: m.Address, wire: m.Address}}
}

// send makes, claims and sends a ready message.
func (s *Service) send(ctx context.Context, org domain.OrgID, d Draft, to recipient) (Delivery, bool, error) {
	by, _ := s.way(d.Message)
	out, err := by.compose(ctx, org, d, to)
	switch {
	case domain.KindOf(err) != "":
		return s.settle(ctx, org, Settlement{Message: d.Message.ID, From: StateReady, State: StateFailed, Reason: domain.PhraseOf(err).Kept()})
	case err != nil:
		return Delivery{}, true, err
	case to.contact.IsSample && out.provider != Capturing:
		return s.settle(ctx, org, Settlement{Message: d.Message.ID, From: StateReady, State: StateSkipped, Reason: reasonSample})
	}
	// The time runs from before the claim, so that a process that was frozen in between makes no
	// call after its deadline. A call outlives the worker that wants to stop: the answer matters.
	callCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), CallTime)
	defer cancel()
	d.Message.SenderDomain, out.outage = out.domain, s.outages[d.Message.Channel]
	claimed, stopped, err := s.claim(ctx, org, d.Message, to, out)
	switch {
	case err != nil:
		return Delivery{}, true, err
	case stopped != nil:
		return *stopped, true, nil
	case !claimed:
		return Delivery{}, false, nil
	}
	answer := s.call(callCtx, out)
	return s.record(ctx, org, d, to, answer)
}

// claim asks the gates about the message and takes it, in one transaction. Neither claimed nor
// stopped means that something changed since the draft was read. While the provider is away, the error
// is a *RetryError.
func (s *Service) claim(ctx context.Context, org domain.OrgID, m Message, to recipient, out composed) (claimed bool, stopped *Delivery, err error) {
	claim := Claim{
		Message: m.ID, Class: m.Class, Address: to.kept, Provider: out.provider,
		Deadline: CallDeadline, Links: s.unknownLinks(org, out.links), Shorts: out.shorts,
		Domain: out.domain, To: s.addressee(org, m.Channel, to.wire),
	}
	var refused *RetryError
	entered := false
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		stopped, err = s.judge(ctx, org, m, to.contact)
		if err != nil || stopped != nil {
			return err
		}
		if refused = out.outage.enter(); refused != nil {
			return s.store.AwaitProvider(ctx, org, m.ID, refused.Reason)
		}
		entered = true
		claimed, err = s.store.Claim(ctx, org, claim)
		if err == nil && !claimed {
			stopped, err = s.suppressed(ctx, org, claim)
		}
		return err
	})
	switch {
	case refused != nil:
		return false, nil, errors.Join(refused, err)
	case err == nil && claimed:
		s.linksKept(org, claim.Links)
	case entered:
		out.outage.leave()
	}
	return claimed, stopped, err
}

// suppressed ends a message that the claim refused, if the suppression list is why.
func (s *Service) suppressed(ctx context.Context, org domain.OrgID, c Claim) (*Delivery, error) {
	if c.Class == ClassTest {
		return nil, nil
	}
	found, ok, err := s.store.FindSuppression(ctx, org, c.To, c.Class)
	if err != nil || !ok {
		return nil, err
	}
	end := Settlement{Message: c.Message, From: StateReady, State: StateSkipped, Reason: found.Skip()}
	if ok, err := s.store.Settle(ctx, org, end); err != nil || !ok {
		return nil, err // not ok: something else changed, too
	}
	return &Delivery{State: StateSkipped, Reason: end.Reason}, nil
}

// domainOf is the domain of an address, in small letters.
func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}
