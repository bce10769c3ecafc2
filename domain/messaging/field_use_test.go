package messaging_test

import (
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
	"github.com/mauntic/mauntic/store/storetest/world"
)

func TestAFieldThatTextsNameIsNotDeleted(t *testing.T) {
	t.Parallel()
	w := world.New(t, nil)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	field, err := w.CRM.CreateField(w.Ctx(), w.Org, crm.FieldInput{Label: "City", Type: crm.FieldText})
	must(err)
	// Very many emails speak of a city, and few of the field.
	for i := range 60 {
		_, err := w.Messaging.CreateEmail(w.Ctx(), w.Org, messaging.EmailInput{Name: fmt.Sprintf("A%d", i), HTML: "<p>Our city guide for {{ contact.firstname }}</p>"})
		must(err)
	}
	used, err := w.Messaging.CreateEmail(w.Ctx(), w.Org, messaging.EmailInput{Name: "Welcome", HTML: `<p>{% if contact.city == "Bonn" %}Hello{% endif %}</p>`})
	must(err)
	text, err := w.Messaging.CreateSMS(w.Ctx(), w.Org, messaging.SMSInput{Name: "Short", Body: "In {{ city }} today"})
	must(err)
	_, err = w.CRM.DeleteField(w.Ctx(), w.Org, field.ID, 0)
	const want = "“City” is used by the email “Welcome”, the SMS “Short”. Change that first."
	if domain.KindOf(err) != domain.KindConflict || err.Error() != want {
		t.Errorf("got %v", err)
	}
	// Another organization's texts keep nothing.
	other := world.On(t, w.DB, storetest.Org(t, w.DB, "Other"), nil)
	theirs, err := other.CRM.CreateField(other.Ctx(), other.Org, crm.FieldInput{Label: "City", Type: crm.FieldText})
	must(err)
	_, err = other.CRM.DeleteField(other.Ctx(), other.Org, theirs.ID, 0)
	must(err)

	must(w.Messaging.DeleteEmail(w.Ctx(), w.Org, used.ID))
	must(w.Messaging.DeleteSMS(w.Ctx(), w.Org, text.ID))
	_, err = w.CRM.DeleteField(w.Ctx(), w.Org, field.ID, 0)
	must(err)
}
