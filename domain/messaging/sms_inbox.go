package messaging

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// CapturedSMS is an SMS that the provider "inbox" kept instead of sending it, or what somebody
// answered to it there.
type CapturedSMS struct {
	ID        InboxID
	Sid       string // of the message; random for an answer
	Number    string // whose phone it is
	Body      string
	Incoming  bool // an answer
	CreatedAt time.Time
}

// Conversation is what was captured for one phone, oldest first.
type Conversation struct {
	Number string
	SMS    []CapturedSMS
}

// SMSInbox keeps captured SMS.
type SMSInbox interface {
	// CaptureSMS keeps an SMS; one with a known sid is kept once.
	CaptureSMS(ctx context.Context, org domain.OrgID, sms CapturedSMS) (InboxID, error)
	// Conversations returns a page with the newest SMS of each phone, searched with SMSInboxCommands.
	Conversations(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[CapturedSMS], error)
	// Conversation returns the newest SMS of the phone that an SMS is about, oldest first.
	Conversation(ctx context.Context, org domain.OrgID, id InboxID, limit int) ([]CapturedSMS, error)
}

// maxConversation is how many SMS of one phone are shown.
const maxConversation = 200

// Conversations returns a page of captured conversations, each by its newest SMS.
func (s *Service) Conversations(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[CapturedSMS], error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return domain.Page[CapturedSMS]{}, err
	}
	return s.store.Conversations(ctx, org, q)
}

// Conversation returns the conversation that a captured SMS belongs to; NotFound when it is absent
// or another organization's.
func (s *Service) Conversation(ctx context.Context, org domain.OrgID, id InboxID) (Conversation, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Conversation{}, err
	}
	list, err := s.store.Conversation(ctx, org, id, maxConversation)
	switch {
	case err != nil:
		return Conversation{}, err
	case len(list) == 0:
		return Conversation{}, domain.NotFound("There is no SMS %d in the inbox.", id)
	}
	return Conversation{Number: list[0].Number, SMS: list}, nil
}
