package crm

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// KnownField says whether a contact can have a field of this name: a core field or a custom one.
func KnownField(name string) bool {
	_, known := Contact{}.Field(name)
	return known
}

// CheckFieldValue says in a sentence why a field can't be set to a value, as text; nil when it can.
func CheckFieldValue(name, value string) error {
	patch, err := fieldPatch(map[string]string{name: value})
	if err == nil {
		_, err = patch.apply(Contact{})
	}
	if found, ok := errors.AsType[*domain.Error](err); ok {
		return errors.New(found.Message)
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
		"firstname": &patch.Firstname, "lastname": &patch.Lastname, "email": &patch.Email, "phone": &patch.Phone,
		"company": &patch.Company, "position": &patch.Position, "stage": &patch.Stage, "timeZone": &patch.TimeZone,
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
		default:
			if patch.Fields == nil {
				patch.Fields = map[string]any{}
			}
			if patch.Fields[name] = any(value); value == "" {
				patch.Fields[name] = nil
			}
		}
	}
	return patch, nil
}
