package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// UpsertContact changes the contact that the input identifies, or creates it: by its email address,
// else by the first custom field that identifies contacts. What the input leaves out stays; its tags
// are added. created says which it was.
func (s *Service) UpsertContact(ctx context.Context, org domain.OrgID, in ContactInput) (contact Contact, created bool, err error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Contact{}, false, err
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		id, err := s.identified(ctx, org, in)
		if err != nil {
			return err
		}
		if created = id == 0; created {
			contact, err = s.CreateContact(ctx, org, in)
			return err
		}
		contact, err = s.changeContact(ctx, org, id, in.patch(), TagChange{Add: in.Tags})
		return err
	})
	return contact, created, err
}

// identified returns the contact that an input identifies, 0 when it is a new one. An input that
// could identify nobody is Invalid.
func (s *Service) identified(ctx context.Context, org domain.OrgID, in ContactInput) (ContactID, error) {
	able := false
	if address := identityOf(deref(in.Email)); address != "" {
		found, err := s.store.FindContacts(ctx, org, nil, []string{address})
		if err != nil || found.Emails[address] != 0 {
			return found.Emails[address], err
		}
		able = true
	}
	set, err := s.FieldSet(ctx, org)
	if err != nil {
		return 0, err
	}
	var findings domain.Findings // they are told when the values are stored
	values := set.normal(in.Fields, &findings)
	for _, field := range set.Published() {
		value := values[field.Alias]
		if !field.IsUnique || value == nil {
			continue
		}
		able = true
		if id, err := s.store.ContactByField(ctx, org, field.Alias, field.Text(value)); err != nil || id != 0 {
			return id, err
		}
	}
	if !able {
		return 0, domain.Invalid("email", "Give the email address, or a custom field that identifies contacts.")
	}
	return 0, nil
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
