package messaging

import (
	"context"
	"fmt"
	"maps"
	"net/mail"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// Notice is a message to somebody of the organization about a contact. It is no mail to the contact:
// no consent, rule or list of the contact's holds it back, and nothing in it is tracked.
type Notice struct {
	Key      string // the same key is the same message, however often it is decided
	To       string
	Subject  string // Liquid, filled in when it is decided
	Text     string // likewise
	About    crm.ContactID
	Campaign int64
	Journey  int64
	Step     string
}

// NoticeText is what a notice says.
type NoticeText struct {
	Subject, Text string
	About         crm.ContactID
}

// Notices keeps what notices say.
type Notices interface {
	// InsertNotice keeps it with its message, unless it is there.
	InsertNotice(ctx context.Context, org domain.OrgID, id MessageID, n NoticeText) error
	// Notice returns it; NotFound when the contact that it is about was deleted.
	Notice(ctx context.Context, org domain.OrgID, id MessageID) (NoticeText, error)
}

// DecideNotice notes in the ledger that a notice is to be sent, and returns the message. Under a
// known key it returns the message that is there.
func (s *Service) DecideNotice(ctx context.Context, org domain.OrgID, n Notice) (m Message, err error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Message{}, err
	}
	to, err := crm.NormalEmail(n.To)
	if err != nil {
		return Message{}, domain.Refuse(domain.KindInvalid, "to", domain.PhraseOf(err))
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		m, err = s.store.InsertMessage(ctx, org, NewMessage{Sid: newSid(), Address: to, Decision: Decision{
			Key: n.Key, Channel: ChannelEmail, Class: ClassInternal, Campaign: n.Campaign, Journey: n.Journey, Step: n.Step,
		}})
		if err != nil || m.State != StateReady {
			return err
		}
		text, err := s.noticeText(ctx, org, n, m)
		if err != nil {
			return err
		}
		return s.store.InsertNotice(ctx, org, m.ID, text)
	})
	return m, err
}

func (s *Service) noticeText(ctx context.Context, org domain.OrgID, n Notice, m Message) (NoticeText, error) {
	contact, err := s.contacts.Contact(ctx, org, n.About)
	if err != nil {
		return NoticeText{}, err
	}
	fields, err := s.contacts.Merge(ctx, org, contact)
	if err != nil {
		return NoticeText{}, err
	}
	vars := maps.Clone(fields)
	vars["contact"] = fields
	if strings.Contains(n.Subject+n.Text, journeyTag) && s.journeys != nil {
		more, err := s.journeys.MessageVars(ctx, org, m)
		if err != nil {
			return NoticeText{}, fmt.Errorf("read what is known of the journey: %w", err)
		}
		maps.Copy(vars, more)
	}
	subject, err := content.Render(n.Subject, vars, content.Text)
	if err != nil {
		return NoticeText{}, err
	}
	text, err := content.Render(n.Text, vars, content.Text)
	if err != nil {
		return NoticeText{}, err
	}
	text = fmt.Sprintf("%s\n\n%s: %s/app/contacts/%d\n", strings.TrimRight(text, "\n"), contact.Name(), s.baseURL, contact.ID)
	return NoticeText{Subject: first(oneLine(subject), contact.Name().String()), Text: text, About: n.About}, nil
}

// noticeDraft reads what a notice says.
func (s *Service) noticeDraft(ctx context.Context, org domain.OrgID, d Draft) (Draft, error) {
	text, err := s.store.Notice(ctx, org, d.Message.ID)
	switch {
	case domain.KindOf(err) == domain.KindNotFound:
		return d, nil
	case err != nil:
		return Draft{}, err
	}
	d.notice = &text
	return d, nil
}

// notices is the way of notices.
type notices struct{ emails }

func (w notices) compose(ctx context.Context, org domain.OrgID, d Draft, to recipient) (composed, error) {
	if d.notice == nil {
		return composed{}, domain.Invalid("", "The contact was deleted.")
	}
	from := mail.Address{Name: oneLine(d.Sender.FromName), Address: d.Sender.FromEmail}
	if from.Address == "" {
		return composed{}, domain.Invalid("fromEmail", "The organization has no sender address. Set one in the settings.")
	}
	return w.outgoing(ctx, org, d, Rendered{Subject: d.notice.Subject, Text: d.notice.Text, from: from}, publicLinks{}, to)
}
