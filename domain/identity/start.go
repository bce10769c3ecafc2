package identity

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// DefaultOwnerEmail is the owner's address when the first start was given none.
const DefaultOwnerEmail = "admin@example.com"

// FirstStart describes the organization and the owner of a new installation.
type FirstStart struct {
	OrgName  string // "My organization" when empty
	Email    string // DefaultOwnerEmail when empty
	Password string // made up when empty
}

// FirstStart makes the organization and its owner, a superadmin, when there is no organization
// yet. created is false when there is one: nothing was changed. generated is the password when the
// input had none. It asks for no permission: only the program's start may call it.
func (s *Service) FirstStart(ctx context.Context, in FirstStart) (created bool, generated string, err error) {
	existing, err := s.store.AllOrganizations(ctx)
	if err != nil || len(existing) > 0 {
		return false, "", err
	}
	generated, err = in.fill()
	if err != nil {
		return false, "", err
	}
	hash, err := s.passwords.hash(ctx, in.Password)
	if err != nil {
		return false, "", err
	}
	organization := Organization{Name: in.OrgName, TimeZone: "UTC", FromName: in.OrgName}
	if CanSend(in.Email) {
		organization.FromEmail = in.Email
	}
	if err := organization.validate(); err != nil {
		return false, "", err
	}
	const noOrganizationYet domain.OrgID = 0
	err = s.tx.InTx(ctx, noOrganizationYet, func(ctx context.Context) error {
		org, ok, err := s.store.InsertFirstOrganization(ctx, organization)
		if err != nil || !ok {
			return err
		}
		created = true
		_, err = s.store.InsertUser(ctx, org, NewUser{Email: in.Email, Role: RoleSuperadmin, PasswordHash: hash})
		return err
	})
	if err != nil || !created {
		return false, "", err
	}
	return true, generated, nil
}

// fill puts in what is missing and checks the rest.
func (in *FirstStart) fill() (generated string, err error) {
	if in.Password == "" {
		generated = makePassword()
		in.Password = generated
	}
	if in.OrgName = strings.TrimSpace(in.OrgName); in.OrgName == "" {
		in.OrgName = "My organization"
	}
	if in.Email = strings.TrimSpace(in.Email); in.Email == "" {
		in.Email = DefaultOwnerEmail
	}
	return generated, UserInput{Email: in.Email, Role: RoleSuperadmin, Password: in.Password}.validate()
}
