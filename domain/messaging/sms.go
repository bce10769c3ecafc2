package messaging

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// SMSID names an SMS.
type SMSID int64

// SMS is a text message as a marketer writes it. Its body is Liquid.
type SMS struct {
	ID           SMSID
	Name         string // for colleagues; never sent
	Body         string
	ValidMinutes int  // how long it may be tried before it is dropped; 0: as long as the provider likes
	Revision     int  // raised by every change
	IsSample     bool // loaded by the demo
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// SMSInput is what can be written of an SMS.
type SMSInput struct {
	Name         string
	Body         string
	ValidMinutes int
	IsSample     bool             // only when it is created
	CreatedBy    *identity.UserID // CreateSMS knows it
}

// Input returns what can be written of t, as it is.
func (t SMS) Input() SMSInput {
	return SMSInput{Name: t.Name, Body: t.Body, ValidMinutes: t.ValidMinutes, IsSample: t.IsSample}
}

// Texts keeps the SMS.
type Texts interface {
	// Texts returns a page of SMS. The search is in the language of package search, with SMSCommands.
	Texts(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[SMS], error)
	SMS(ctx context.Context, org domain.OrgID, id SMSID) (SMS, error)
	InsertSMS(ctx context.Context, org domain.OrgID, in SMSInput) (SMS, error)
	// UpdateSMS changes the SMS if it still has the revision, and raises it. NotFound means that
	// it is absent or has another revision.
	UpdateSMS(ctx context.Context, org domain.OrgID, id SMSID, revision int, in SMSInput) (SMS, error)
	// DeleteSMS is a Conflict once a message of the SMS is in the ledger.
	DeleteSMS(ctx context.Context, org domain.OrgID, id SMSID) error
}

// Texts returns a page of SMS.
func (s *Service) Texts(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[SMS], error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return domain.Page[SMS]{}, err
	}
	return s.store.Texts(ctx, org, q)
}

// SMS returns one SMS; NotFound when it is absent or another organization's.
func (s *Service) SMS(ctx context.Context, org domain.OrgID, id SMSID) (SMS, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return SMS{}, err
	}
	return s.store.SMS(ctx, org, id)
}

// CreateSMS checks and keeps a new SMS.
func (s *Service) CreateSMS(ctx context.Context, org domain.OrgID, in SMSInput) (SMS, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return SMS{}, err
	}
	in = in.normal()
	if err := in.Validate(); err != nil {
		return SMS{}, err
	}
	in.CreatedBy = identity.ActorFrom(ctx).Author()
	return s.store.InsertSMS(ctx, org, in)
}

// UpdateSMS changes an SMS that the caller saw at revision. When somebody else has changed it
// since, nothing is written and the error is a Conflict.
func (s *Service) UpdateSMS(ctx context.Context, org domain.OrgID, id SMSID, revision int, in SMSInput) (SMS, error) {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return SMS{}, err
	}
	in = in.normal()
	if err := in.Validate(); err != nil {
		return SMS{}, err
	}
	changed, err := s.store.UpdateSMS(ctx, org, id, revision, in)
	if domain.KindOf(err) != domain.KindNotFound {
		return changed, err
	}
	if _, err := s.store.SMS(ctx, org, id); err != nil {
		return SMS{}, err
	}
	return SMS{}, domain.Conflict("Somebody else changed this SMS meanwhile. Copy your text, reload the page and put it in again.")
}

// DeleteSMS deletes an SMS that was never sent. One that was is a Conflict.
func (s *Service) DeleteSMS(ctx context.Context, org domain.OrgID, id SMSID) error {
	if err := identity.Require(ctx, org, identity.EditEmails); err != nil {
		return err
	}
	return s.store.DeleteSMS(ctx, org, id)
}

// SendableSMS returns nil when the SMS can be sent as it is, else what is missing. Publishing a
// campaign asks it for each of its SMS.
func (s *Service) SendableSMS(ctx context.Context, org domain.OrgID, id SMSID) error {
	t, err := s.SMS(ctx, org, id)
	if err != nil {
		return err
	}
	return t.sendable()
}
