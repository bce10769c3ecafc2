package messaging

import (
	"context"
	"errors"
	"slices"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// Subscription is what the unsubscribe page shows.
type Subscription struct {
	Organization string
	Subscribed   bool
	Test         bool // the link stands in a test mail: nothing can be changed by it
}

// Subscription reads what an unsubscribe token leads to. A forged token is NotFound. For a contact
// who was deleted, Subscribed is false.
func (s *Service) Subscription(ctx context.Context, token string) (Subscription, error) {
	ctx, m, err := s.sentBy(ctx, PurposeUnsubscribe, token)
	if err != nil {
		return Subscription{}, err
	}
	sender, err := s.store.Sender(ctx, m.Org)
	if err != nil {
		return Subscription{}, err
	}
	shown := Subscription{Organization: sender.Organization, Test: m.Class == ClassTest}
	if m.Contact != nil {
		contact, err := s.contacts.Contact(ctx, m.Org, *m.Contact)
		if err != nil && !errors.Is(err, domain.ErrNotFound) {
			return Subscription{}, err
		}
		shown.Subscribed = err == nil && contact.MayReceive(crm.Email)
	}
	return shown, nil
}

// Unsubscribe ends all marketing mail to the contact of a token. Repeating it changes nothing. It is
// effective for every message that is claimed after it returned.
func (s *Service) Unsubscribe(ctx context.Context, token string) error {
	ctx, m, err := s.sentBy(ctx, PurposeUnsubscribe, token)
	if err != nil || m.Contact == nil {
		return err
	}
	return ignoreNotFound(s.tx.InTx(ctx, m.Org, func(ctx context.Context) error {
		contact, err := s.contacts.Contact(ctx, m.Org, *m.Contact)
		if err != nil || slices.ContainsFunc(contact.DoNotContact, unsubscribedFromEmail) {
			return err
		}
		mark := crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed, Origin: m.Sid, Source: crm.ByLink}
		if err := s.contacts.SetDoNotContact(ctx, m.Org, *m.Contact, mark); err != nil {
			return err
		}
		return s.note(ctx, m, crm.EventUnsubscribed)
	}))
}

// Resubscribe undoes Unsubscribe, for the person who pressed the wrong button. It does not lift what
// somebody else forbade.
func (s *Service) Resubscribe(ctx context.Context, token string) error {
	ctx, m, err := s.sentBy(ctx, PurposeUnsubscribe, token)
	if err != nil || m.Contact == nil {
		return err
	}
	return ignoreNotFound(s.tx.InTx(ctx, m.Org, func(ctx context.Context) error {
		contact, err := s.contacts.Contact(ctx, m.Org, *m.Contact)
		if err != nil || !slices.ContainsFunc(contact.DoNotContact, unsubscribedFromEmail) {
			return err
		}
		if err := s.contacts.AllowChannel(ctx, m.Org, *m.Contact, crm.Allowance{Channel: crm.Email, Origin: m.Sid, Source: crm.ByLink}); err != nil {
			return err
		}
		return s.note(ctx, m, crm.EventResubscribed)
	}))
}

func unsubscribedFromEmail(mark crm.DoNotContact) bool {
	return mark.Channel == crm.Email && mark.Reason == crm.Unsubscribed
}

func (s *Service) note(ctx context.Context, m Sent, event string) error {
	_, err := s.contacts.AppendEvents(ctx, m.Org, []crm.Event{m.event(event)})
	return err
}

// sentBy returns the message that a token names, and a context in which the program acts for its
// organization. Forged tokens and messages that are gone look the same: NotFound.
func (s *Service) sentBy(ctx context.Context, purpose Purpose, token string) (context.Context, Sent, error) {
	sid, ok := s.signer.Read(purpose, token)
	if !ok {
		return ctx, Sent{}, errNoLink
	}
	found, err := s.store.SentBySid(ctx, []string{sid})
	if err != nil {
		return ctx, Sent{}, err
	}
	if len(found) == 0 {
		return ctx, Sent{}, errNoLink
	}
	return identity.WithActor(ctx, identity.System(found[0].Org)), found[0], nil
}

// View renders a message for the browser, as its email and its contact are now. Its links lead
// straight to their targets. A forged token, and a message that can't be shown any more, is NotFound.
func (s *Service) View(ctx context.Context, token string) (html string, err error) {
	ctx, m, err := s.sentBy(ctx, PurposeView, token)
	if err != nil {
		return "", err
	}
	draft, err := s.draft(ctx, m.Org, m.ID)
	if err != nil {
		return "", err
	}
	contact := inventedContact()
	if m.Contact != nil {
		if contact, err = s.contacts.Contact(ctx, m.Org, *m.Contact); err != nil {
			return "", err
		}
	}
	if draft.Email == nil || (m.Contact == nil && m.Class != ClassTest) {
		return "", errNoLink
	}
	fields, err := s.contacts.Merge(ctx, m.Org, contact)
	if err != nil {
		return "", err
	}
	rendered, err := s.render(*draft.Email, fields, draft.Sender, s.publicLinks(draft.Message), draft.journey)
	if err != nil {
		return "", err
	}
	return first(rendered.HTML, plainPage(rendered.Text)), nil
}
