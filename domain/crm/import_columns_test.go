package crm

import (
	"strings"
	"testing"
)

func TestColumnsAreGuessedByName(t *testing.T) {
	t.Parallel()
	headers := []string{"E-Mail Address", "First Name", "NACHNAME", "Firma", "Handy-Nr.", "Mobile", "E-mail", "Schuhgröße", "Do not contact"}
	want := []string{"email", "firstname", "lastname", "company", "", "phone", "", "", "doNotEmail"}
	for i, column := range guessColumns(headers) {
		if column.Field != want[i] {
			t.Errorf("%q was taken for %q, want %q", column.Header, column.Field, want[i])
		}
	}
}

func TestCustomFieldsAreNamedByTheirHeader(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		" Favourite colour ": "fields.favourite_colour",
		"Schuhgröße (EU)":    "fields.schuhgroesse_eu",
		"2nd address":        "fields.field_2nd_address",
		"Name":               "fields.field_name",
		"名前":                 "fields.field",
	} {
		got := CustomField(header)
		set := NewFieldSet([]Field{{Alias: strings.TrimPrefix(got, importCustom), Type: FieldText}}, nil)
		if got != want || checkColumns([]ImportColumn{{Field: "email"}, {Field: got}}, set) != nil {
			t.Errorf("%q: got %q, want %q", header, got, want)
		}
	}
}
