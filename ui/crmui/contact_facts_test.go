package crmui_test

import (
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
)

func TestWhatIsKnownStandsInGroupsAndInWords(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.field(crm.FieldInput{Label: "Born", Type: crm.FieldDate, Group: crm.GroupPersonal})
	b.field(crm.FieldInput{Label: evilLabel, Alias: "evil", Type: crm.FieldHTML})
	b.field(crm.FieldInput{Label: "Site", Type: crm.FieldURL, Group: crm.GroupSocial})
	b.field(crm.FieldInput{Label: "Desk", Type: crm.FieldText, Group: crm.GroupProfessional})
	_, err := b.contacts.CreateContact(b.ctx, b.org, crm.ContactInput{
		Firstname: new("Anna"), Locale: new("pt-BR"), PreferredChannel: new(crm.SMS),
		Fields: map[string]any{"born": "1990-05-01", "evil": evilLabel, "site": "https://example.com/anna"},
	})
	if err != nil {
		t.Fatal(err)
	}
	a := b.get("/app/contacts/1")
	text := a.text("main")
	for _, want := range []string{"Personal", "Born1 May 1990", "Social", evilLabel + evilLabel, "Brazilian Portuguese", "Preferred channelSMS"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if a.doc.Find("img[onerror]").Length() != 0 || a.doc.Find("a[href='https://example.com/anna']").Length() != 1 {
		t.Error("a value became markup, or a web address no link")
	}
	if strings.Contains(text, "Professional") {
		t.Error("a group without values is shown")
	}
}
