package crmstore_test

import (
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
)

func TestAnotherOrganizationsContactsAreNotSuggested(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.contact("anna@example.com")
	org, ctx := b.stranger()
	found, err := b.SuggestContacts(ctx, org, "anna", 5)
	b.must(err)
	if len(found) != 0 {
		t.Errorf("Found %v.", found)
	}
	if _, err := b.SuggestContacts(ctx, b.org, "anna", 5); err == nil {
		t.Error("A stranger may look into the organization.")
	}
}

func TestWhatBeginsWithTheTypedTextIsSuggestedFirst(t *testing.T) {
	t.Parallel()
	b := setup(t)
	person := func(first, last, email string) {
		_, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Firstname: &first, Lastname: &last, Email: &email})
		b.must(err)
	}
	person("Johanna", "Berg", "jo@example.com")
	person("Bert", "Stone", "anna.fan@example.com")
	person("Anna", "Lind", "lind@example.com")
	person("Carl", "Annan", "carl@example.com")
	found, err := b.SuggestContacts(b.ctx, b.org, " ANNA ", 3)
	b.must(err)
	var names []string
	for _, s := range found {
		names = append(names, s.Name().String())
	}
	want := []string{"Anna Lind", "Carl Annan", "Bert Stone"}
	if len(names) != 3 || names[0] != want[0] || names[1] != want[1] || names[2] != want[2] {
		t.Errorf("Suggested %q, want %q.", names, want)
	}
	short, err := b.SuggestContacts(b.ctx, b.org, "An", 9)
	b.must(err)
	if len(short) != 2 || short[0].Name().String() != "Anna Lind" || short[1].Name().String() != "Carl Annan" {
		t.Errorf("Two letters suggest %v.", short)
	}
	for _, text := range []string{"", "a", "100%", "_", "%%", "__"} {
		if found, err := b.SuggestContacts(b.ctx, b.org, text, 3); err != nil || len(found) != 0 {
			t.Errorf("%q suggests %v (%v).", text, found, err)
		}
	}
}
