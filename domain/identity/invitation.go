package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

const (
	// invitationLifetime is how long the link of an invitation works.
	invitationLifetime = 7 * 24 * time.Hour
	// invitationPause is how long after a mail the next one to the same person may go out.
	invitationPause = time.Minute
	// maxOpenInvitations bounds how many people an organization asks at once.
	maxOpenInvitations = 100
)

// InvitationID names an invitation.
type InvitationID int64

// InvitationState says what became of an invitation.
type InvitationState string

// The states.
const (
	InvitationOpen     InvitationState = "open"
	InvitationExpired  InvitationState = "expired" // sending it again opens it
	InvitationAccepted InvitationState = "accepted"
	InvitationRevoked  InvitationState = "revoked"
)

// Phrase is the state within a sentence.
func (s InvitationState) Phrase() *domain.Phrase { return domain.Word(string(s)) }

// Invitation asks a colleague to join an organization. The token of its link is never kept.
type Invitation struct {
	ID         InvitationID
	Email      string
	Name       string
	Role       Role
	InvitedBy  *UserID // nil: a program
	Inviter    string  // name or address of InvitedBy
	CreatedAt  time.Time
	Age        time.Duration // of its link
	ExpiresAt  time.Time
	IsExpired  bool
	MailedAt   *time.Time // nil: the mail could not be sent
	AcceptedAt *time.Time
	RevokedAt  *time.Time
}

// State says what became of it.
func (i Invitation) State() InvitationState {
	switch {
	case i.AcceptedAt != nil:
		return InvitationAccepted
	case i.RevokedAt != nil:
		return InvitationRevoked
	case i.IsExpired:
		return InvitationExpired
	}
	return InvitationOpen
}

// InvitationInput describes an invitation.
type InvitationInput struct {
	Email string
	Name  string
	Role  Role // RoleUser when empty
}

// InvitationQuery asks for invitations.
type InvitationQuery struct {
	domain.PageQuery
	Waiting bool // only those that are neither accepted nor revoked
}

// NewInvitation is a checked InvitationInput, as the store keeps it.
type NewInvitation struct {
	InvitationInput
	Hash      []byte
	InvitedBy *UserID
	Lifetime  time.Duration
}

// Issued is an invitation whose link was just made.
type Issued struct {
	Invitation
	Link    string         // shown once
	Problem *domain.Phrase // why it could not be mailed; nil: it was
}

// Invitations is the part of the store that keeps invitations.
type Invitations interface {
	// Invitations lists those of org.
	Invitations(ctx context.Context, org domain.OrgID, q InvitationQuery) (domain.Page[Invitation], error)
	// LockInvitation returns one, or NotFound, and keeps it as it is until the transaction ends.
	LockInvitation(ctx context.Context, org domain.OrgID, id InvitationID) (Invitation, error)
	// InsertInvitation adds one. A second one for an address that is still open, or for a user's
	// address, is a Conflict.
	InsertInvitation(ctx context.Context, org domain.OrgID, i NewInvitation) (Invitation, error)
	// ReissueInvitation gives it another token and starts its time anew.
	ReissueInvitation(ctx context.Context, org domain.OrgID, id InvitationID, hash []byte, lifetime time.Duration) (Invitation, error)
	// InvitationMailed notes that the present link was sent.
	InvitationMailed(ctx context.Context, org domain.OrgID, id InvitationID) (Invitation, error)
	// RevokeInvitation ends it.
	RevokeInvitation(ctx context.Context, org domain.OrgID, id InvitationID) error
	// InvitationOf finds one by the hash of its token and locks it; ok is false unless it is open.
	InvitationOf(ctx context.Context, hash []byte) (i Invitation, org domain.OrgID, ok bool, err error)
	// AcceptInvitation notes who joined by it.
	AcceptInvitation(ctx context.Context, org domain.OrgID, id InvitationID, by UserID) error
}

// Invitations lists the invitations of org by email, createdAt or expiresAt.
func (s *Service) Invitations(ctx context.Context, org domain.OrgID, q InvitationQuery) (domain.Page[Invitation], error) {
	if err := Require(ctx, org, ManageUsers); err != nil {
		return domain.Page[Invitation]{}, err
	}
	return s.store.Invitations(ctx, org, q)
}

// Invite asks a colleague to join org, by mail. Nobody hands out a role above their own.
func (s *Service) Invite(ctx context.Context, org domain.OrgID, in InvitationInput) (Issued, error) {
	if err := Require(ctx, org, ManageUsers); err != nil {
		return Issued{}, err
	}
	if in.Role == "" {
		in.Role = RoleUser
	}
	in.Email, in.Name = strings.TrimSpace(in.Email), strings.TrimSpace(in.Name)
	actor := ActorFrom(ctx)
	if err := in.validate(actor); err != nil {
		return Issued{}, err
	}
	token := newToken()
	created := NewInvitation{InvitationInput: in, Hash: hashSecret(token), Lifetime: invitationLifetime, InvitedBy: actor.Author()}
	var i Invitation
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		open, err := s.store.Invitations(ctx, org, InvitationQuery{Waiting: true})
		if err != nil {
			return err
		}
		if open.Total >= maxOpenInvitations {
			return domain.Conflict("There are already %d open invitations. Revoke some of them first.", open.Total)
		}
		i, err = s.store.InsertInvitation(ctx, org, created)
		return err
	})
	if err != nil {
		return Issued{}, err
	}
	return s.mailInvitation(ctx, org, i, token)
}

// ResendInvitation mails an invitation again with a new link; the one before works no more. One that
// has expired is open again.
func (s *Service) ResendInvitation(ctx context.Context, org domain.OrgID, id InvitationID) (Issued, error) {
	token := newToken()
	var again Invitation
	err := s.changeInvitation(ctx, org, id, func(ctx context.Context, i Invitation) (err error) {
		if i.Age < invitationPause {
			return domain.TooMany("It was sent less than a minute ago. Give the mail a moment to arrive.")
		}
		again, err = s.store.ReissueInvitation(ctx, org, id, hashSecret(token), invitationLifetime)
		return err
	})
	if err != nil {
		return Issued{}, err
	}
	return s.mailInvitation(ctx, org, again, token)
}

// RevokeInvitation ends an invitation that was not accepted: its link works no more.
func (s *Service) RevokeInvitation(ctx context.Context, org domain.OrgID, id InvitationID) error {
	return s.changeInvitation(ctx, org, id, func(ctx context.Context, _ Invitation) error {
		return s.store.RevokeInvitation(ctx, org, id)
	})
}

func (s *Service) changeInvitation(ctx context.Context, org domain.OrgID, id InvitationID, change func(context.Context, Invitation) error) error {
	if err := Require(ctx, org, ManageUsers); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		i, err := s.store.LockInvitation(ctx, org, id)
		if err != nil {
			return err
		}
		switch state := i.State(); {
		case state == InvitationAccepted || state == InvitationRevoked:
			return domain.Conflict("This invitation is %s already.", state)
		case ActorFrom(ctx).belowRole(i.Role):
			return domain.Forbidden("You may not change an invitation to a role above your own.")
		}
		return change(ctx, i)
	})
}

// mailInvitation sends the link. One that can't be sent is still good: the inviter may pass it on.
func (s *Service) mailInvitation(ctx context.Context, org domain.OrgID, i Invitation, token string) (Issued, error) {
	o, err := s.store.Organization(ctx, org)
	if err != nil {
		return Issued{}, err
	}
	issued := Issued{Invitation: i, Link: s.baseURL + "/invite/" + token}
	var refused *domain.Error
	err = s.mail.SendLetter(ctx, org, s.invitationLetter(i, o, issued.Link, ActorFrom(ctx).Language))
	switch {
	case errors.As(err, &refused):
		issued.Problem = refused.Phrase()
		return issued, nil
	case err != nil:
		return Issued{}, fmt.Errorf("mail an invitation: %w", err)
	}
	issued.Invitation, err = s.store.InvitationMailed(ctx, org, i.ID)
	return issued, err
}

// invitationLetter speaks the inviter's language: nobody knows that of the invited yet.
func (s *Service) invitationLetter(i Invitation, o Organization, link, language string) Letter {
	inviter, hello := domain.Quote(i.Inviter), domain.Say("Hello,")
	if i.Inviter == "" {
		inviter = domain.Say("Somebody")
	}
	if i.Name != "" {
		hello = domain.Say("Hello %s,", i.Name)
	}
	until := domain.Moment{At: i.ExpiresAt.In(o.Location()), Layout: "2 January 2006, 15:04"}
	return Letter{
		To: i.Email, Subject: s.translate(language, domain.Say("%s invites you to %s", inviter, o.Name)),
		Text: s.paragraphs(language, hello,
			domain.Say("%s invites you to work with %s in Mauntic. Open this link to choose a password:", inviter, o.Name),
			domain.Quote(link),
			domain.Say("It works once, until %s (%s). Do not pass it on: whoever has it can join in your name.", until, o.TimeZone),
		),
	}
}

func (in InvitationInput) validate(by Actor) error {
	var found domain.Findings
	if !ValidAddress(in.Email) {
		found.Add("email", "This is not a valid email address.")
	}
	checkLine(&found, "name", domain.Say("The name"), in.Name)
	if !slices.Contains(ranks, in.Role) {
		found.Add("role", "There is no role %q; use viewer, user, admin or superadmin.", cut(string(in.Role), 60))
	}
	if err := found.Err(); err != nil {
		return err
	}
	if by.belowRole(in.Role) {
		return domain.Forbidden("You may not give somebody a role above your own.")
	}
	return nil
}
