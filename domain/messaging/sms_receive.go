package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// ReceivedSMS is an SMS that somebody sent to us.
type ReceivedSMS struct {
	Org        domain.OrgID // 0: of the last SMS to that number
	Provider   string       // twilio, inbox
	ProviderID string       // the provider's name for it: the same one twice has one effect
	From       string
	Text       string
	Keyword    Keyword // what the provider understood; KeywordNone: read it in the text
}

// LastSMS is the newest SMS to a number.
type LastSMS struct {
	Org        domain.OrgID
	Message    MessageID
	Contact    *crm.ContactID
	CampaignID *int64
}

// Correspondence finds out whom an SMS answers.
type Correspondence interface {
	// LastSMS returns the newest SMS that a provider took for a number, of an organization or,
	// with 0, of any; false when there is none.
	LastSMS(ctx context.Context, org domain.OrgID, provider, number string) (LastSMS, bool, error)
}

// maxReceived is how much of a text is kept, in characters.
const maxReceived = 1600

// ReceiveSMS takes what somebody wrote to us, and returns once it is durable. It stands in the
// timeline of each contact with that number. Words like STOP end all SMS to them, START allows them
// again. An ordinary text answers the last SMS to its contact, so that decisions can wait for it; a
// keyword answers nothing. Who was never written to by us is nobody's contact: such texts are dropped.
// Nothing is ever sent in answer. It needs no actor.
func (s *Service) ReceiveSMS(ctx context.Context, r ReceivedSMS) error {
	number := crm.PhoneE164(r.From)
	if number == nil {
		s.log.InfoContext(ctx, "dropped an SMS from a sender without a number", slog.String("provider_id", r.ProviderID))
		return nil
	}
	last, found, err := s.store.LastSMS(ctx, r.Org, r.Provider, *number)
	switch {
	case err != nil:
		return fmt.Errorf("find whom an SMS answers: %w", err)
	case !found:
		s.log.InfoContext(ctx, "dropped an SMS from somebody whom nobody here has written to", slog.String("provider_id", r.ProviderID))
		return nil
	}
	ctx = identity.WithActor(ctx, identity.System(last.Org))
	take := func(ctx context.Context) error { return s.receiveFor(ctx, r, *number, last) }
	const tries = 3
	for range tries {
		// A contact who is deleted meanwhile spoils the transaction: the next one sees them gone.
		if err = s.tx.InTx(ctx, last.Org, take); !errors.Is(err, domain.ErrNotFound) {
			break
		}
	}
	return err
}

func (s *Service) receiveFor(ctx context.Context, r ReceivedSMS, number string, last LastSMS) error {
	contacts, err := s.contacts.ContactsByPhone(ctx, last.Org, number)
	if err != nil {
		return err
	}
	// The moment is unlike any other's, so that an event that was there before can be told from ours.
	now := s.now().UTC().Truncate(time.Microsecond)
	for _, contact := range contacts {
		asks := r.asks(contact)
		event := crm.Event{
			Contact: contact.ID, Type: crm.EventSMSReceived, OccurredAt: now,
			Key:  fmt.Sprintf("sms/%s/%s/%d", r.Provider, r.ProviderID, contact.ID),
			Data: map[string]any{"text": shorten(phoneText(r.Text), maxReceived)},
		}
		if asks != KeywordNone {
			event.Data["keyword"] = asks
		} else if last.Contact != nil && *last.Contact == contact.ID {
			event.MessageID, event.CampaignID = (*int64)(&last.Message), last.CampaignID
		}
		stored, err := s.contacts.AppendEvents(ctx, last.Org, []crm.Event{event})
		if err != nil {
			return err
		}
		if !stored[0].OccurredAt.Equal(now) {
			continue // brought again: a STOP from long ago must not undo a later START
		}
		if err := s.heedKeyword(ctx, last.Org, contact, asks, r); err != nil {
			return err
		}
	}
	return nil
}

// asks is what the text asks for. Yes is an ordinary answer of somebody who has not opted out.
func (r ReceivedSMS) asks(contact crm.Contact) Keyword {
	asks := r.Keyword
	if asks == KeywordNone {
		asks = ReadKeyword(r.Text)
	}
	if asks == KeywordStart && r.Keyword == KeywordNone && !slices.ContainsFunc(contact.DoNotContact, optedOutOfSMS) {
		return KeywordNone
	}
	return asks
}

func (s *Service) heedKeyword(ctx context.Context, org domain.OrgID, contact crm.Contact, asks Keyword, r ReceivedSMS) error {
	switch asks {
	case KeywordStop:
		return s.contacts.SetDoNotContact(ctx, org, contact.ID, crm.DoNotContact{
			Channel: crm.SMS, Reason: crm.Unsubscribed, Origin: r.Provider + "/" + shorten(oneLine(r.ProviderID), 100),
			Comment: wrote(r.Text), Source: crm.ByReply,
		})
	case KeywordStart:
		if slices.ContainsFunc(contact.DoNotContact, optedOutOfSMS) { // what others forbade stays
			return s.contacts.AllowChannel(ctx, org, contact.ID, crm.Allowance{
				Channel: crm.SMS, Comment: wrote(r.Text), Source: crm.ByReply,
			})
		}
	}
	return nil
}

func optedOutOfSMS(mark crm.DoNotContact) bool {
	return mark.Channel == crm.SMS && mark.Reason == crm.Unsubscribed
}

// AnswerSMS plays the answer of somebody to a captured SMS: it goes the way of one that a provider
// brings.
func (s *Service) AnswerSMS(ctx context.Context, org domain.OrgID, id InboxID, text string) error {
	talk, err := s.Conversation(ctx, org, id)
	if err != nil {
		return err
	}
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return err
	}
	if text = shorten(phoneText(text), maxReceived); text == "" {
		return domain.Invalid("text", "Write an answer.")
	}
	sid := newSid()
	if _, err := s.store.CaptureSMS(ctx, org, CapturedSMS{Sid: sid, Number: talk.Number, Body: text, Incoming: true}); err != nil {
		return err
	}
	return s.ReceiveSMS(ctx, ReceivedSMS{Org: org, Provider: "inbox", ProviderID: sid, From: talk.Number, Text: text})
}

// ReadStatus returns the message that the token in a provider's callback names.
func (s *Service) ReadStatus(token string) (sid string, ok bool) {
	return s.signer.Read(PurposeStatus, token)
}
