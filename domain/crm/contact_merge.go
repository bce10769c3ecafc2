package crm

import (
	"maps"
	"math"
	"slices"
)

// Merge returns the contact as a plain map for messages: core fields, custom fields in words (the
// values as they are kept are in "fields") and tags. What is not set is an empty string, so that a
// message never shows the word nil.
func (c Contact) Merge(set FieldSet) map[string]any {
	merge := make(map[string]any, len(set.fields)+len(c.Fields)+14)
	for _, field := range set.Published() {
		merge[field.Alias] = field.merged(c.Fields[field.Alias], set.Zone())
	}
	for _, text := range contactTexts {
		merge[text.name] = deref(*text.of(&c))
	}
	merge["id"] = int64(c.ID)
	merge["name"] = c.Name().String()
	merge["points"] = c.Points
	merge["preferredChannel"] = ""
	if c.PreferredChannel != nil {
		merge["preferredChannel"] = string(*c.PreferredChannel)
	}
	merge["fields"] = maps.Clone(c.Fields)
	merge["tags"] = slices.Clone(c.Tags)
	return merge
}

// Field returns a core field, or a custom field by its alias, for conditions. An empty field is
// nil. A name that can't be a field is not known.
func (c Contact) Field(name string) (value any, known bool) {
	if value, known := c.coreField(name); known {
		return value, true
	}
	if !aliasPattern.MatchString(name) {
		return nil, false
	}
	return c.Fields[name], true
}

func (c Contact) coreField(name string) (value any, known bool) {
	for _, text := range contactTexts {
		if text.name != name {
			continue
		}
		if value := *text.of(&c); value != nil {
			return *value, true
		}
		return nil, true
	}
	switch name {
	case "points":
		return c.Points, true
	case "ownerId":
		if c.OwnerID == nil {
			return nil, true
		}
		return int64(*c.OwnerID), true
	case "preferredChannel":
		if c.PreferredChannel == nil {
			return nil, true
		}
		return string(*c.PreferredChannel), true
	}
	return nil, false
}

// wholeNumber turns 7.0, as JSON numbers arrive, into 7, as people write it.
func wholeNumber(value any) any {
	if number, ok := value.(float64); ok && number == math.Trunc(number) && math.Abs(number) < 1<<53 {
		return int64(number)
	}
	return value
}
