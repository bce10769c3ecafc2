package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Colleagues tells the names of those who work on contacts.
type Colleagues interface {
	// ColleagueNames returns names by user, of those who belong to the organization.
	ColleagueNames(ctx context.Context, org domain.OrgID, users []identity.UserID) (map[identity.UserID]string, error)
	// Owners returns all who belong to the organization, by name.
	Owners(ctx context.Context, org domain.OrgID) ([]Colleague, error)
}

// Colleague is somebody who may own contacts.
type Colleague struct {
	ID   identity.UserID
	Name string
}

// Owners returns all who may own contacts of org, by name.
func (s *Service) Owners(ctx context.Context, org domain.OrgID) ([]Colleague, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.Owners(ctx, org)
}

// ColleagueNames returns what the users are called that marks and events of contacts name. Those
// who don't belong to the organization are absent.
func (s *Service) ColleagueNames(ctx context.Context, org domain.OrgID, users []identity.UserID) (map[identity.UserID]string, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	if len(users) == 0 {
		return nil, nil
	}
	return s.store.ColleagueNames(ctx, org, users)
}
