package crm

import (
	"context"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// FindContact returns the contact that somebody names by its id or its email address, whatever the
// case; NotFound when there is none.
func (s *Service) FindContact(ctx context.Context, org domain.OrgID, named string) (Contact, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Contact{}, err
	}
	named = strings.TrimSpace(named)
	if id, err := strconv.ParseInt(named, 10, 64); err == nil {
		return s.store.Contact(ctx, org, ContactID(id))
	}
	address, err := NormalEmail(named)
	if err != nil {
		return Contact{}, domain.Invalid("contact", "Name the contact by its email address or its number.")
	}
	found, err := s.store.FindContacts(ctx, org, nil, []string{strings.ToLower(address)})
	if err != nil {
		return Contact{}, err
	}
	id, ok := found.Emails[strings.ToLower(address)]
	if !ok {
		return Contact{}, domain.NotFound("No contact has the address %s. It may have another address now, or was deleted.", address)
	}
	return s.store.Contact(ctx, org, id)
}
