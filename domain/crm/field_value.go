package crm

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
)

// Bounds of the custom fields of a contact.
const (
	maxFields     = 100
	maxFieldValue = 10_000 // characters
)

var aliasPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// reservedAliases are names that messages and conditions already give to something else.
var reservedAliases = []string{
	"id", "name", "firstname", "lastname", "email", "phone", "company", "position", "points", "stage", "fields", "tags",
}

// normalFields checks custom fields and brings numbers into one form, as JSON keeps them.
func normalFields(fields map[string]any, findings *domain.Findings) map[string]any {
	if len(fields) > maxFields {
		findings.Add("fields", "A contact has at most %d custom fields, and these are %d.", maxFields, len(fields))
		return fields
	}
	normal := make(map[string]any, len(fields))
	for _, alias := range slices.Sorted(maps.Keys(fields)) {
		if problem := aliasProblem(alias); problem != "" {
			findings.Add("fields", "%s", problem)
			continue
		}
		value, problem := normalFieldValue(fields[alias])
		if problem != "" {
			findings.Add("fields."+alias, "%s", problem)
			continue
		}
		normal[alias] = value
	}
	return normal
}

func aliasProblem(alias string) string {
	if !aliasPattern.MatchString(alias) {
		return fmt.Sprintf("%.80q can't name a custom field: use small letters, digits and _, at most 64, beginning with a letter.", alias)
	}
	if slices.Contains(reservedAliases, alias) {
		return fmt.Sprintf("%q is the name of a standard field; choose another for the custom field.", alias)
	}
	return ""
}

// normalFieldValue returns value as JSON would give it back, or what is wrong with it.
func normalFieldValue(value any) (normal any, problem string) {
	switch v := value.(type) {
	case bool:
		return v, ""
	case int:
		return float64(v), ""
	case int64:
		return float64(v), ""
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, "This is not a number."
		}
		return v, ""
	case string:
		switch {
		case !utf8.ValidString(v) || strings.ContainsRune(v, 0):
			return nil, "This is not readable text."
		case utf8.RuneCountInString(v) > maxFieldValue:
			return nil, "At most " + thousands(maxFieldValue) + " characters are allowed here."
		}
		return v, ""
	}
	return nil, "A custom field holds a text, a number, or true or false."
}

func changedCustomFields(before, after map[string]any) []string {
	var changed []string
	for alias, value := range after {
		if old, ok := before[alias]; !ok || old != value {
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

// thousands writes a number as people read it: 10,000.
func thousands(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
