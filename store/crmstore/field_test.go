package crmstore_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

var colours = []crm.FieldOption{{Value: "red", Label: "Red"}, {Value: "blue", Label: "Blue"}}

// with stores a contact with custom fields.
func (b bench) with(fields map[string]any) crm.Contact {
	b.t.Helper()
	contact, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Fields: fields})
	b.must(err)
	return contact
}

// value reads a custom field of a contact.
func (b bench) value(id crm.ContactID, alias string) any {
	b.t.Helper()
	contact, err := b.Contact(b.ctx, b.org, id)
	b.must(err)
	return contact.Fields[alias]
}

func TestAnotherOrganizationsFieldIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	field := b.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
	b.with(map[string]any{"city": "Köln"})
	other, ctx := b.stranger()

	_, err := b.Field(ctx, other, field.ID)
	b.refused(err, domain.KindNotFound, "There is no contact field")
	_, err = b.UpdateField(ctx, other, field.ID, crm.FieldPatch{Label: new("Mine")})
	b.refused(err, domain.KindNotFound, "There is no contact field")
	_, err = b.DeleteField(ctx, other, field.ID, 1)
	b.refused(err, domain.KindNotFound, "There is no contact field")
	b.refused(b.ReorderFields(ctx, other, []crm.FieldID{field.ID}), domain.KindInvalid, "There is no contact field")
	_, err = b.CreateContact(ctx, other, crm.ContactInput{Fields: map[string]any{"city": "Bonn"}})
	b.refused(err, domain.KindInvalid, "There is no contact field")
	fields, err := b.Fields(ctx, other)
	b.must(err)
	holders, err := b.FieldHolders(ctx, other)
	b.must(err)
	if len(fields) != 0 || len(holders) != 0 {
		t.Errorf("another organization sees %v, %v", fields, holders)
	}
	same, err := b.CreateField(ctx, other, crm.FieldInput{Label: "City", Type: crm.FieldNumber})
	b.must(err)
	_, err = b.DeleteField(ctx, other, same.ID, 0)
	b.must(err)
	if holders, err = b.FieldHolders(b.ctx, b.org); err != nil || holders["city"] != 1 {
		t.Errorf("%v contacts have a city (%v), want 1", holders, err)
	}
}

func TestADefinitionIsReadBackWhole(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := b.field(crm.FieldInput{
		Label: " Favourite <colours> ", Type: crm.FieldMultiselect, Group: crm.GroupPersonal, Hint: "More than one.", Options: colours,
		Default: "blue;Red", IsRequired: true, IsPubliclyUpdatable: true, Settings: crm.FieldSettings{Decimals: 3, Yes: "x"},
	})
	read, err := b.Field(b.ctx, b.org, made.ID)
	b.must(err)
	if !reflect.DeepEqual(made, read) {
		t.Errorf("made %+v\nread %+v", made, read)
	}
	if read.Alias != "favourite_colours" || read.Label != "Favourite <colours>" || read.Settings != (crm.FieldSettings{}) ||
		!reflect.DeepEqual(read.Default, []any{"red", "blue"}) || !read.IsPublished || read.Position != 1 {
		t.Errorf("not in its normal form: %+v", read)
	}
}

func TestDefinitionsThatClashAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
	for name, bad := range map[string]struct {
		in    crm.FieldInput
		kind  domain.Kind
		field string
		says  string
	}{
		"the alias of another":           {crm.FieldInput{Label: "CITY", Type: crm.FieldText}, domain.KindConflict, "alias", "“City” has the alias city"},
		"a core field":                   {crm.FieldInput{Label: "Email", Type: crm.FieldText}, domain.KindInvalid, "alias", "standard field"},
		"a word of searches":             {crm.FieldInput{Label: "X", Alias: "segment", Type: crm.FieldText}, domain.KindInvalid, "alias", "standard field"},
		"a bad alias":                    {crm.FieldInput{Label: "X", Alias: "Big City", Type: crm.FieldText}, domain.KindInvalid, "alias", "small letters"},
		"no label":                       {crm.FieldInput{Alias: "x", Type: crm.FieldText}, domain.KindInvalid, "label", "label"},
		"no type":                        {crm.FieldInput{Label: "X"}, domain.KindInvalid, "type", "no type"},
		"an unknown group":               {crm.FieldInput{Label: "X", Type: crm.FieldText, Group: "secret"}, domain.KindInvalid, "group", "no group"},
		"no options":                     {crm.FieldInput{Label: "X", Type: crm.FieldSelect}, domain.KindInvalid, "options", "at least one"},
		"an option twice":                {crm.FieldInput{Label: "X", Type: crm.FieldSelect, Options: []crm.FieldOption{{Value: "a"}, {Value: "A"}}}, domain.KindInvalid, "options", "twice"},
		"a bar in an option":             {crm.FieldInput{Label: "X", Type: crm.FieldMultiselect, Options: []crm.FieldOption{{Value: "a|b"}}}, domain.KindInvalid, "options", "|"},
		"too many decimals":              {crm.FieldInput{Label: "X", Type: crm.FieldNumber, Settings: crm.FieldSettings{Decimals: 7}}, domain.KindInvalid, "settings.decimals", "between 0 and 6"},
		"a yes that is no":               {crm.FieldInput{Label: "X", Type: crm.FieldBoolean, Settings: crm.FieldSettings{Yes: "No"}}, domain.KindInvalid, "settings.yes", "different"},
		"a default of another type":      {crm.FieldInput{Label: "X", Type: crm.FieldNumber, Default: "many"}, domain.KindInvalid, "default", "not a number"},
		"a default that identifies":      {crm.FieldInput{Label: "X", Type: crm.FieldText, Default: "x", IsUnique: true}, domain.KindInvalid, "default", "same value"},
		"a day that identifies":          {crm.FieldInput{Label: "X", Type: crm.FieldDate, IsUnique: true}, domain.KindInvalid, "isUnique", "can identify contacts"},
		"an indexed essay":               {crm.FieldInput{Label: "X", Type: crm.FieldTextarea, IsIndexed: true}, domain.KindInvalid, "isIndexed", "can't be indexed"},
		"a long address that identifies": {crm.FieldInput{Label: "X", Type: crm.FieldURL, IsUnique: true}, domain.KindInvalid, "settings.length", "500"},
	} {
		_, err := b.CreateField(b.ctx, b.org, bad.in)
		found, ok := errors.AsType[*domain.Error](err)
		if !ok || found.Kind != bad.kind || found.Field != bad.field || !strings.Contains(found.Message, bad.says) {
			t.Errorf("%s: got %v, want %s at %s that says %q", name, err, bad.kind, bad.field, bad.says)
		}
	}
	for i := range 99 {
		b.field(crm.FieldInput{Label: fmt.Sprint("Field ", i), Type: crm.FieldText})
	}
	_, err := b.CreateField(b.ctx, b.org, crm.FieldInput{Label: "One more", Type: crm.FieldText})
	b.refused(err, domain.KindConflict, "100 contact fields")
}

func TestValuesFollowATypeUnlessOneWouldBeLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before crm.FieldInput
		after  crm.FieldPatch
		held   []any
		want   []any // as they are afterwards; nil: refused
		says   string
	}{
		"text to long text":      {crm.FieldInput{Type: crm.FieldText}, crm.FieldPatch{Type: new(crm.FieldTextarea)}, []any{"007"}, []any{"007"}, ""},
		"text to number":         {crm.FieldInput{Type: crm.FieldText}, crm.FieldPatch{Type: new(crm.FieldNumber)}, []any{"7", "12.0"}, []any{7.0, 12.0}, ""},
		"words to number":        {crm.FieldInput{Type: crm.FieldText}, crm.FieldPatch{Type: new(crm.FieldNumber)}, []any{"7", "many", "few"}, nil, "2 contacts hold a value such as “many”"},
		"number to text":         {crm.FieldInput{Type: crm.FieldNumber}, crm.FieldPatch{Type: new(crm.FieldText)}, []any{7}, []any{"7"}, ""},
		"fewer decimals":         {crm.FieldInput{Type: crm.FieldNumber, Settings: crm.FieldSettings{Decimals: 2}}, crm.FieldPatch{Settings: &crm.FieldSettings{}}, []any{1.25, 3}, nil, "1 contact holds a value such as “1.25”"},
		"text to choice":         {crm.FieldInput{Type: crm.FieldText}, crm.FieldPatch{Type: new(crm.FieldSelect), Options: &colours}, []any{"RED", "blue"}, []any{"red", "blue"}, ""},
		"choice to choices":      {crm.FieldInput{Type: crm.FieldSelect, Options: colours}, crm.FieldPatch{Type: new(crm.FieldMultiselect)}, []any{"red"}, []any{[]any{"red"}}, ""},
		"choices to choice":      {crm.FieldInput{Type: crm.FieldMultiselect, Options: colours}, crm.FieldPatch{Type: new(crm.FieldSelect)}, []any{"red", "red|blue"}, nil, "1 contact holds a value such as “Red, Blue”"},
		"moment to day":          {crm.FieldInput{Type: crm.FieldDatetime}, crm.FieldPatch{Type: new(crm.FieldDate)}, []any{"2026-03-31T15:04:00Z"}, nil, "so the type can't be changed"},
		"an option that is held": {crm.FieldInput{Type: crm.FieldSelect, Options: colours}, crm.FieldPatch{Options: new(colours[:1])}, []any{"red", "blue", "blue"}, nil, "2 contacts hold a value such as “Blue”, so the option can't be removed"},
		"an option of nobody":    {crm.FieldInput{Type: crm.FieldSelect, Options: colours}, crm.FieldPatch{Options: new(colours[:1])}, []any{"red"}, []any{"red"}, ""},
		"a shorter text":         {crm.FieldInput{Type: crm.FieldText}, crm.FieldPatch{Settings: &crm.FieldSettings{Length: 3}}, []any{"abcd"}, nil, "would no longer fit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			test.before.Label = "Thing"
			field := b.field(test.before)
			var contacts []crm.Contact
			for _, held := range test.held {
				contacts = append(contacts, b.with(map[string]any{"thing": held}))
			}
			_, err := b.UpdateField(b.ctx, b.org, field.ID, test.after)
			if test.want == nil {
				b.refused(err, domain.KindConflict, test.says)
				read, err := b.Field(b.ctx, b.org, field.ID)
				b.must(err)
				if !reflect.DeepEqual(read, field) {
					t.Errorf("the definition became %+v", read)
				}
				return
			}
			b.must(err)
			for i, want := range test.want {
				if got := b.value(contacts[i].ID, "thing"); !reflect.DeepEqual(got, want) {
					t.Errorf("%v became %#v, want %#v", test.held[i], got, want)
				}
			}
		})
	}
}

func TestRequiredFieldsAreAskedForOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	early := b.with(nil)
	b.field(crm.FieldInput{Label: "City", Type: crm.FieldText, IsRequired: true})
	b.field(crm.FieldInput{Label: "Plan", Type: crm.FieldText, IsRequired: true, Default: "free"})
	_, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{})
	b.refused(err, domain.KindInvalid, "fields.city: City is required.")
	late := b.with(map[string]any{"city": "Köln"})
	if late.Fields["plan"] != "free" {
		t.Errorf("fields are %v, want the default", late.Fields)
	}
	_, err = b.UpdateContact(b.ctx, b.org, early.ID, crm.ContactPatch{Firstname: new("Anna")})
	b.must(err)
	_, err = b.UpdateContact(b.ctx, b.org, late.ID, crm.ContactPatch{Fields: map[string]any{"city": " "}})
	b.refused(err, domain.KindInvalid, "City is required.")
}

func TestAFieldThatIsNotPublishedIsKeptAndShownNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	city := b.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
	b.field(crm.FieldInput{Label: "Size", Type: crm.FieldText})
	anna := b.with(map[string]any{"city": "Köln", "size": "M"})
	_, err := b.UpdateField(b.ctx, b.org, city.ID, crm.FieldPatch{IsPublished: new(false)})
	b.must(err)
	_, err = b.UpdateContact(b.ctx, b.org, anna.ID, crm.ContactPatch{Fields: map[string]any{"city": "Bonn"}})
	b.refused(err, domain.KindInvalid, "not published")
	patched, err := b.UpdateContact(b.ctx, b.org, anna.ID, crm.ContactPatch{Fields: map[string]any{"size": "L"}})
	b.must(err)
	merge, err := b.Merge(b.ctx, b.org, patched)
	b.must(err)
	if _, shown := merge["city"]; shown || len(patched.Fields) != 1 || b.value(anna.ID, "city") != nil {
		t.Errorf("shown as %v and %v", patched.Fields, merge)
	}
	_, err = b.UpdateField(b.ctx, b.org, city.ID, crm.FieldPatch{IsPublished: new(true)})
	b.must(err)
	if b.value(anna.ID, "city") != "Köln" || b.value(anna.ID, "size") != "L" {
		t.Error("the value is gone")
	}
}

func TestAFieldTakesItsValuesAlongWhenTheNumberIsConfirmed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	city := b.field(crm.FieldInput{Label: "City", Type: crm.FieldText, IsIndexed: true})
	b.field(crm.FieldInput{Label: "Size", Type: crm.FieldText})
	anna, ben := b.with(map[string]any{"city": "Köln", "size": "M"}), b.with(map[string]any{"city": "Bonn"})
	_, err := b.DeleteField(b.ctx, b.org, city.ID, 1)
	b.refused(err, domain.KindConflict, "2 contacts will lose")
	job, err := b.DeleteField(b.ctx, b.org, city.ID, 2)
	b.must(err)
	if job != nil {
		t.Errorf("two values go in the background: %+v", job)
	}
	_, err = b.DeleteField(b.ctx, b.org, city.ID, 0)
	b.refused(err, domain.KindNotFound, "")
	b.field(crm.FieldInput{Label: "City", Type: crm.FieldText}) // the name is free again, and nobody has a value
	if b.value(anna.ID, "city") != nil || b.value(ben.ID, "city") != nil || b.value(anna.ID, "size") != "M" {
		t.Error("values are left, or others are gone")
	}
}

func TestFieldsStandInTheOrderThatPeopleGive(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var ids []crm.FieldID
	for _, label := range []string{"A", "B", "C"} {
		ids = append(ids, b.field(crm.FieldInput{Label: label, Type: crm.FieldText}).ID)
	}
	b.field(crm.FieldInput{Label: "D", Type: crm.FieldText, Group: crm.GroupSocial})
	b.must(b.ReorderFields(b.ctx, b.org, []crm.FieldID{ids[2], ids[0]}))
	fields, err := b.Fields(b.ctx, b.org)
	b.must(err)
	order := ""
	for _, field := range fields {
		order += field.Label
	}
	if order != "CABD" {
		t.Errorf("the order is %s", order)
	}
	b.refused(b.ReorderFields(b.ctx, b.org, []crm.FieldID{ids[0], ids[0]}), domain.KindInvalid, "twice")
}
