package crm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// FieldID names the definition of a custom field.
type FieldID int64

// FieldOption is one value that a select, multiselect or lookup field offers.
type FieldOption struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// FieldSettings are what only some types of fields know.
type FieldSettings struct {
	Yes      string `json:"yes,omitempty"`      // boolean: the word for true
	No       string `json:"no,omitempty"`       // boolean: the word for false
	Decimals int    `json:"decimals,omitempty"` // number: digits after the point
	Length   int    `json:"length,omitempty"`   // texts: most characters; 0: the type's own bound
}

// Field defines a custom field. Values of contacts are kept under its alias, which never changes.
type Field struct {
	ID                  FieldID
	Alias               string
	Label               string
	Type                FieldType
	Group               FieldGroup
	Position            int // order within the group
	Hint                string
	Options             []FieldOption
	Settings            FieldSettings
	Default             any // as a value is stored; nil: none
	IsRequired          bool
	IsUnique            bool // identifies a contact, as the email address does
	IsPubliclyUpdatable bool // by forms and tracking
	IsIndexed           bool
	IsPublished         bool // else kept, and shown nowhere
	CreatedAt           time.Time
	UpdatedAt           time.Time
}

// FieldDefinitions keeps the definitions of custom fields and knows who has values.
type FieldDefinitions interface {
	// Fields returns all definitions of org, by group, position and id.
	Fields(ctx context.Context, org domain.OrgID) ([]Field, error)
	// LockField reads a definition and keeps others from changing it until the transaction ends.
	LockField(ctx context.Context, org domain.OrgID, id FieldID) (Field, error)
	// InsertField stores a new definition at the end of its group, or answers Conflict when its
	// alias is taken.
	InsertField(ctx context.Context, org domain.OrgID, f Field) (FieldID, error)
	SaveField(ctx context.Context, org domain.OrgID, f Field) error
	// PlaceFields gives fields the order in which they are named.
	PlaceFields(ctx context.Context, org domain.OrgID, ids []FieldID) error
	DeleteField(ctx context.Context, org domain.OrgID, id FieldID) error
	// FieldHolders says how many contacts have a value of which alias.
	FieldHolders(ctx context.Context, org domain.OrgID) (map[string]int, error)
	// HoldersOfField says how many contacts have a value of one alias.
	HoldersOfField(ctx context.Context, org domain.OrgID, alias string) (int, error)
	FieldValues
	FieldIndexes
	// TimeZone is the zone of the organization.
	TimeZone(ctx context.Context, org domain.OrgID) (*time.Location, error)
}

// Fields returns the custom fields of org in the order of forms.
func (s *Service) Fields(ctx context.Context, org domain.OrgID) ([]Field, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.Fields(ctx, org)
}

// Field returns one definition; NotFound when it is absent or another organization's.
func (s *Service) Field(ctx context.Context, org domain.OrgID, id FieldID) (Field, error) {
	fields, err := s.Fields(ctx, org)
	if err != nil {
		return Field{}, err
	}
	for _, field := range fields {
		if field.ID == id {
			return field, nil
		}
	}
	return Field{}, domain.NotFound("There is no contact field %d.", id)
}

// FieldHolders says how many contacts have a value of which custom field, by alias.
func (s *Service) FieldHolders(ctx context.Context, org domain.OrgID) (map[string]int, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.FieldHolders(ctx, org)
}

// CreateField defines a custom field, at the end of its group. Whoever edits contacts may: it harms
// no value that is there. A name that is taken is a Conflict.
func (s *Service) CreateField(ctx context.Context, org domain.OrgID, in FieldInput) (Field, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Field{}, err
	}
	var field Field
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		set, err := s.FieldSet(ctx, org)
		if err != nil {
			return err
		}
		zone, err := s.store.TimeZone(ctx, org)
		if err != nil {
			return err
		}
		if field, err = in.field(zone); err != nil {
			return err
		}
		if len(set.fields) >= maxFields {
			return domain.Conflict("There are %d contact fields already, and more are not possible. Delete one that is not used.", len(set.fields))
		}
		if err := set.distinct(field); err != nil {
			return err
		}
		field.CreatedAt = s.now()
		field.UpdatedAt = field.CreatedAt
		id, err := s.store.InsertField(ctx, org, field)
		if err != nil {
			return err
		}
		field, err = s.store.LockField(ctx, org, id)
		return err
	})
	if err != nil {
		return Field{}, err
	}
	return field, s.fieldChanged(ctx, org, field)
}

// ReorderFields gives fields the order in which they are named. Fields that are not named keep their
// places; the groups stay.
func (s *Service) ReorderFields(ctx context.Context, org domain.OrgID, ids []FieldID) error {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return err
	}
	fields, err := s.store.Fields(ctx, org)
	if err != nil {
		return err
	}
	for i, id := range ids {
		switch {
		case !slices.ContainsFunc(fields, func(f Field) bool { return f.ID == id }):
			return domain.Invalid(fmt.Sprintf("ids[%d]", i), "There is no contact field %d.", id)
		case slices.Contains(ids[:i], id):
			return domain.Invalid(fmt.Sprintf("ids[%d]", i), "The field %d is named twice.", id)
		}
	}
	if err := s.store.PlaceFields(ctx, org, ids); err != nil {
		return err
	}
	s.recent.forget(org)
	return nil
}

// fieldChanged lets the rest of this process and the indexes follow a definition.
func (s *Service) fieldChanged(ctx context.Context, org domain.OrgID, field Field) (err error) {
	s.tx.AfterCommit(ctx, func(ctx context.Context) {
		s.recent.forget(org)
		err = s.keepIndex(ctx, org, field)
		if domain.KindOf(err) == domain.KindConflict { // two contacts got the same value meanwhile
			field.IsUnique = false
			err = errors.Join(err, s.store.SaveField(ctx, org, field))
		}
	})
	return err
}

// someContacts counts contacts at the beginning of a sentence.
func someContacts(n int) *domain.Phrase { return domain.SayN(n, "%s contact", "%s contacts") }
