package crmstore_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

func TestAnotherOrganizationsContactIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	other, ctx := b.stranger()

	_, err := b.Contact(ctx, other, contact.ID)
	b.refused(err, domain.KindNotFound, "There is no contact")
	_, err = b.UpdateContact(ctx, other, contact.ID, crm.ContactPatch{Firstname: new("Eve")})
	b.refused(err, domain.KindNotFound, "There is no contact")
	b.refused(b.ChangeTags(ctx, other, contact.ID, crm.TagChange{Add: []string{"mine"}}), domain.KindNotFound, "")
	b.refused(b.SetDoNotContact(ctx, other, contact.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Manual}), domain.KindNotFound, "")
	b.refused(b.ClearDoNotContact(ctx, other, contact.ID, crm.Email), domain.KindNotFound, "")
	b.refused(b.DeleteContact(ctx, other, contact.ID), domain.KindNotFound, "")
	_, err = b.AppendEvents(ctx, other, []crm.Event{{Contact: contact.ID, Type: crm.EventEmailOpened}})
	b.refused(err, domain.KindNotFound, "")
	_, err = b.RecordEvents(ctx, other, []crm.EventInput{{Contact: contact.ID, Type: "order.paid"}})
	b.refused(err, domain.KindInvalid, "There is no contact")
	timeline, err := b.Timeline(ctx, other, contact.ID, 0, 10)
	b.must(err)
	page, err := b.Contacts(ctx, other, crm.ContactQuery{})
	b.must(err)
	tags, err := b.Tags(ctx, other, domain.PageQuery{})
	b.must(err)
	if len(timeline) != 0 || page.Total != 0 || tags.Total != 0 {
		t.Errorf("another organization sees %d events, %d contacts, %d tags", len(timeline), page.Total, tags.Total)
	}
}

func TestCallersOfAnotherOrganizationAreForbidden(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	_, ctx := b.stranger()
	_, err := b.Contact(ctx, b.org, contact.ID)
	b.refused(err, domain.KindForbidden, "may not")
	_, err = b.Contact(t.Context(), b.org, contact.ID)
	b.refused(err, domain.KindUnauthorized, "Log in")
}

func TestANewContactIsReadBackWhole(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
	b.field(crm.FieldInput{Label: "VIP", Type: crm.FieldBoolean})
	b.field(crm.FieldInput{Label: "Orders", Type: crm.FieldNumber})
	created, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{
		Firstname: new(" Anna "), Lastname: new("Berg"), Email: new("Anna.Berg+news@Bücher.Example"), Phone: new("+49 30 901820"),
		Company: new(""), Points: new(7), TimeZone: new("Europe/Berlin"),
		PreferredChannel: new(crm.SMS), Locale: new("de_AT"),
		Fields: map[string]any{"city": "Köln", "vip": true, "orders": 3},
		Tags:   []string{"news", "VIP", "vip"},
	})
	b.must(err)
	read, err := b.Contact(b.ctx, b.org, created.ID)
	b.must(err)
	if !reflect.DeepEqual(created, read) {
		t.Errorf("created %+v\nread    %+v", created, read)
	}
	if *read.Firstname != "Anna" || *read.Email != "Anna.Berg+news@xn--bcher-kva.example" || *read.PhoneE164 != "+4930901820" || *read.PreferredChannel != crm.SMS || *read.Locale != "de-AT" || read.Company != nil {
		t.Errorf("not in its normal form: %+v", read)
	}
	if want := (map[string]any{"city": "Köln", "vip": true, "orders": 3.0}); !reflect.DeepEqual(read.Fields, want) {
		t.Errorf("fields are %v, want %v", read.Fields, want)
	}
	if !reflect.DeepEqual(read.Tags, []string{"news", "VIP"}) || !read.HasTag("vip") {
		t.Errorf("tags are %v", read.Tags)
	}
	if got := b.events(created.ID); got != "contact.created" {
		t.Errorf("events are %q", got)
	}
}

func TestATwinsEmailAddressIsAConflictThatNamesTheOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	_, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Email: new("ANNA@Example.com")})
	b.refused(err, domain.KindConflict, fmt.Sprintf("Contact %d", anna.ID))
	_, err = b.UpdateContact(b.ctx, b.org, ben.ID, crm.ContactPatch{Email: new("Anna@example.com")})
	b.refused(err, domain.KindConflict, fmt.Sprintf("Contact %d", anna.ID))
	other, ctx := b.stranger()
	_, err = b.CreateContact(ctx, other, crm.ContactInput{Email: new("anna@example.com")})
	b.must(err)
}

func TestAPatchLeavesSetsAndClears(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
	b.field(crm.FieldInput{Label: "Size", Type: crm.FieldText})
	created, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{
		Firstname: new("Anna"), Company: new("Acme"), Fields: map[string]any{"city": "Köln", "size": "M"},
	})
	b.must(err)
	patched, err := b.UpdateContact(b.ctx, b.org, created.ID, crm.ContactPatch{
		Company: new(""), Points: new(3), Fields: map[string]any{"city": nil, "size": "L"},
	})
	b.must(err)
	if patched.Company != nil || *patched.Firstname != "Anna" || patched.Points != 3 {
		t.Errorf("patched to %+v", patched)
	}
	if want := (map[string]any{"size": "L"}); !reflect.DeepEqual(patched.Fields, want) {
		t.Errorf("fields are %v, want %v", patched.Fields, want)
	}
	timeline, err := b.Timeline(b.ctx, b.org, created.ID, 0, 1)
	b.must(err)
	if got := fmt.Sprint(timeline[0].Data["fields"]); got != "[company points city size]" {
		t.Errorf("the event names the fields %s", got)
	}
	_, err = b.UpdateContact(b.ctx, b.org, created.ID, crm.ContactPatch{Points: new(3), Firstname: new(" Anna ")})
	b.must(err)
	if got := b.events(created.ID); got != "contact.created contact.updated" {
		t.Errorf("a patch that changes nothing wrote an event: %s", got)
	}
}

func TestBadContactsAreRefusedAtTheField(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
	many := map[string]any{}
	for i := range 101 {
		many[fmt.Sprintf("f%d", i)] = i
	}
	for name, bad := range map[string]struct {
		input crm.ContactInput
		field string
	}{
		"a name of 10,000 characters":    {crm.ContactInput{Firstname: new(strings.Repeat("x", 10_000))}, "firstname"},
		"a line break":                   {crm.ContactInput{Company: new("Acme\r\nBcc: eve@example.com")}, "company"},
		"a NUL":                          {crm.ContactInput{Lastname: new("Be\x00rg")}, "lastname"},
		"broken UTF-8":                   {crm.ContactInput{Lastname: new("Be\xffrg")}, "lastname"},
		"no email address":               {crm.ContactInput{Email: new("anna")}, "email"},
		"an address with a name":         {crm.ContactInput{Email: new("Anna <anna@example.com>")}, "email"},
		"two addresses":                  {crm.ContactInput{Email: new("anna@example.com, ben@example.com")}, "email"},
		"an unknown time zone":           {crm.ContactInput{TimeZone: new("Mars/Olympus")}, "timeZone"},
		"points beyond counting":         {crm.ContactInput{Points: new(1 << 40)}, "points"},
		"an unknown custom field":        {crm.ContactInput{Fields: map[string]any{"town": "x"}}, "fields.town"},
		"an unknown channel":             {crm.ContactInput{PreferredChannel: new(crm.Channel("fax"))}, "preferredChannel"},
		"an unknown language":            {crm.ContactInput{Locale: new("Klingon!")}, "locale"},
		"a custom field with a bad name": {crm.ContactInput{Fields: map[string]any{"Big City": "x"}}, "fields"},
		"a custom field with a list":     {crm.ContactInput{Fields: map[string]any{"city": []any{"x"}}}, "fields.city"},
		"a standard field as custom":     {crm.ContactInput{Fields: map[string]any{"email": "x"}}, "fields"},
		"101 custom fields":              {crm.ContactInput{Fields: many}, "fields"},
		"an empty tag":                   {crm.ContactInput{Tags: []string{"a", " "}}, "tags[1]"},
		"an owner from elsewhere":        {crm.ContactInput{OwnerID: new(identity.UserID(77))}, "ownerId"},
	} {
		_, err := b.CreateContact(b.ctx, b.org, bad.input)
		b.refused(err, domain.KindInvalid, bad.field)
		if strings.HasPrefix(err.Error(), bad.field+": ") {
			continue
		}
		t.Errorf("%s: the error is at another field: %v", name, err)
	}
}

func TestContactsAreFoundSortedAndCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"Anna", "Björn", "Carla", "50%_off"} {
		_, err := b.CreateContact(b.ctx, b.org, crm.ContactInput{Firstname: &name, Email: new(fmt.Sprintf("c%d@example.com", len(name)))})
		if domain.KindOf(err) == domain.KindConflict {
			_, err = b.CreateContact(b.ctx, b.org, crm.ContactInput{Firstname: &name})
		}
		b.must(err)
	}
	names := func(q crm.ContactQuery) string {
		page, err := b.Contacts(b.ctx, b.org, q)
		b.must(err)
		var names []string
		for _, contact := range page.Items {
			names = append(names, *contact.Firstname)
		}
		return fmt.Sprint(page.Total, " ", strings.Join(names, " "))
	}
	for want, q := range map[string]domain.PageQuery{
		"4 50%_off Carla Björn Anna": {},
		"4 Anna Björn":               {Limit: 2, OrderBy: "id", OrderDir: "asc"},
		"4 Carla 50%_off":            {Limit: 2, Page: 2, OrderBy: "id", OrderDir: "asc"},
		"1 Björn":                    {Search: "BJÖRN"},
		"1 50%_off":                  {Search: "%_o"},
		"0 ":                         {Search: "nobody"},
	} {
		if got := names(crm.ContactQuery{PageQuery: q}); got != want {
			t.Errorf("%+v: got %q, want %q", q, got, want)
		}
	}
	_, err := b.Contacts(b.ctx, b.org, crm.ContactQuery{PageQuery: domain.PageQuery{OrderBy: "id; drop table crm.contacts"}})
	b.refused(err, domain.KindInvalid, "orderBy")
}

func TestContactsAreFilteredByTagAndID(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	b.must(b.ChangeTags(b.ctx, b.org, anna.ID, crm.TagChange{Add: []string{"News"}}))
	for _, q := range []crm.ContactQuery{{Tag: "news"}, {IDs: []crm.ContactID{anna.ID}}, {Tag: "NEWS", IDs: []crm.ContactID{anna.ID, ben.ID}}} {
		page, err := b.Contacts(b.ctx, b.org, q)
		b.must(err)
		if page.Total != 1 || page.Items[0].ID != anna.ID || page.Items[0].Tags[0] != "News" {
			t.Errorf("%+v: got %+v", q, page)
		}
	}
}

func TestADeletedContactIsGone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	b.must(b.DeleteContact(b.ctx, b.org, contact.ID))
	_, err := b.Contact(b.ctx, b.org, contact.ID)
	b.refused(err, domain.KindNotFound, "")
	b.contact("anna@example.com")
}
