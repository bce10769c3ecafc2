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
	Private   bool   // it holds a link that lets its reader in: for those who operate the installation
	CreatedAt time.Time
}

// Inbox keeps captured mails.
type Inbox interface {
	// Capture keeps a mail; one with a known sid is kept once.
	Capture(ctx context.Context, org domain.OrgID, mail Captured) (InboxID, error)
	// InboxPage returns a page of mails without Raw, newest first; private ones if asked for. The search is in
	// the language of package search, with InboxCommands.
	InboxPage(ctx context.Context, org domain.OrgID, q domain.PageQuery, private bool) (domain.Page[Captured], error)
	InboxMail(ctx context.Context, org domain.OrgID, id InboxID) (Captured, error)
}

// InboxPage returns a page of captured mails without Raw, newest first. Private ones do not exist for
// those who do not operate the installation: by the link in one, anybody could sign in as its recipient.
func (s *Service) InboxPage(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Captured], error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return domain.Page[Captured]{}, err
	}
	return s.store.InboxPage(ctx, org, q, identity.ActorFrom(ctx).May(identity.Operate))
}

// InboxMail returns one captured mail; NotFound when it is absent or another organization's.
func (s *Service) InboxMail(ctx context.Context, org domain.OrgID, id InboxID) (Captured, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Captured{}, err
	}
	mail, err := s.store.InboxMail(ctx, org, id)
	if err == nil && mail.Private && !identity.ActorFrom(ctx).May(identity.Operate) {
		return Captured{}, domain.NotFound("There is no mail %d in the inbox.", id)
	}
	return mail, err
}

// plainPage shows a text as HTML.
func plainPage(text string) string {
	return "<!DOCTYPE html><meta charset=utf-8><pre style=\"white-space:pre-wrap;font:inherit\">" + html.EscapeString(text) + "</pre>"
}
