package messaging

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// EmailID names an email.
type EmailID int64

// Email is what a marketer writes. Its texts are Liquid.
type Email struct {
	ID        EmailID
	Name      string // for colleagues; never sent
	FromName  string // "": the organization's
	FromEmail string // "": the organization's
	ReplyTo   string // "": the organization's, or none
	Subject   string
	Preheader string // shown by mailboxes after the subject
	HTML      string
	Text      string // "": made from the HTML
	Revision  int    // raised by every change
	IsSample  bool   // loaded by the demo
	CreatedAt time.Time
	UpdatedAt time.Time
}

// EmailInput is what can be written of an email.
type EmailInput struct {
	Name      string
	FromName  string
	FromEmail string
	ReplyTo   string
	Subject   string
	Preheader string
	HTML      string
	Text      string
	IsSample  bool             // only when it is created
	CreatedBy *identity.UserID // CreateEmail knows it
}

// Input returns what can be written of e, as it is.
func (e Email) Input() EmailInput {
	return EmailInput{
		Name: e.Name, FromName: e.FromName, FromEmail: e.FromEmail, ReplyTo: e.ReplyTo, Subject: e.Subject,
		Preheader: e.Preheader, HTML: e.HTML, Text: e.Text, IsSample: e.IsSample,
	}
}

// Emails keeps the emails.
type Emails interface {
	// Emails returns a page of emails without their HTML and Text. The search is in the language of package
	// search, with EmailCommands.
	Emails(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Email], error)
	Email(ctx context.Context, org domain.OrgID, id EmailID) (Email, error)
	InsertEmail(ctx context.Context, org domain.OrgID, in EmailInput) (Email, error)
	// UpdateEmail changes the email if it still has the revision, and raises it. NotFound means
	// that it is absent or has another revision.
	UpdateEmail(ctx context.Context, org domain.OrgID, id EmailID, revision int, in EmailInput) (Email, error)
	// DeleteEmail is a Conflict once a message of the email is in the ledger.
	DeleteEmail(ctx context.Context, org domain.OrgID, id EmailID) error
	Sender(ctx context.Context, org domain.OrgID) (Sender, error)
}

// Emails returns a page of emails without their HTML and Text.
func (s *Service) Emails(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Email], error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return domain.Page[Email]{}, err
	}
	return s.store.Emails(ctx, org, q)
}

// Email returns one email; NotFound when it is absent or another organization's.
func (s *Service) Email(ctx context.Context, org domain.OrgID, id EmailID) (Email, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return Email{}, err
	}
	return s.store.Email(ctx, org, id)
}

// CreateEmail checks and keeps a new email.
func (s *Service) CreateEmail(ctx context.Context, org domain.OrgID, in EmailInput) (Email, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Email{}, err
	}
	in = in.normal()
	if err := in.Validate(); err != nil {
		return Email{}, err
	}
	in.CreatedBy = identity.ActorFrom(ctx).Author()
	return s.store.InsertEmail(ctx, org, in)
}

// UpdateEmail changes an email that the caller saw at revision. When somebody else has changed it
// since, nothing is written and the error is a Conflict.
func (s *Service) UpdateEmail(ctx context.Context, org domain.OrgID, id EmailID, revision int, in EmailInput) (Email, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return Email{}, err
	}
	in = in.normal()
	if err := in.Validate(); err != nil {
		return Email{}, err
	}
	email, err := s.store.UpdateEmail(ctx, org, id, revision, in)
	if domain.KindOf(err) != domain.KindNotFound {
		return email, err
	}
	if _, err := s.store.Email(ctx, org, id); err != nil {
		return Email{}, err
	}
	return Email{}, domain.Conflict("Somebody else changed this email meanwhile. Copy your text, reload the page and put it in again.")
}

// DeleteEmail deletes an email that was never sent. One that was is a Conflict.
func (s *Service) DeleteEmail(ctx context.Context, org domain.OrgID, id EmailID) error {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return err
	}
	return s.store.DeleteEmail(ctx, org, id)
}

// Sendable returns nil when the email can be sent as it is, else what is missing. Publishing a
// campaign asks it for each of its emails.
func (s *Service) Sendable(ctx context.Context, org domain.OrgID, id EmailID) error {
	email, err := s.Email(ctx, org, id)
	if err != nil {
		return err
	}
	sender, err := s.store.Sender(ctx, org)
	if err != nil {
		return err
	}
	return email.sendable(sender)
}
