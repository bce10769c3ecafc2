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

// answer is what came of the one call to a provider.
type answer struct {
	state      State // ready: it may be tried again
	providerID string
	reason     domain.Kept // without personal data
	detail     string      // what the provider said
	class      BounceClass
	retryAfter time.Duration
}

// call makes the one call. Without a clear answer the outcome is unknown.
func (s *Service) call(ctx context.Context, out composed) answer {
	if ctx.Err() != nil { // nothing was called: the claim alone took all the time
		out.outage.leave()
		return answer{state: StateReady, reason: domain.Keep("The database was too slow."), retryAfter: CallTime}
	}
	result := s.ask(ctx, out)
	if after := out.outage.done(result); result.state == StateReady {
		result.retryAfter = after
	}
	return result
}

func (s *Service) ask(ctx context.Context, out composed) answer {
	providerID, err := out.call(ctx)
	if err == nil {
		return answer{state: StateSent, providerID: providerID}
	}
	refused, ok := AsRefused(err)
	switch {
	case !ok:
		s.log.WarnContext(ctx, "outcome of a call to a provider is unknown", slog.String("provider", out.provider))
		return answer{state: StateUnknown, reason: reasonLost}
	case refused.Permanent:
		return answer{state: StateFailed, reason: refused.Reason, detail: refused.Detail, class: refused.Class}
	}
	return answer{state: StateReady, reason: refused.Reason, detail: refused.Detail, retryAfter: refused.RetryAfter}
}

// record writes the answer down, and does not give up before the deadline: an answer that is lost
// here is an unknown message for somebody.
func (s *Service) record(ctx context.Context, org domain.OrgID, d Draft, to recipient, a answer) (Delivery, bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), CallDeadline-CallTime)
	defer cancel()
	state, err := s.recordOnce(ctx, org, d, to, a)
	for pause := 50 * time.Millisecond; err != nil && ctx.Err() == nil; pause *= 2 {
		s.log.WarnContext(ctx, "record answer of a provider", slog.Any("error", err))
		wait(ctx, pause)
		if _, gone := s.contacts.Contact(ctx, org, to.contact.ID); errors.Is(gone, domain.ErrNotFound) {
			to.gone = true // deleted while its message was sent: no event can be written about it
		}
		state, err = s.recordOnce(ctx, org, d, to, a)
	}
	switch {
	case err != nil:
		return Delivery{}, true, err
	case state == StateReady:
		return Delivery{}, true, &RetryError{After: a.retryAfter, Reason: a.reason}
	case state != a.state:
		return Delivery{State: state}, true, nil
	}
	return Delivery{State: a.state, Reason: a.reason}, true, nil
}

// recordOnce settles the message and notes the sending in the contact's events, together. It returns
// the state that the message has then.
func (s *Service) recordOnce(ctx context.Context, org domain.OrgID, d Draft, to recipient, a answer) (State, error) {
	m, state := d.Message, a.state
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		end := Settlement{Message: m.ID, From: StateCalling, State: a.state, Reason: a.full(), ProviderID: a.providerID}
		if ok, err := s.store.Settle(ctx, org, end); err != nil || !ok {
			return err // not ok: a sweep was faster, and what it wrote stands
		}
		if a.state != StateSent {
			proved, err := s.settleProved(ctx, org, []MessageID{m.ID})
			switch {
			case err != nil:
				return err
			case proved == 0:
				return s.heed(ctx, org, m, to, a.class)
			}
			state = StateSent
			return nil
		}
		if !m.Class.toContact() || to.gone {
			return nil
		}
		event := s.ways[m.Channel].sent(d)
		event.Contact, event.MessageID, event.CampaignID = to.contact.ID, (*int64)(&m.ID), m.CampaignID
		_, err := s.contacts.AppendEvents(ctx, org, []crm.Event{event})
		return err
	})
	return state, err
}

// full is the reason as the ledger keeps it.
func (a answer) full() domain.Kept {
	if a.detail == "" {
		return a.reason
	}
	return domain.Keep("%s It said: %s", a.reason.Phrase(), detailOf(a.detail))
}

// detailOf is what the ledger keeps of a provider's words, which are nobody's to translate. They are cut
// before the reason is put together: one without its end could not be said in another language.
func detailOf(words string) string {
	const longest = 500 // runes
	return shorten(oneLine(domain.Storable(words, 4*longest)), longest)
}

// withoutDetail leaves out what the provider said: it may name a recipient.
func withoutDetail(reason domain.Kept) domain.Kept {
	if p := reason.Phrase(); p.Format == "%s It said: %s" && len(p.Args) == 2 {
		if ours, ok := p.Args[0].(*domain.Phrase); ok {
			return ours.Kept()
		}
	}
	ours, _, found := strings.Cut(reason.English(), " It said: ")
	if !found {
		return reason
	}
	return domain.KeepWords(ours) // kept before the detail stood apart
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Sweep settles as unknown every message, of all organizations, whose call ended without being
// recorded: its program died. It returns how many there were. Those that a provider has reported about
// meanwhile become sent.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	swept, err := s.store.SweepCalling(ctx, reasonLost)
	if err != nil {
		return 0, err
	}
	const most = 1_000
	overtaken, err := s.store.Overtaken(ctx, most)
	if err != nil {
		return swept, err
	}
	byOrg := map[domain.OrgID][]MessageID{}
	for _, m := range overtaken {
		byOrg[m.Org] = append(byOrg[m.Org], m.Message)
	}
	for org, ids := range byOrg {
		ctx := identity.WithActor(ctx, identity.System(org))
		err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
			_, err := s.settleProved(ctx, org, ids)
			return err
		})
		if err != nil {
			return swept, err
		}
	}
	return swept, nil
}

// settleProved makes those messages sent that a provider has reported about, and returns how many
// there were: a report may be faster than the end of the call.
func (s *Service) settleProved(ctx context.Context, org domain.OrgID, ids []MessageID) (int, error) {
	messages, err := s.store.LockMessages(ctx, org, ids)
	if err != nil {
		return 0, err
	}
	effects := newEffects(s.now())
	for i := range messages {
		if m := &messages[i]; m.State != StateSent && m.Delivery != DeliveryNone {
			effects.changed[m.ID] = m
			effects.prove(m, *m.DeliveryAt)
		}
	}
	return len(effects.changed), s.apply(ctx, org, effects)
}
