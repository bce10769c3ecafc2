package identity

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// Welcome is what an invitation says to those who open its link.
type Welcome struct {
	Organization string
	Inviter      string // "": a program
	Email        string
	Name         string
	Role         Role
}

// AcceptInput is what a new colleague says about themselves.
type AcceptInput struct {
	Name     string
	Password string
}

// Welcome returns what the invitation with this token says. Links that were never made, have expired,
// were used or revoked, or whose inviter may not invite any more, get the same NotFound; too many of
// them from one place must wait.
func (s *Service) Welcome(ctx context.Context, token string) (Welcome, error) {
	i, org, err := s.invitationOf(ctx, token)
	if err != nil {
		return Welcome{}, err
	}
	o, err := s.store.Organization(ctx, org)
	if err != nil {
		return Welcome{}, err
	}
	return Welcome{Organization: o.Name, Inviter: i.Inviter, Email: i.Email, Name: i.Name, Role: i.Role}, nil
}

// Accept makes the invited colleague a user with a password of their choice, and returns who may be
// signed in. The link works no more.
func (s *Service) Accept(ctx context.Context, token string, in AcceptInput) (Actor, error) {
	i, org, err := s.invitationOf(ctx, token)
	if err != nil {
		return Actor{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	if err := in.validate(i); err != nil {
		return Actor{}, err
	}
	hash, err := s.passwords.hash(ctx, in.Password)
	if err != nil {
		return Actor{}, err
	}
	var u User
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		if _, _, ok, err := s.store.InvitationOf(ctx, hashSecret(token)); err != nil || !ok {
			return orDeadLink(err)
		}
		if u, err = s.store.InsertUser(ctx, org, NewUser{Email: i.Email, Name: in.Name, Role: i.Role, PasswordHash: hash}); err != nil {
			return err
		}
		return s.store.AcceptInvitation(ctx, org, i.ID, u.ID)
	})
	if domain.KindOf(err) == domain.KindConflict { // somebody gave them a user meanwhile
		err = errDeadLink()
	}
	return u.actor(org), err
}

// invitationOf finds an open invitation whose inviter may still give its role.
func (s *Service) invitationOf(ctx context.Context, token string) (i Invitation, org domain.OrgID, err error) {
	err = s.openLink(ctx, func() (ok bool, err error) {
		i, org, ok, err = s.store.InvitationOf(ctx, hashSecret(token))
		if err != nil || !ok || i.InvitedBy == nil {
			return ok, err
		}
		inviter, ok, err := s.Resume(ctx, org, *i.InvitedBy)
		return ok && inviter.May(ManageUsers) && !inviter.belowRole(i.Role), err
	})
	return i, org, err
}

func (in AcceptInput) validate(i Invitation) error {
	var found domain.Findings
	checkLine(&found, "name", domain.Say("The name"), in.Name)
	checkPassword(&found, "password", in.Password, i.Email, in.Name)
	return found.Err()
}

func orDeadLink(err error) error {
	if err != nil {
		return err
	}
	return errDeadLink()
}
