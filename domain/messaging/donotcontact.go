package messaging

import (
	"context"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// What we write ourselves beside a mark.
var (
	commentDead   = domain.Mark("The address does not work.")
	commentSpam   = domain.Mark("Called a message spam.")
	commentOptOut = domain.Mark("Unsubscribed at the provider.")
)

// commentWrote begins what somebody wrote by SMS.
const commentWrote = "Wrote: "

func wrote(text string) string { return commentWrote + "“" + shorten(oneLine(text), 200) + "”" }

// CommentPhrase is the comment of a mark or of a consent: what we wrote ourselves in words, and what
// somebody typed as it stands.
func CommentPhrase(comment string) *domain.Phrase {
	if text, ok := strings.CutPrefix(comment, commentWrote); ok {
		return domain.Say("Wrote: %s", text)
	}
	if slices.Contains([]string{commentDead, commentSpam, commentOptOut}, comment) {
		return domain.Kept(comment).Phrase()
	}
	return domain.Quote(comment)
}

// markSuppressed sets the mark on the contact that people look for: bounced, or unsubscribed after a
// complaint.
func (s *Service) markSuppressed(ctx context.Context, org domain.OrgID, entry suppressed) error {
	mark := crm.DoNotContact{Reason: crm.Bounced, Comment: commentDead}
	if entry.Reason == SuppressedComplaint {
		mark = crm.DoNotContact{Reason: crm.Unsubscribed, Comment: commentSpam}
	}
	return s.mark(ctx, org, entry.by, mark)
}

// mark forbids the channel of a message to its contact, if the contact still has the address and no
// older mark stands: what a person said is not overwritten. "Unsubscribed" outweighs "bounced", whichever
// came first.
func (s *Service) mark(ctx context.Context, org domain.OrgID, m *Heard, mark crm.DoNotContact) error {
	if m.Contact == nil {
		return nil
	}
	contact, err := s.contacts.Contact(ctx, org, *m.Contact)
	if err != nil {
		return ignoreNotFound(err)
	}
	mark.Channel, mark.Origin, mark.Source = crm.Channel(m.Channel), m.Sid, crm.ByProvider
	marked := slices.ContainsFunc(contact.DoNotContact, func(d crm.DoNotContact) bool {
		return d.Channel == mark.Channel && (d.Reason != crm.Bounced || mark.Reason == crm.Bounced)
	})
	if marked || addressOf(contact, m.Channel) != m.softKey().address {
		return nil
	}
	return s.contacts.SetDoNotContact(ctx, org, contact.ID, mark)
}

// unmarkBounced lifts the mark "bounced" of the contact with the address of a suppression.
func (s *Service) unmarkBounced(ctx context.Context, org domain.OrgID, entry Suppression) error {
	ids, err := s.store.MarkedBounced(ctx, org, entry.Channel, entry.Address)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.contacts.ClearDoNotContact(ctx, org, id, crm.Channel(entry.Channel)); err != nil {
			return ignoreNotFound(err)
		}
	}
	return nil
}

// addressOf returns a contact's address for a channel, normalised, or "".
func addressOf(contact crm.Contact, channel Channel) string {
	switch {
	case channel == ChannelEmail && contact.Email != nil:
		return strings.ToLower(*contact.Email)
	case channel == ChannelSMS && contact.Phone != nil:
		if number := crm.PhoneE164(*contact.Phone); number != nil {
			return *number
		}
	}
	return ""
}
