package crm

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain/identity"
)

// text returns the place of a core field that holds text; nil for other names.
func (c *Contact) text(name string) **string {
	switch name {
	case "firstname":
		return &c.Firstname
	case "lastname":
		return &c.Lastname
	case "email":
		return &c.Email
	case "phone":
		return &c.Phone
	case "company":
		return &c.Company
	case "position":
		return &c.Position
	case "stage":
		return &c.Stage
	case "timeZone":
		return &c.TimeZone
	case importLocale:
		return &c.Locale
	}
	return nil
}

// value returns a field as JSON would give it back; nil when it is empty.
func (c *Contact) value(name string) any {
	if text := c.text(name); text != nil {
		if *text == nil {
			return nil
		}
		return **text
	}
	switch {
	case name == importPoints:
		return float64(c.Points)
	case name == importOwner && c.OwnerID != nil:
		return float64(*c.OwnerID)
	case name == importChannel && c.PreferredChannel != nil:
		return string(*c.PreferredChannel)
	}
	if alias, custom := strings.CutPrefix(name, importCustom); custom {
		return c.Fields[alias]
	}
	return nil
}

// setValue sets a field to what value has returned, perhaps by way of JSON.
func (c *Contact) setValue(name string, value any) {
	word, _ := value.(string)
	number, _ := value.(float64)
	if text := c.text(name); text != nil {
		if *text = nil; value != nil {
			*text = &word
		}
		if name == "phone" {
			c.PhoneE164 = PhoneE164(word)
		}
		return
	}
	switch name {
	case importPoints:
		c.Points = int(number)
	case importOwner:
		if c.OwnerID = nil; value != nil {
			owner := identity.UserID(number)
			c.OwnerID = &owner
		}
	case importChannel:
		if c.PreferredChannel = nil; value != nil {
			channel := Channel(word)
			c.PreferredChannel = &channel
		}
	}
	if alias, custom := strings.CutPrefix(name, importCustom); custom {
		c.Fields = withFields(c.Fields, map[string]any{alias: value})
	}
}

// sameValue compares what value returns.
func sameValue(a, b any) bool { return reflect.DeepEqual(a, b) }

func sortedNames[V any, M ~map[string]V](values M) []string { return slices.Sorted(maps.Keys(values)) }
