package messaging

import (
	"context"
	"html"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// InboxID names a captured mail.
type InboxID int64

// Captured is a mail that the provider "inbox" kept instead of sending it.
type Captured struct {
	ID        InboxID
	Sid       string
	Sender    string
	Recipient string
	Subject   string
	Raw       []byte // the whole MIME message; nil in lists
	CreatedAt time.Time
}

// Inbox keeps captured mails.
type Inbox interface {
	// Capture keeps a mail; one with a known sid is kept once.
	Capture(ctx context.Context, org domain.OrgID, mail Captured) (InboxID, error)
	// InboxPage returns a page of mails without Raw, newest first.
	InboxPage(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Captured], error)
	InboxMail(ctx context.Context, org domain.OrgID, id InboxID) (Captured, error)
}

// InboxPage returns a page of captured mails without Raw, newest first.
func (s *Service) InboxPage(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Captured], error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return domain.Page[Captured]{}, err
	}
	return s.store.InboxPage(ctx, org, q)
}

// InboxMail returns one captured mail; NotFound when it is absent or another organization's.
func (s *Service) InboxMail(ctx context.Context, org domain.OrgID, id InboxID) (Captured, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Captured{}, err
	}
	return s.store.InboxMail(ctx, org, id)
}

// plainPage shows a text as HTML.
func plainPage(text string) string {
	return "<!DOCTYPE html><meta charset=utf-8><pre style=\"white-space:pre-wrap;font:inherit\">" + html.EscapeString(text) + "</pre>"
}
