package crm

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// FieldSet is what the custom fields of an organization mean. Its zero value knows core fields only.
type FieldSet struct {
	fields []Field // in the order of forms
	zone   *time.Location
}

// NewFieldSet returns a set of definitions. Times without a zone are taken in zone, UTC when nil.
func NewFieldSet(fields []Field, zone *time.Location) FieldSet {
	return FieldSet{fields: fields, zone: zone}
}

// FieldSet returns the definitions of org as they are now.
func (s *Service) FieldSet(ctx context.Context, org domain.OrgID) (FieldSet, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return FieldSet{}, err
	}
	fields, err := s.store.Fields(ctx, org)
	if err != nil {
		return FieldSet{}, err
	}
	set := FieldSet{fields: fields}
	if slices.ContainsFunc(fields, func(f Field) bool { return f.Type == FieldDatetime }) {
		set.zone, err = s.store.TimeZone(ctx, org)
	}
	return set, err
}

// Published returns the fields that are shown, in the order of forms.
func (s FieldSet) Published() []Field {
	return slices.DeleteFunc(slices.Clone(s.fields), func(f Field) bool { return !f.IsPublished })
}

// Field returns a published field by its alias.
func (s FieldSet) Field(alias string) (Field, bool) {
	i := slices.IndexFunc(s.fields, func(f Field) bool { return f.Alias == alias && f.IsPublished })
	if i < 0 {
		return Field{}, false
	}
	return s.fields[i], true
}

// defined says whether there is a field of this alias, published or not.
func (s FieldSet) defined(alias string) bool {
	return slices.ContainsFunc(s.fields, func(f Field) bool { return f.Alias == alias })
}

// Zone is where times without a zone are.
func (s FieldSet) Zone() *time.Location { return orUTC(s.zone) }

// Value brings a value of a custom field, given as JSON or as text, into the form in which it is
// kept; nil when it is empty. The error is Invalid at fields.alias.
func (s FieldSet) Value(alias string, given any) (any, error) {
	field, ok := s.Field(alias)
	if !ok {
		return nil, s.unknown(alias)
	}
	value, problem := field.normal(given, s.Zone())
	if problem != nil {
		return nil, domain.Refuse(domain.KindInvalid, "fields."+alias, problem)
	}
	return value, nil
}

// unknown says why no contact can have a value of this name.
func (s FieldSet) unknown(alias string) *domain.Error {
	at := "fields." + alias
	switch problem := aliasProblem(alias); {
	case s.defined(alias):
		return domain.Invalid(at, "The contact field %q is not published. Publish it under Settings → Contact fields to use it.", alias)
	case problem != nil:
		return domain.Refuse(domain.KindInvalid, "fields", problem)
	}
	return domain.Invalid(at, "There is no contact field %q. Make it under Settings → Contact fields, or by POST /api/crm/fields.", alias)
}

// normal brings changes of custom fields into the form in which they are kept; nil removes a value.
func (s FieldSet) normal(given map[string]any, findings *domain.Findings) map[string]any {
	if len(given) > maxFields {
		findings.Add("fields", "A contact has at most %d custom fields, and these are %d.", maxFields, len(given))
		return nil
	}
	values := make(map[string]any, len(given))
	for _, alias := range slices.Sorted(maps.Keys(given)) {
		value, err := s.Value(alias, given[alias])
		if err == nil && value == nil {
			if field, _ := s.Field(alias); field.IsRequired {
				err = domain.Invalid("fields."+alias, "%s is required.", field.Label)
			}
		}
		if found, ok := errors.AsType[*domain.Error](err); ok {
			findings.Say(found.Field, found.Phrase())
			continue
		}
		values[alias] = value
	}
	return values
}

// completed adds the defaults to the fields of a new contact, and nil where something is required.
func (s FieldSet) completed(given map[string]any) map[string]any {
	fields := maps.Clone(given)
	if fields == nil {
		fields = map[string]any{}
	}
	for _, field := range s.Published() {
		if _, named := fields[field.Alias]; !named && (field.Default != nil || field.IsRequired) {
			fields[field.Alias] = field.Default
		}
	}
	return fields
}

// Known says whether a contact can have a field of this name: a core field or a custom one.
func (s FieldSet) Known(name string) bool {
	if _, custom := s.Field(name); custom {
		return true
	}
	_, core := Contact{}.coreField(name)
	return core
}

// Check says in a sentence why a field can't be set to a value, as text; nil when it can.
func (s FieldSet) Check(name, value string) error {
	patch, err := fieldPatch(map[string]string{name: value})
	if err == nil {
		_, err = patch.apply(Contact{}, s)
	}
	if found, ok := errors.AsType[*domain.Error](err); ok {
		return domain.Refuse(found.Kind, "", found.Phrase())
	}
	return err
}

// SetFields sets core and custom fields by name, as text; "" clears. Otherwise it is UpdateContact.
func (s *Service) SetFields(ctx context.Context, org domain.OrgID, id ContactID, values map[string]string) (Contact, error) {
	patch, err := fieldPatch(values)
	if err != nil {
		return Contact{}, err
	}
	return s.UpdateContact(ctx, org, id, patch)
}

// fieldPatch turns named texts into a patch.
func fieldPatch(values map[string]string) (ContactPatch, error) {
	var patch ContactPatch
	targets := map[string]**string{
		"firstname": &patch.Firstname, "lastname": &patch.Lastname, "email": &patch.Email, "phone": &patch.Phone, "company": &patch.Company,
		"position": &patch.Position, "stage": &patch.Stage, "timeZone": &patch.TimeZone, "locale": &patch.Locale,
	}
	for name, value := range values {
		number, err := strconv.Atoi(strings.TrimSpace(value))
		switch target, core := targets[name]; {
		case core:
			*target = &value
		case name == "points" && err != nil:
			return patch, domain.Invalid(name, "Points are a whole number.")
		case name == "points":
			patch.Points = &number
		case name == "ownerId" && value != "" && err != nil:
			return patch, domain.Invalid(name, "The owner is the number of a user.")
		case name == "ownerId":
			owner := identity.UserID(number)
			patch.OwnerID = &owner
		case name == "preferredChannel":
			patch.PreferredChannel = new(Channel(strings.ToLower(strings.TrimSpace(value))))
		default:
			if patch.Fields == nil {
				patch.Fields = map[string]any{}
			}
			patch.Fields[name] = value
		}
	}
	return patch, nil
}
