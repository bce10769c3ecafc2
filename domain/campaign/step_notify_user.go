package campaign

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// NotifyUser sends an email about the contact to people of the organization.
type NotifyUser struct {
	To        string          `json:"to"`                  // "owner" of the contact, "user" or "addresses"
	User      identity.UserID `json:"user,omitempty"`      // with user
	Addresses []string        `json:"addresses,omitempty"` // with addresses
	Subject   string          `json:"subject"`             // with merge tags
	Text      string          `json:"text"`                // likewise
}

// Whom a notice goes to.
const (
	toOwner     = "owner"
	toUser      = "user"
	toAddresses = "addresses"
)

const (
	maxNoticeAddresses = 5
	maxNoticeSubject   = 200 // characters
)

// Users knows the people of an organization.
type Users interface {
	// User returns a member of org, or NotFound.
	User(ctx context.Context, org domain.OrgID, id identity.UserID) (identity.User, error)
}

// Describe implements Settings.
func (s NotifyUser) Describe() *domain.Phrase {
	switch {
	case s.To == toOwner:
		return domain.Say("Notify the contact's owner")
	case len(s.Addresses) > 1:
		return domain.Say("Notify %d colleagues", len(s.Addresses)) // addresses have no place in workflows
	}
	return domain.Say("Notify a colleague")
}

// Validate implements Settings.
func (s NotifyUser) Validate(v *Validation) {
	switch s.To {
	case toOwner:
	case toUser:
		if s.User == 0 {
			v.Problem("user", "Choose the colleague to notify.")
		} else if problem := v.Absent[s.User]; problem != nil {
			v.Refuse("user", problem)
		}
	case toAddresses:
		s.validateAddresses(v)
	default:
		v.Problem("to", "Choose whom to notify: owner, user or addresses.")
	}
	switch _, err := content.Parse(s.Subject, content.Text); {
	case strings.TrimSpace(s.Subject) == "":
		v.Problem("subject", "Write a subject.")
	case len([]rune(s.Subject)) > maxNoticeSubject:
		v.Problem("subject", "A subject has at most %d characters.", maxNoticeSubject)
	case err != nil:
		v.Refuse("subject", domain.PhraseOf(err))
	}
	switch _, err := content.Parse(s.Text, content.Text); {
	case strings.TrimSpace(s.Text) == "":
		v.Problem("text", "Write what to tell them.")
	case err != nil:
		v.Refuse("text", domain.PhraseOf(err))
	}
}

func (s NotifyUser) validateAddresses(v *Validation) {
	if len(s.Addresses) == 0 || len(s.Addresses) > maxNoticeAddresses {
		v.Problem("addresses", "Name 1 to %d addresses.", maxNoticeAddresses)
	}
	for i, address := range s.Addresses {
		if _, err := crm.NormalEmail(address); err != nil {
			v.Problem(fmt.Sprintf("addresses.%d", i), "“%s” is not an email address.", address)
		}
	}
}

// Walk implements Settings. Each person's message is a row of the ledger of its own; they go out one
// after the other.
func (s NotifyUser) Walk(ctx context.Context, w *Walker) (Move, error) {
	people, nobody, err := s.people(ctx, w)
	if err != nil {
		return Move{}, err
	}
	if nobody != "" {
		return Next(nobody), nil
	}
	var sent int
	var last messaging.Message
	for i, to := range people {
		message, err := s.decide(ctx, w, i, to)
		if err != nil {
			return Move{}, err
		}
		if !message.State.Final() {
			doing := domain.Say("Notify: %s", w.Step.Phrase())
			if w.Journey.Memory.Message != message.ID { // what happened is about the one before
				w.Journey.Memory.Message = message.ID
				return Send(SendEmailActivity, message.ID, doing), nil
			}
			return w.hand(message, SendEmailActivity, doing), nil
		}
		if last = message; message.State == messaging.StateSent || message.State == messaging.StateUnknown {
			sent++
		}
	}
	switch {
	case sent == len(people):
		return Next(domain.Keep("Notified.")).About(last.ID), nil
	case len(people) == 1:
		return Next(domain.Keep("Not notified: %s", last.Reason.Phrase())).About(last.ID), nil
	}
	return Next(domain.Keep("Notified %d of %d people.", sent, len(people))).About(last.ID), nil
}

func (s NotifyUser) decide(ctx context.Context, w *Walker, nth int, to string) (messaging.Message, error) {
	return w.Messaging.DecideNotice(ctx, w.Journey.Org, messaging.Notice{
		Key: fmt.Sprintf("journey/%d/%s/%d/%d", w.Journey.ID, w.Step.ID, w.Journey.Visit, nth),
		To:  to, Subject: s.Subject, Text: s.Text, About: w.Journey.Contact,
		Campaign: int64(w.Journey.Campaign), Journey: int64(w.Journey.ID), Step: string(w.Step.ID),
	})
}

// people returns the addresses to notify, or a sentence that says why there is nobody.
func (s NotifyUser) people(ctx context.Context, w *Walker) (addresses []string, nobody domain.Kept, err error) {
	if s.To == toAddresses {
		return slices.Compact(slices.Sorted(slices.Values(s.Addresses))), "", nil
	}
	id := s.User
	if s.To == toOwner {
		contact, err := w.Contact(ctx)
		switch {
		case err != nil:
			return nil, "", err
		case contact.OwnerID == nil:
			return nil, domain.Keep("Nobody was notified: the contact has no owner."), nil
		}
		id = *contact.OwnerID
	}
	user, err := w.Users.User(ctx, w.Journey.Org, id)
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		return nil, domain.Keep("Nobody was notified: the colleague is no member of the organization any more."), nil
	case err != nil:
		return nil, "", err
	case user.IsBlocked:
		return nil, domain.Keep("Nobody was notified: the colleague is blocked."), nil
	}
	return []string{user.Email}, "", nil
}
