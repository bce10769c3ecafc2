package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// LatestEvent is an event with whom it is about.
type LatestEvent struct {
	Event
	Firstname *string
	Lastname  *string
	Email     *string
	Phone     *string
}

// Name is what people call the contact, as Contact.Name does.
func (e LatestEvent) Name() ContactName {
	return NameOf(e.Contact, e.Firstname, e.Lastname, e.Email, e.Phone)
}

// LatestEvents reads what happened last.
type LatestEvents interface {
	// LatestEvents returns the newest events of an organization, those of deleted contacts left out: at
	// most limit are looked at.
	LatestEvents(ctx context.Context, org domain.OrgID, limit int) ([]LatestEvent, error)
}

// LatestEvents returns what happened last in an organization, newest first: of the last limit events,
// at most 500, those whose contact is still there.
func (s *Service) LatestEvents(ctx context.Context, org domain.OrgID, limit int) ([]LatestEvent, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	const most = 500
	return s.store.LatestEvents(ctx, org, max(0, min(limit, most)))
}
