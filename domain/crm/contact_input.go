package crm

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ContactInput is a new contact. Everything may be left out.
type ContactInput struct {
	Firstname        *string
	Lastname         *string
	Email            *string
	Phone            *string
	Company          *string
	Position         *string
	Points           *int
	Stage            *string
	OwnerID          *identity.UserID
	TimeZone         *string
	PreferredChannel *Channel
	Locale           *string
	Fields           map[string]any // custom fields by alias, as JSON or text; see FieldSet
	Tags             []string       // created when they don't exist
	IsSample         bool
	Origin           string // what makes the contact, for its timeline; empty: who is calling
}

// contact returns the contact in its normal form, or what is wrong with it. Custom fields that are
// not named get their defaults.
func (in ContactInput) contact(set FieldSet) (Contact, error) {
	patch := ContactPatch{
		Firstname: in.Firstname, Lastname: in.Lastname, Email: in.Email, Phone: in.Phone,
		Company: in.Company, Position: in.Position, Points: in.Points, Stage: in.Stage,
		OwnerID: in.OwnerID, TimeZone: in.TimeZone, PreferredChannel: in.PreferredChannel, Locale: in.Locale,
		Fields: set.completed(in.Fields),
	}
	contact, err := patch.apply(Contact{IsSample: in.IsSample}, set)
	if err != nil {
		return Contact{}, err
	}
	contact.Tags, err = normalTags("tags", in.Tags)
	return contact, err
}

// ContactPatch changes a contact. What is nil stays; a pointer to "" clears; owner 0 clears; a
// custom field that is nil is removed.
type ContactPatch struct {
	Firstname        *string
	Lastname         *string
	Email            *string
	Phone            *string
	Company          *string
	Position         *string
	Points           *int
	Stage            *string
	OwnerID          *identity.UserID
	TimeZone         *string
	PreferredChannel *Channel // "" clears
	Locale           *string
	Fields           map[string]any // custom fields by alias, as JSON or text; see FieldSet
	// IfUpdatedAt refuses the patch when the contact was changed since: a Conflict.
	IfUpdatedAt *time.Time
	Tags        TagChange
	Origin      string // what makes the change, for the timeline; empty: who is calling
}

// apply returns c with the patch applied, in its normal form, or what is wrong with the result.
func (p ContactPatch) apply(c Contact, set FieldSet) (Contact, error) {
	for _, text := range contactTexts {
		if value := p.text(text.name); value != nil {
			*text.of(&c) = clearable(*value)
		}
	}
	if p.Points != nil {
		c.Points = *p.Points
	}
	if p.OwnerID != nil {
		c.OwnerID = p.OwnerID
		if *p.OwnerID == 0 {
			c.OwnerID = nil
		}
	}
	if p.PreferredChannel != nil {
		c.PreferredChannel = p.PreferredChannel
		if *p.PreferredChannel == "" {
			c.PreferredChannel = nil
		}
	}
	var findings domain.Findings
	c.Fields = withFields(c.Fields, set.normal(p.Fields, &findings))
	err := c.normalize(findings)
	return c, err
}

func (p ContactPatch) text(name string) *string {
	switch name {
	case "firstname":
		return p.Firstname
	case "lastname":
		return p.Lastname
	case "email":
		return p.Email
	case "phone":
		return p.Phone
	case "company":
		return p.Company
	case "position":
		return p.Position
	case "stage":
		return p.Stage
	case "timeZone":
		return p.TimeZone
	case "locale":
		return p.Locale
	}
	return nil
}

// textField is a core field that holds text.
type textField struct {
	name string
	of   func(*Contact) **string
	max  int // characters
}

// contactTexts are the core text fields of contacts, in the order in which people know them.
var contactTexts = []textField{
	{"firstname", func(c *Contact) **string { return &c.Firstname }, 191},
	{"lastname", func(c *Contact) **string { return &c.Lastname }, 191},
	{"email", func(c *Contact) **string { return &c.Email }, 254},
	{"phone", func(c *Contact) **string { return &c.Phone }, 64},
	{"company", func(c *Contact) **string { return &c.Company }, 191},
	{"position", func(c *Contact) **string { return &c.Position }, 191},
	{"stage", func(c *Contact) **string { return &c.Stage }, 191},
	{"timeZone", func(c *Contact) **string { return &c.TimeZone }, 64},
	{"locale", func(c *Contact) **string { return &c.Locale }, 35},
}

func withFields(old, change map[string]any) map[string]any {
	fields := maps.Clone(old)
	if fields == nil {
		fields = map[string]any{}
	}
	for alias, value := range change {
		if value == nil {
			delete(fields, alias)
			continue
		}
		fields[alias] = value
	}
	return fields
}

// changedFields names the fields in which two states of a contact differ, as the API spells them.
func changedFields(before, after Contact) []string {
	var changed []string
	for _, text := range contactTexts {
		if deref(*text.of(&before)) != deref(*text.of(&after)) {
			changed = append(changed, text.name)
		}
	}
	if before.Points != after.Points {
		changed = append(changed, "points")
	}
	if !reflect.DeepEqual(before.OwnerID, after.OwnerID) {
		changed = append(changed, "ownerId")
	}
	if !reflect.DeepEqual(before.PreferredChannel, after.PreferredChannel) {
		changed = append(changed, "preferredChannel")
	}
	return append(changed, changedCustomFields(before.Fields, after.Fields)...)
}

func changedCustomFields(before, after map[string]any) []string {
	var changed []string
	for alias, value := range after {
		if old, ok := before[alias]; !ok || !reflect.DeepEqual(old, value) {
			changed = append(changed, alias)
		}
	}
	for alias := range before {
		if _, ok := after[alias]; !ok {
			changed = append(changed, alias)
		}
	}
	slices.Sort(changed)
	return changed
}

func clearable(value string) *string {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	return &value
}
