package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// FieldID names the definition of a custom field.
type FieldID int64

// FieldType says what a custom field holds. The types are Mautic's.
type FieldType string

// The types of custom fields.
const (
	FieldText        FieldType = "text"
	FieldTextarea    FieldType = "textarea"
	FieldHTML        FieldType = "html"
	FieldLookup      FieldType = "lookup" // free text with suggestions
	FieldSelect      FieldType = "select"
	FieldMultiselect FieldType = "multiselect"
	FieldBoolean     FieldType = "boolean"
	FieldNumber      FieldType = "number"
	FieldDate        FieldType = "date"
	FieldDatetime    FieldType = "datetime"
	FieldTime        FieldType = "time"
	FieldEmail       FieldType = "email"
	FieldTel         FieldType = "tel"
	FieldURL         FieldType = "url"
	FieldCountry     FieldType = "country"
	FieldRegion      FieldType = "region"
	FieldLocale      FieldType = "locale"
	FieldTimezone    FieldType = "timezone"
)

// FieldGroup is a heading under which forms show a field.
type FieldGroup string

// The groups of fields, in the order of forms.
const (
	GroupCore         FieldGroup = "core"
	GroupSocial       FieldGroup = "social"
	GroupPersonal     FieldGroup = "personal"
	GroupProfessional FieldGroup = "professional"
)

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

// FieldDefinitions keeps the definitions of custom fields.
type FieldDefinitions interface {
	// Fields returns all definitions of org, by group, position and id.
	Fields(ctx context.Context, org domain.OrgID) ([]Field, error)
}

// Fields returns the custom fields of org in the order of forms.
func (s *Service) Fields(ctx context.Context, org domain.OrgID) ([]Field, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.Fields(ctx, org)
}
