package messaging

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// TestSend asks for an email or SMS to be sent to a colleague.
type TestSend struct {
	To string
	As *crm.ContactID // whose data fill the merge tags; nil: an invented contact's
}

// SendTest sends an email to an address of the caller's choice, through the ledger like any other
// message, and returns the row. It writes nothing about any contact.
func (s *Service) SendTest(ctx context.Context, org domain.OrgID, id EmailID, test TestSend) (Message, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Message{}, err
	}
	to, err := crm.NormalEmail(test.To)
	if err != nil {
		return Message{}, domain.Refuse(domain.KindInvalid, "to", domain.PhraseOf(err))
	}
	contact, err := s.previewContact(ctx, org, test.As)
	if err != nil {
		return Message{}, err
	}
	if err := s.Sendable(ctx, org, id); err != nil {
		return Message{}, err
	}
	return s.sendTest(ctx, org, Decision{Channel: ChannelEmail, Email: id}, to, contact)
}

// SendTestSMS sends an SMS to a number of the caller's choice, as SendTest does an email.
func (s *Service) SendTestSMS(ctx context.Context, org domain.OrgID, id SMSID, test TestSend) (Message, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Message{}, err
	}
	to := crm.PhoneE164(test.To)
	if to == nil {
		return Message{}, domain.Invalid("to", "This is not a phone number that can be dialled. Write it with + and the country's code, such as +1 202 555 0123.")
	}
	contact, err := s.previewContact(ctx, org, test.As)
	if err != nil {
		return Message{}, err
	}
	if err := s.SendableSMS(ctx, org, id); err != nil {
		return Message{}, err
	}
	return s.sendTest(ctx, org, Decision{Channel: ChannelSMS, SMS: id}, *to, contact)
}

func (s *Service) sendTest(ctx context.Context, org domain.OrgID, d Decision, to string, contact crm.Contact) (Message, error) {
	sid := newSid()
	d.Key, d.Class = "test/"+sid, ClassTest
	message, err := s.store.InsertMessage(ctx, org, NewMessage{Decision: d, Sid: sid, Address: to})
	if err != nil {
		return Message{}, err
	}
	draft, err := s.store.Draft(ctx, org, message.ID)
	if err != nil {
		return Message{}, err
	}
	if _, _, err := s.send(ctx, org, draft, testRecipient(message, contact)); err != nil {
		if err := s.endTest(ctx, org, message.ID, err); err != nil {
			return Message{}, err
		}
	}
	return s.store.Message(ctx, org, message.ID)
}

// endTest settles a test that was refused for now: the person who asked sees it at once and may
// ask again.
func (s *Service) endTest(ctx context.Context, org domain.OrgID, id MessageID, err error) error {
	retry, ok := err.(*RetryError) //nolint:errorlint // send returns it unwrapped
	if !ok {
		return err
	}
	_, err = s.store.Settle(ctx, org, Settlement{Message: id, From: StateReady, State: StateFailed, Reason: retry.Reason})
	return err
}

// Tests remembers the tests that were sent.
type Tests interface {
	TestSent(ctx context.Context, org domain.OrgID) (bool, error)
}

// TestSent says whether anybody of the organization has sent a test to a colleague yet.
func (s *Service) TestSent(ctx context.Context, org domain.OrgID) (bool, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return false, err
	}
	return s.store.TestSent(ctx, org)
}

// NeedsDomain says whether campaigns wait until the domain of their sender is set up: mail goes to real
// people.
func (s *Service) NeedsDomain() bool { return s.strict }
