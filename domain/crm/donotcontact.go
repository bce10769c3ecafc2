package crm

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Channel is a way to reach people.
type Channel string

// The channels.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
	Push  Channel = "push"
)

// Channels lists all channels.
var Channels = []Channel{Email, SMS, Push}

// Reason says why a contact must not be reached.
type Reason string

// The reasons.
const (
	Unsubscribed Reason = "unsubscribed" // the contact asked for it
	Bounced      Reason = "bounced"      // the address does not work
	Manual       Reason = "manual"       // somebody here decided it
)

// maxMarkComment is how many characters the comment of a mark may have.
const maxMarkComment = 500

var reasons = []Reason{Unsubscribed, Bounced, Manual}

// DoNotContact forbids to reach a contact by one channel.
type DoNotContact struct {
	Channel   Channel   `json:"channel"`
	Reason    Reason    `json:"reason"`
	Comment   string    `json:"comment"`
	Origin    string    `json:"origin"` // what did it: a message's sid, "user 7", "import 3"
	CreatedAt time.Time `json:"created_at"`

	// Source is by what way the contact said so, for the consent log; by who is calling when empty.
	// It is not kept with the mark.
	Source ConsentSource `json:"-" db:"-"`
}

// DoNotContacts keeps do-not-contact marks.
type DoNotContacts interface {
	// SetDoNotContact stores a mark in place of an older one and says whether channel or reason are new.
	SetDoNotContact(ctx context.Context, org domain.OrgID, id ContactID, mark DoNotContact) (changed bool, err error)
	// ClearDoNotContact removes a mark and says whether there was one.
	ClearDoNotContact(ctx context.Context, org domain.OrgID, id ContactID, channel Channel) (changed bool, err error)
}

// SetDoNotContact forbids a channel for a contact; a newer reason replaces an older one, and a newer
// comment of a decision here the older. Repeating it changes nothing. What a contact or somebody here
// decided goes into the consent log; a bounce says nothing about consent.
func (s *Service) SetDoNotContact(ctx context.Context, org domain.OrgID, id ContactID, mark DoNotContact) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	if err := mark.check(); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		if _, err := s.store.Contact(ctx, org, id); err != nil {
			return err
		}
		changed, err := s.setMark(ctx, org, id, &mark)
		if err != nil || !changed || mark.Reason == Bounced {
			return err
		}
		return s.logMark(ctx, org, id, mark, Withdrawn)
	})
}

// forbid is SetDoNotContact for a consent that is logged already.
func (s *Service) forbid(ctx context.Context, org domain.OrgID, id ContactID, mark DoNotContact) error {
	_, err := s.setMark(ctx, org, id, &mark)
	return err
}

// setMark stores a mark and its event, and says whether anything changed.
func (s *Service) setMark(ctx context.Context, org domain.OrgID, id ContactID, mark *DoNotContact) (bool, error) {
	if mark.Origin == "" {
		mark.Origin = whoCalls(ctx)
	}
	changed, err := s.store.SetDoNotContact(ctx, org, id, *mark)
	if err != nil || !changed {
		return false, err
	}
	data := origin(ctx, "")
	data["channel"], data["reason"] = mark.Channel, mark.Reason
	if mark.Comment != "" {
		data["comment"] = mark.Comment
	}
	return true, s.append(ctx, org, Event{Contact: id, Type: EventDoNotContactSet, Data: data})
}

// Allowance lifts a mark.
type Allowance struct {
	Channel Channel
	Comment string        // why, in words
	Origin  string        // what did it, as in a mark
	Source  ConsentSource // by what way; by who is calling when empty
}

// ClearDoNotContact allows a channel again. Without a mark it does nothing.
func (s *Service) ClearDoNotContact(ctx context.Context, org domain.OrgID, id ContactID, channel Channel) error {
	return s.AllowChannel(ctx, org, id, Allowance{Channel: channel})
}

// AllowChannel allows a channel again, and says why. Without a mark it does nothing. Lifting what a
// contact or somebody here decided goes into the consent log.
func (s *Service) AllowChannel(ctx context.Context, org domain.OrgID, id ContactID, allow Allowance) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	if !slices.Contains(Channels, allow.Channel) {
		return domain.Invalid("channel", "There is no channel %.50q.", allow.Channel)
	}
	if problem := textProblem(allow.Comment, maxMarkComment); problem != nil {
		return domain.Refuse(domain.KindInvalid, "comment", problem)
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		contact, err := s.store.Contact(ctx, org, id)
		if err != nil {
			return err
		}
		changed, err := s.store.ClearDoNotContact(ctx, org, id, allow.Channel)
		if err != nil || !changed {
			return err
		}
		data := origin(ctx, "")
		data["channel"] = allow.Channel
		if allow.Comment != "" {
			data["comment"] = allow.Comment
		}
		if err := s.append(ctx, org, Event{Contact: id, Type: EventDoNotContactCleared, Data: data}); err != nil {
			return err
		}
		if slices.ContainsFunc(contact.DoNotContact, func(d DoNotContact) bool { return d.Channel == allow.Channel && d.Reason == Bounced }) {
			return nil
		}
		return s.logMark(ctx, org, id, DoNotContact{Channel: allow.Channel, Comment: allow.Comment, Origin: allow.Origin, Source: allow.Source}, Granted)
	})
}

// logMark writes what became of a channel into the consent log.
func (s *Service) logMark(ctx context.Context, org domain.OrgID, id ContactID, mark DoNotContact, state ConsentState) error {
	consent := Consent{
		Contact: id, Purpose: string(mark.Channel), State: state, Source: mark.Source, Detail: mark.Comment,
		HappenedAt: s.now(), CreatedAt: s.now(),
	}
	if consent.Source == "" {
		consent.Source = sourceOf(ctx)
	}
	if consent.Source == ByLink && mark.Origin != "" {
		consent.Detail = "Message " + mark.Origin
	}
	return s.keepConsent(ctx, org, &consent)
}

// whoCalls is the origin of a mark that nothing else has set.
func whoCalls(ctx context.Context) string {
	switch actor := identity.ActorFrom(ctx); {
	case actor.User != 0:
		return fmt.Sprintf("user %d", actor.User)
	case actor.APIKey != 0:
		return "api"
	}
	return ""
}

func (d DoNotContact) check() error {
	var findings domain.Findings
	if !slices.Contains(Channels, d.Channel) {
		findings.Add("channel", "There is no channel %.50q.", d.Channel)
	}
	if !slices.Contains(reasons, d.Reason) {
		findings.Add("reason", "The reason must be unsubscribed, bounced or manual.")
	}
	if problem := textProblem(d.Comment, maxMarkComment); problem != nil {
		findings.Say("comment", problem)
	}
	if problem := textProblem(d.Origin, 200); problem != nil {
		findings.Say("origin", problem)
	}
	return findings.Err()
}
