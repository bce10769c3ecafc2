package crm

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// UpsertContact changes the contact that the input's email address identifies, or creates it. What
// the input leaves out stays; its tags are added. created says which it was.
func (s *Service) UpsertContact(ctx context.Context, org domain.OrgID, in ContactInput) (contact Contact, created bool, err error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Contact{}, false, err
	}
	if strings.TrimSpace(deref(in.Email)) == "" {
		return Contact{}, false, domain.Invalid("email", "Give the email address by which the contact is found.")
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		found, err := s.store.FindContacts(ctx, org, nil, []string{identityOf(*in.Email)})
		if err != nil {
			return err
		}
		id := found.Emails[identityOf(*in.Email)]
		if created = id == 0; created {
			contact, err = s.CreateContact(ctx, org, in)
			return err
		}
		contact, err = s.changeContact(ctx, org, id, in.patch(), TagChange{Add: in.Tags})
		return err
	})
	return contact, created, err
}

// changeContact changes fields and tags together.
func (s *Service) changeContact(ctx context.Context, org domain.OrgID, id ContactID, patch ContactPatch, tags TagChange) (Contact, error) {
	contact, err := s.UpdateContact(ctx, org, id, patch)
	if err != nil || len(tags.Add)+len(tags.Remove) == 0 {
		return contact, err
	}
	if err := s.ChangeTags(ctx, org, id, tags); err != nil {
		return Contact{}, err
	}
	return s.store.Contact(ctx, org, id)
}

// patch is the input as a change of a contact that is there: tags apart.
func (in ContactInput) patch() ContactPatch {
	return ContactPatch{
		Firstname: in.Firstname, Lastname: in.Lastname, Email: in.Email, Phone: in.Phone,
		Company: in.Company, Position: in.Position, Points: in.Points, Stage: in.Stage,
		OwnerID: in.OwnerID, TimeZone: in.TimeZone, PreferredChannel: in.PreferredChannel,
		Locale: in.Locale, Fields: in.Fields, Origin: in.Origin,
	}
}
