package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Phones finds contacts by their numbers.
type Phones interface {
	// ContactsByPhone returns the contacts with a number in the form of E.164, oldest first. A
	// number may be several contacts': at most limit.
	ContactsByPhone(ctx context.Context, org domain.OrgID, e164 string, limit int) ([]ContactID, error)
}

// maxSharers is how many contacts may share a number before it says nothing any more.
const maxSharers = 20

// ContactsByPhone returns the contacts with a number in the form of E.164, oldest first. None is no error.
func (s *Service) ContactsByPhone(ctx context.Context, org domain.OrgID, e164 string) ([]Contact, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	ids, err := s.store.ContactsByPhone(ctx, org, e164, maxSharers)
	if err != nil {
		return nil, err
	}
	contacts := make([]Contact, len(ids))
	for i, id := range ids {
		if contacts[i], err = s.store.Contact(ctx, org, id); err != nil {
			return nil, err
		}
	}
	return contacts, nil
}
