package messaging

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

var _ identity.Mail = (*Service)(nil)

// SendLetter implements identity.Mail. The ledger gets a row like that of a notice, but not the text,
// which holds a link that lets its reader in. So it is sent now or never.
func (s *Service) SendLetter(ctx context.Context, org domain.OrgID, l identity.Letter) error {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return err
	}
	to, err := crm.NormalEmail(l.To)
	if err != nil {
		return domain.Refuse(domain.KindInvalid, "to", domain.PhraseOf(err))
	}
	sid := newSid()
	m, err := s.store.InsertMessage(ctx, org, NewMessage{Sid: sid, Address: to, Decision: Decision{
		Key: "letter/" + sid, Channel: ChannelEmail, Class: ClassInternal,
	}})
	if err != nil {
		return err
	}
	draft, err := s.store.Draft(ctx, org, m.ID)
	if err != nil {
		return err
	}
	draft.notice, draft.private = &NoticeText{Subject: oneLine(l.Subject), Text: l.Text}, true
	_, _, err = s.send(ctx, org, draft, testRecipient(m, crm.Contact{}))
	if retry, ok := err.(*RetryError); ok { //nolint:errorlint // send returns it unwrapped
		return s.endLetter(ctx, org, m.ID, retry.Reason)
	}
	if err != nil {
		return err
	}
	return s.letterSent(ctx, org, m.ID)
}

// letterSent says what came of a letter. One whose outcome is unknown counts as sent.
func (s *Service) letterSent(ctx context.Context, org domain.OrgID, id MessageID) error {
	m, err := s.store.Message(ctx, org, id)
	switch {
	case err != nil:
		return err
	case m.State == StateReady: // a gate has put it off
		return s.endLetter(ctx, org, id, m.Reason)
	case m.State == StateFailed || m.State == StateSkipped:
		return domain.Refuse(domain.KindUnavailable, "", m.Reason.Phrase())
	}
	return nil
}

// endLetter settles a letter that can't go out now: nobody knows its text later.
func (s *Service) endLetter(ctx context.Context, org domain.OrgID, id MessageID, reason domain.Kept) error {
	if _, err := s.store.Settle(ctx, org, Settlement{Message: id, From: StateReady, State: StateFailed, Reason: reason}); err != nil {
		return err
	}
	return domain.Refuse(domain.KindUnavailable, "", reason.Phrase())
}
