package crm

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ContactID names a contact.
type ContactID int64

// Contact is a person an organization may write to.
type Contact struct {
	ID               ContactID
	Firstname        *string
	Lastname         *string
	Email            *string // identifies the contact within its organization, whatever the case
	Phone            *string // as it was typed
	PhoneE164        *string // nil when the number can't be understood
	Company          *string
	Position         *string
	Points           int
	Stage            *string
	OwnerID          *identity.UserID
	TimeZone         *string        // IANA name; nil: the organization's
	PreferredChannel *Channel       // how they like to be reached; nil: no preference
	Locale           *string        // BCP 47 tag: de, pt-BR; nil: unknown
	Fields           map[string]any // published custom fields by alias, as FieldSet.Value returns them
	Tags             []string       // in alphabetical order
	DoNotContact     []DoNotContact
	IsSample         bool // loaded by the demo
	CreatedAt        time.Time
	UpdatedAt        time.Time
}

// Name is what people call the contact.
func (c Contact) Name() ContactName { return NameOf(c.ID, c.Firstname, c.Lastname, c.Email, c.Phone) }

// HasTag says whether the contact carries a tag, whatever the case.
func (c Contact) HasTag(name string) bool {
	return slices.ContainsFunc(c.Tags, func(tag string) bool { return strings.EqualFold(tag, name) })
}

// MayReceive says whether nobody and nothing forbids writing to the contact by a channel.
func (c Contact) MayReceive(channel Channel) bool {
	return !slices.ContainsFunc(c.DoNotContact, func(d DoNotContact) bool { return d.Channel == channel })
}

// ContactQuery asks for a page of contacts. Every condition that is set must hold.
type ContactQuery struct {
	domain.PageQuery                 // Search is in the language of package search: words, and commands like tag:news
	Tag              string          // only contacts that carry the tag
	Segment          string          // only contacts in the segment of this number or alias
	IDs              []ContactID     // only these
	Viewer           identity.UserID // whose contacts is:mine means; see Viewed
}

// Contacts keeps contacts.
type Contacts interface {
	// Contact reads a contact with its tags and do-not-contact marks in one round trip.
	Contact(ctx context.Context, org domain.OrgID, id ContactID) (Contact, error)
	// LockContact reads a contact and keeps others from changing it until the transaction ends.
	LockContact(ctx context.Context, org domain.OrgID, id ContactID) (Contact, error)
	// Contacts reads a page, and how many contacts match: exactly if q asks for all, else up to
	// domain.MaxTotal.
	Contacts(ctx context.Context, org domain.OrgID, q ContactQuery) (domain.Page[Contact], error)
	// CountContacts counts all that match.
	CountContacts(ctx context.Context, org domain.OrgID, q ContactQuery) (int, error)
	// InsertContact stores a contact without tags and marks, or answers Conflict when another
	// contact has its email address.
	InsertContact(ctx context.Context, org domain.OrgID, c Contact) (ContactID, error)
	// SaveContact stores the fields of a contact that exists, or answers Conflict as InsertContact does.
	SaveContact(ctx context.Context, org domain.OrgID, c Contact) error
	// FindContacts returns which of the ids and email addresses (lower case) belong to contacts.
	FindContacts(ctx context.Context, org domain.OrgID, ids []ContactID, emails []string) (Found, error)
	// IsMember says whether a user belongs to the organization.
	IsMember(ctx context.Context, org domain.OrgID, user identity.UserID) (bool, error)
}

// Found answers FindContacts.
type Found struct {
	IDs    map[ContactID]bool
	Emails map[string]ContactID
}

// Contact returns one contact; NotFound when it is absent or another organization's.
func (s *Service) Contact(ctx context.Context, org domain.OrgID, id ContactID) (Contact, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Contact{}, err
	}
	return s.store.Contact(ctx, org, id)
}

// Contacts returns a page of contacts, newest first unless the query says otherwise. A search that can't be
// read is Invalid and says where.
func (s *Service) Contacts(ctx context.Context, org domain.OrgID, q ContactQuery) (domain.Page[Contact], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[Contact]{}, err
	}
	return s.store.Contacts(ctx, org, q.Viewed(ctx))
}

// CountContacts says how many contacts a query asks for, exactly: lists stop counting at domain.MaxTotal.
func (s *Service) CountContacts(ctx context.Context, org domain.OrgID, q ContactQuery) (int, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return 0, err
	}
	return s.store.CountContacts(ctx, org, q.Viewed(ctx))
}

// CreateContact stores a new contact and its contact.created event. An email address, or the value
// of a field that identifies contacts, that another contact has is a Conflict that names the other.
func (s *Service) CreateContact(ctx context.Context, org domain.OrgID, in ContactInput) (Contact, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Contact{}, err
	}
	var contact Contact
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		set, err := s.FieldSet(ctx, org)
		if err != nil {
			return err
		}
		if contact, err = in.contact(set); err != nil {
			return err
		}
		if err := s.checkOwner(ctx, org, contact.OwnerID); err != nil {
			return err
		}
		if err := s.checkUnique(ctx, org, 0, set, contact.Fields); err != nil {
			return err
		}
		id, err := s.store.InsertContact(ctx, org, contact)
		if err != nil {
			return err
		}
		if len(contact.Tags) > 0 {
			if _, err := s.store.ChangeTags(ctx, org, id, TagChange{Add: contact.Tags}); err != nil {
				return err
			}
		}
		if err := s.append(ctx, org, Event{Contact: id, Type: EventContactCreated, Data: origin(ctx, in.Origin)}); err != nil {
			return err
		}
		contact, err = s.store.Contact(ctx, org, id)
		return err
	})
	return contact, err
}

// UpdateContact changes what the patch names and writes a contact.updated event that lists the
// changed fields. A patch that changes nothing writes nothing. Conflicts are those of CreateContact,
// and a contact that was changed since patch.IfUpdatedAt.
func (s *Service) UpdateContact(ctx context.Context, org domain.OrgID, id ContactID, patch ContactPatch) (Contact, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Contact{}, err
	}
	var contact Contact
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		before, err := s.store.LockContact(ctx, org, id)
		if err != nil {
			return err
		}
		if patch.IfUpdatedAt != nil && !before.UpdatedAt.Equal(*patch.IfUpdatedAt) {
			return changedMeanwhile(before)
		}
		var set FieldSet // core fields need none
		if len(patch.Fields) > 0 {
			if set, err = s.FieldSet(ctx, org); err != nil {
				return err
			}
		}
		if contact, err = patch.apply(before, set); err != nil {
			return err
		}
		if err := s.changeFields(ctx, org, set, before, &contact, patch.Origin); err != nil {
			return err
		}
		if len(patch.Tags.Add)+len(patch.Tags.Remove) == 0 {
			return nil
		}
		if err := s.ChangeTags(ctx, org, id, patch.Tags); err != nil {
			return err
		}
		contact, err = s.store.Contact(ctx, org, id)
		return err
	})
	return contact, err
}

// changeFields stores what is different between two states of a contact, with its event.
func (s *Service) changeFields(ctx context.Context, org domain.OrgID, set FieldSet, before Contact, after *Contact, named string) error {
	changed := changedFields(before, *after)
	if len(changed) == 0 {
		return nil
	}
	if err := s.checkUnique(ctx, org, before.ID, set, changedValues(after.Fields, changed)); err != nil {
		return err
	}
	if slices.Contains(changed, "ownerId") {
		if err := s.checkOwner(ctx, org, after.OwnerID); err != nil {
			return err
		}
	}
	after.UpdatedAt = s.now()
	if err := s.store.SaveContact(ctx, org, *after); err != nil {
		return err
	}
	data := origin(ctx, named)
	data["fields"] = changed
	return s.append(ctx, org, Event{Contact: before.ID, Type: EventContactUpdated, Data: data})
}

func changedMeanwhile(c Contact) error {
	conflict := domain.Conflict("The contact was changed meanwhile, at %s. Read it again and repeat what is still wanted.", c.UpdatedAt.UTC().Format(time.RFC3339Nano))
	conflict.Field = "ifUpdatedAt"
	return conflict
}

func (s *Service) checkOwner(ctx context.Context, org domain.OrgID, owner *identity.UserID) error {
	if owner == nil {
		return nil
	}
	member, err := s.store.IsMember(ctx, org, *owner)
	if err == nil && !member {
		err = domain.Invalid("ownerId", "There is no user %d in this organization.", *owner)
	}
	return err
}

// origin says in an event what made the change: what the caller names, else who is calling.
func origin(ctx context.Context, named string) map[string]any {
	actor := identity.ActorFrom(ctx)
	data := map[string]any{}
	switch {
	case named != "":
		data["origin"] = named
	case actor.APIKey != 0:
		data["origin"] = "api"
	case actor.User != 0:
		data["origin"] = "user"
	}
	if actor.User != 0 {
		data["userId"] = actor.User
	}
	return data
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
