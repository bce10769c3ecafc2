package crm

import (
	"context"
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

var reasons = []Reason{Unsubscribed, Bounced, Manual}

// DoNotContact forbids to reach a contact by one channel.
type DoNotContact struct {
	Channel   Channel   `json:"channel"`
	Reason    Reason    `json:"reason"`
	Comment   string    `json:"comment"`
	Origin    string    `json:"origin"` // what did it: a message's sid, a user, an import
	CreatedAt time.Time `json:"created_at"`
}

// DoNotContacts keeps do-not-contact marks.
type DoNotContacts interface {
	// SetDoNotContact stores a mark in place of an older one and says whether channel or reason are new.
	SetDoNotContact(ctx context.Context, org domain.OrgID, id ContactID, mark DoNotContact) (changed bool, err error)
	// ClearDoNotContact removes a mark and says whether there was one.
	ClearDoNotContact(ctx context.Context, org domain.OrgID, id ContactID, channel Channel) (changed bool, err error)
}

// SetDoNotContact forbids a channel for a contact; a newer reason replaces an older one. Repeating
// it changes nothing.
func (s *Service) SetDoNotContact(ctx context.Context, org domain.OrgID, id ContactID, mark DoNotContact) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	if err := mark.check(); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		changed, err := s.store.SetDoNotContact(ctx, org, id, mark)
		if err != nil || !changed {
			return err
		}
		data := origin(ctx, "")
		data["channel"], data["reason"] = mark.Channel, mark.Reason
		if mark.Comment != "" {
			data["comment"] = mark.Comment
		}
		return s.append(ctx, org, Event{Contact: id, Type: EventDoNotContactSet, Data: data})
	})
}

// ClearDoNotContact allows a channel again. Without a mark it does nothing.
func (s *Service) ClearDoNotContact(ctx context.Context, org domain.OrgID, id ContactID, channel Channel) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	if !slices.Contains(Channels, channel) {
		return domain.Invalid("channel", "There is no channel %.50q.", channel)
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		changed, err := s.store.ClearDoNotContact(ctx, org, id, channel)
		if err != nil || !changed {
			return err
		}
		data := origin(ctx, "")
		data["channel"] = channel
		return s.append(ctx, org, Event{Contact: id, Type: EventDoNotContactCleared, Data: data})
	})
}

func (d DoNotContact) check() error {
	var findings domain.Findings
	if !slices.Contains(Channels, d.Channel) {
		findings.Add("channel", "There is no channel %.50q.", d.Channel)
	}
	if !slices.Contains(reasons, d.Reason) {
		findings.Add("reason", "The reason must be unsubscribed, bounced or manual.")
	}
	if problem := textProblem(d.Comment, 500); problem != "" {
		findings.Add("comment", "%s", problem)
	}
	if problem := textProblem(d.Origin, 200); problem != "" {
		findings.Add("origin", "%s", problem)
	}
	return findings.Err()
}
