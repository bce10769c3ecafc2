package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
)

// UniqueValues are values that only one contact can have each.
type UniqueValues struct {
	Emails []string            // in small letters
	Values map[string][]string // of custom fields that identify contacts, by alias, in small letters
}

// Uniques finds contacts by what only one of them can have.
type Uniques interface {
	// HoldersOf returns the contacts that have one of the values, without tags and marks, each once, in the
	// order of their ids, and keeps others from changing them until the transaction ends. Deleted contacts hold nothing.
	HoldersOf(ctx context.Context, org domain.OrgID, values UniqueValues) ([]Contact, error)
}

// uniqueKeys tells which values of contacts only one of them can have. What differs in case is the same.
type uniqueKeys struct{ set FieldSet }

// key names a value of a field as an import calls it; "" when it is empty or many may have it.
func (u uniqueKeys) key(field string, value any) string {
	if value == nil {
		return ""
	}
	if address, ok := value.(string); ok && field == "email" {
		return emailKey(address)
	}
	alias, custom := cutCustom(field)
	if known, ok := u.set.Field(alias); custom && ok && known.IsUnique {
		return field + ":" + lower(known.Text(value))
	}
	return ""
}

// fields are the names of all that only one contact can have.
func (u uniqueKeys) fields() []string {
	names := []string{"email"}
	for _, field := range u.set.Published() {
		if field.IsUnique {
			names = append(names, importCustom+field.Alias)
		}
	}
	return names
}

// of returns the keys of all that a contact has.
func (u uniqueKeys) of(c Contact) []string {
	var keys []string
	for _, name := range u.fields() {
		if key := u.key(name, c.value(name)); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// add takes a value along; field and value must have a key.
func (v *UniqueValues) add(u uniqueKeys, field string, value any) {
	alias, custom := cutCustom(field)
	if !custom {
		address, _ := value.(string)
		v.Emails = append(v.Emails, lower(address))
		return
	}
	if v.Values == nil {
		v.Values = map[string][]string{}
	}
	known, _ := u.set.Field(alias)
	v.Values[alias] = append(v.Values[alias], lower(known.Text(value)))
}

// addAll takes all along that only this contact can have.
func (v *UniqueValues) addAll(u uniqueKeys, c Contact) {
	for _, name := range u.fields() {
		if value := c.value(name); u.key(name, value) != "" {
			v.add(u, name, value)
		}
	}
}

// empty says whether there is nothing to ask for.
func (v *UniqueValues) empty() bool { return len(v.Emails)+len(v.Values) == 0 }
