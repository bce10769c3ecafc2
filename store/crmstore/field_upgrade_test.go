package crmstore_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// migration returns a part of a migration file: from a text on, to another one.
func migration(t *testing.T, name, from, to string) string {
	t.Helper()
	text, err := fs.ReadFile(store.Migrations(), name)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), from)
	part, _, ended := strings.Cut(after, to)
	if !found || !ended && to != "\x00" {
		t.Fatalf("%s has no part from %q to %q", name, from, to)
	}
	return from + part
}

// Before there were definitions, any alias could have any value.
func TestValuesFromBeforeThereWereDefinitionsAreKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.in(t, "Other")
	for org, fields := range map[any][]string{
		b.org: {
			`{"city": "Köln", "orders": 3, "ratio": 0.125, "vip": true, "mixed": "x", "essay": "a\nb"}`,
			`{"orders": 7, "ratio": 2.5, "mixed": 7.5, "vip": false}`, `{"mixed": true}`, `{}`,
		},
		other.org: {`{"city": 7}`},
	} {
		for _, document := range fields {
			_, err := b.db.Pool().Exec(t.Context(), "insert into crm.all_contacts (org_id, fields) values ($1, $2)", org, document)
			b.must(err)
		}
	}
	_, err := b.db.Pool().Exec(t.Context(), migration(t, "0014_contacts.sql", "insert into crm.fields", "-- Segments"))
	b.must(err)
	_, err = b.db.Pool().Exec(t.Context(), migration(t, "0015_fields.sql", "update crm.fields", "\x00"))
	b.must(err)

	fields, err := b.Fields(b.ctx, b.org)
	b.must(err)
	types := ""
	for _, field := range fields {
		types += fmt.Sprintf("%s:%s:%d ", field.Alias, field.Type, field.Settings.Decimals)
	}
	if want := "city:text:0 essay:textarea:0 mixed:text:0 orders:number:0 ratio:number:3 vip:boolean:0 "; types != want {
		t.Errorf("the definitions are %q, want %q", types, want)
	}
	page, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{})
	b.must(err)
	seen := map[string]bool{}
	set, err := b.FieldSet(b.ctx, b.org)
	b.must(err)
	for _, contact := range page.Items {
		for alias, value := range contact.Fields {
			seen[fmt.Sprintf("%s=%v", alias, value)] = true
			// The rules of today take each value as it is.
			if again, err := set.Value(alias, value); err != nil || again != value {
				t.Errorf("%s: %#v became %#v (%v)", alias, value, again, err)
			}
		}
	}
	for _, want := range []string{"city=Köln", "orders=7", "ratio=0.125", "ratio=2.5", "vip=false", "mixed=x", "mixed=7.5", "mixed=true", "essay=a\nb"} {
		if !seen[want] {
			t.Errorf("%q is gone: %v", want, seen)
		}
	}
}
