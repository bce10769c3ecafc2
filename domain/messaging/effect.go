package messaging

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// effects collects what reports of one organization lead to.
type effects struct {
	now        time.Time
	changed    map[MessageID]*Heard
	events     []crm.Event
	suppress   []suppressed
	optOut     []suppressed
	soft       map[softKey]crm.ContactID // addresses whose soft bounces are to be judged
	delivered  map[softKey]crm.ContactID // addresses that something arrived at
	reputation map[MinuteOf]*Faults
}

// suppressed is an address that a report puts on the list.
type suppressed struct {
	Suppression
	by *Heard
	at time.Time
}

type softKey struct {
	channel Channel
	address string // normalised
}

func newEffects(now time.Time) *effects {
	return &effects{
		now: now, changed: map[MessageID]*Heard{}, soft: map[softKey]crm.ContactID{},
		delivered: map[softKey]crm.ContactID{}, reputation: map[MinuteOf]*Faults{},
	}
}

// add notes what a report leads to. What was sent as a test only has a status.
func (e *effects) add(m *Heard, f Feedback) {
	class := BounceClass("")
	if f.Kind == FeedbackBounced {
		class = f.Bounce.Sort(f.Detail)
	}
	e.changed[m.ID] = m
	if m.ProviderID == "" && m.Provider == f.Provider { // the answer with it was lost
		m.ProviderID = f.ProviderID
	}
	e.prove(m, f.At)
	m.raise(f, class)
	if m.Class == ClassTest {
		return
	}
	switch {
	case f.Kind == FeedbackBounced:
		e.bounced(m, f, class)
	case f.Kind == FeedbackUnsubscribed:
		e.optedOut(m, f)
	case f.status() == DeliveryComplained:
		e.complained(m, f)
	case f.status() == DeliveryDelivered && m.Contact != nil:
		e.delivered[m.softKey()] = *m.Contact
	}
}

// prove settles a message as sent: whoever reports about it has taken it. That also holds for one
// that reads failed, or waits to be tried again after a refusal: what the provider did counts more than
// what it said. A call that is under way settles the message itself.
func (e *effects) prove(m *Heard, at time.Time) {
	switch {
	case m.State == StateSent:
		if m.SettledBy == SettledByEvent && m.SentAt != nil && at.Before(*m.SentAt) {
			m.SentAt = &at
		}
		return
	case m.InFlight:
		return
	}
	m.State, m.Reason, m.SettledBy, m.SentAt = StateSent, "", SettledByEvent, &at
	e.sent(m)
}

// sent tells the contact's timeline that the message went out.
func (e *effects) sent(m *Heard) {
	if m.Contact != nil && m.Class != ClassTest {
		event := m.event(sentEvents[m.Channel])
		event.OccurredAt = *m.SentAt
		e.events = append(e.events, event)
	}
}

// sentEvents name the event of a message that went out.
var sentEvents = map[Channel]string{ChannelEmail: crm.EventEmailSent, ChannelSMS: crm.EventSMSSent, ChannelPush: "push.sent"}

// bounced is the effect of each class of bounces.
func (e *effects) bounced(m *Heard, f Feedback, class BounceClass) {
	if class == BounceOptOut {
		e.optedOut(m, f)
		return
	}
	faults := Faults{}
	switch class {
	case BounceHard:
		faults.Bounces = 1
		e.suppressFor(SuppressedHardBounce, m, f)
	case BounceSuppressed:
		e.suppressFor(SuppressedProviderList, m, f)
	case BounceSender:
		faults.SenderFaults = 1
	case BounceMessage:
		faults.MessageFaults = 1
	default:
		if m.Contact != nil {
			e.soft[m.softKey()] = *m.Contact
		}
	}
	e.count(m, f.At, faults)
	data := map[string]any{"class": class}
	if status := f.Bounce.EnhancedStatus(f.Detail); status != "" {
		data["status"] = status
	}
	e.tell(m, f, "bounced", string(class), data)
}

func (e *effects) complained(m *Heard, f Feedback) {
	e.count(m, f.At, Faults{Complaints: 1})
	e.suppressFor(SuppressedComplaint, m, f)
	if f.Complaint == "fraud" { // nothing at all, from somebody who looks like a swindler
		e.suppress[len(e.suppress)-1].Stops = StopsAll
	}
	e.tell(m, f, "complained", "", nil)
}

func (e *effects) optedOut(m *Heard, f Feedback) {
	e.optOut = append(e.optOut, suppressed{by: m, at: f.At})
	e.tell(m, f, "unsubscribed", "provider", map[string]any{"by": "provider"})
}

func (e *effects) suppressFor(reason SuppressionReason, m *Heard, f Feedback) {
	entry := newSuppression(reason, m.Channel, m.softKey().address)
	entry.Origin, entry.Comment = m.Sid, shorten(f.Detail, maxComment)
	e.suppress = append(e.suppress, suppressed{Suppression: entry, by: m, at: f.At})
}

// tell adds to the contact's timeline what people want to see there, once for each message.
func (e *effects) tell(m *Heard, f Feedback, what, more string, data map[string]any) {
	if m.Contact == nil {
		return
	}
	event := m.event(string(m.Channel) + "." + what)
	event.Key, event.OccurredAt = strings.TrimSuffix(what+"/"+m.Sid+"/"+more, "/"), f.At
	maps.Copy(event.Data, data)
	e.events = append(e.events, event)
}

// event begins an event about the message, whose contact must be known.
func (m *Heard) event(kind string) crm.Event {
	return Sent{ID: m.ID, Contact: m.Contact, CampaignID: m.CampaignID, EmailID: m.Email, EmailName: m.EmailName, SMSID: m.SMS, SMSName: m.SMSName}.event(kind)
}

// softKey is the address that a message went to.
func (m *Heard) softKey() softKey {
	address, err := NormalAddress(m.Channel, m.Address)
	if err != nil {
		address = strings.ToLower(m.Address)
	}
	return softKey{m.Channel, address}
}

// count adds to the faults of the message's campaign and sender domain.
func (e *effects) count(m *Heard, at time.Time, faults Faults) {
	if faults == (Faults{}) {
		return
	}
	subjects := []Subject{}
	if m.CampaignID != nil {
		subjects = append(subjects, Subject{ScopeCampaign, strconv.FormatInt(*m.CampaignID, 10)})
	}
	if m.SenderDomain != "" {
		subjects = append(subjects, Subject{ScopeDomain, m.SenderDomain})
	}
	for _, subject := range subjects {
		key := MinuteOf{subject, at.Truncate(time.Minute)}
		if e.reputation[key] == nil {
			e.reputation[key] = &Faults{}
		}
		e.reputation[key].add(faults)
	}
}

// apply writes everything down, in the transaction in ctx.
func (s *Service) apply(ctx context.Context, org domain.OrgID, e *effects) error {
	if len(e.changed) == 0 {
		return nil
	}
	changed := make([]Message, 0, len(e.changed))
	for _, id := range slices.Sorted(maps.Keys(e.changed)) {
		changed = append(changed, e.changed[id].Message)
	}
	if err := s.store.SaveProgress(ctx, org, changed); err != nil {
		return err
	}
	if err := s.applyLists(ctx, org, e); err != nil {
		return err
	}
	if err := s.judgeSoft(ctx, org, e); err != nil {
		return err
	}
	if len(e.reputation) > 0 {
		if err := s.store.CountFaults(ctx, org, e.reputation); err != nil {
			return err
		}
	}
	slices.SortStableFunc(e.events, func(a, b crm.Event) int {
		return cmp.Or(a.OccurredAt.Compare(b.OccurredAt), cmp.Compare(a.Contact, b.Contact))
	})
	if _, err := s.contacts.AppendEvents(ctx, org, e.events); err != nil {
		return fmt.Errorf("append events of reports: %w", err)
	}
	return nil
}

// applyLists puts addresses on the suppression list and marks their contacts.
func (s *Service) applyLists(ctx context.Context, org domain.OrgID, e *effects) error {
	slices.SortStableFunc(e.suppress, func(a, b suppressed) int { // one order for everybody
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Address, b.Address), a.at.Compare(b.at))
	})
	for _, entry := range e.suppress {
		if entry.Address == "" {
			continue
		}
		if _, err := s.store.Suppress(ctx, org, []Suppression{entry.Suppression}, entry.at); err != nil {
			return err
		}
		if err := s.markSuppressed(ctx, org, entry); err != nil {
			return err
		}
	}
	for _, entry := range e.optOut {
		mark := crm.DoNotContact{Reason: crm.Unsubscribed, Comment: commentOptOut}
		if err := s.mark(ctx, org, entry.by, mark); err != nil {
			return err
		}
	}
	return nil
}

// judgeSoft applies the rule for soft bounces to the addresses that it may hold for now.
func (s *Service) judgeSoft(ctx context.Context, org domain.OrgID, e *effects) error {
	for _, channel := range []Channel{ChannelEmail, ChannelSMS} {
		var addresses []string
		for key := range e.delivered {
			if key.channel == channel {
				addresses = append(addresses, key.address)
			}
		}
		if len(addresses) == 0 {
			continue
		}
		on, err := s.store.SoftSuppressed(ctx, org, channel, addresses)
		if err != nil {
			return err
		}
		for _, address := range on { // a delivery that we hear of late may undo it
			key := softKey{channel, address}
			e.soft[key] = e.delivered[key]
		}
	}
	keys := slices.SortedFunc(maps.Keys(e.soft), func(a, b softKey) int {
		return cmp.Or(cmp.Compare(a.channel, b.channel), cmp.Compare(a.address, b.address))
	})
	for _, key := range keys {
		who := s.addressee(org, key.channel, key.address)
		facts, err := s.store.AddressHistory(ctx, org, e.soft[key], who, e.now.Add(-softBounceMemory))
		if err != nil {
			return err
		}
		if err := s.store.SetSoftSuppression(ctx, org, key.channel, key.address, JudgeSoftBounces(facts)); err != nil {
			return err
		}
	}
	return nil
}

// shorten cuts a text to so many characters.
func shorten(text string, longest int) string {
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return text
}
