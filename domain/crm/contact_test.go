package crm_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
)

func TestAContactIsCalledByWhatIsKnown(t *testing.T) {
	t.Parallel()
	for want, contact := range map[string]crm.Contact{
		"Anna Berg":        {Firstname: new("Anna"), Lastname: new("Berg"), Email: new("anna@example.com")},
		"Berg":             {Lastname: new("Berg")},
		"anna@example.com": {Email: new("anna@example.com"), Phone: new("030 123")},
		"030 123":          {ID: 12, Phone: new("030 123")},
		"Contact 12":       {ID: 12},
	} {
		if got := contact.Name().String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestANumberForANameIsSaidInWordsAndARealOneIsNot(t *testing.T) {
	t.Parallel()
	nameless, called := crm.Contact{ID: 12}.Name(), crm.Contact{ID: 13, Firstname: new("Contact"), Lastname: new("12")}.Name()
	if said := nameless.Phrase(); said.Format != "Contact %d" || said.String() != "Contact 12" {
		t.Errorf("a contact without a name is %q by %q", said, said.Format)
	}
	if said := called.Phrase(); said.Format != "" || said.String() != "Contact 12" {
		t.Errorf("a contact with a name is %q by %q", said, said.Format)
	}
	if text, err := json.Marshal(nameless); err != nil || string(text) != `"Contact 12"` {
		t.Errorf("JSON has %s, %v", text, err)
	}
}

func TestFieldsAreFoundByName(t *testing.T) {
	t.Parallel()
	contact := crm.Contact{Email: new("anna@example.com"), Points: 7, Fields: map[string]any{"city": "Köln"}}
	for name, want := range map[string]any{"email": "anna@example.com", "company": nil, "points": 7, "city": "Köln", "size": nil, "ownerId": nil} {
		if got, known := contact.Field(name); !known || got != want {
			t.Errorf("%s: got %v, known %v, want %v", name, got, known, want)
		}
	}
	if _, known := contact.Field("Big City"); known {
		t.Error("a name that can't be a field is known")
	}
}

func TestMergeFieldsAreNeverNil(t *testing.T) {
	t.Parallel()
	set := crm.NewFieldSet([]crm.Field{
		{Alias: "orders", Type: crm.FieldNumber, IsPublished: true},
		{Alias: "ratio", Type: crm.FieldNumber, IsPublished: true},
		{Alias: "city", Type: crm.FieldText, IsPublished: true},
		{Alias: "secret", Type: crm.FieldText},
		{Alias: "vip", Type: crm.FieldBoolean, Settings: crm.FieldSettings{Yes: "Of course"}, IsPublished: true},
		{Alias: "sizes", Type: crm.FieldMultiselect, Options: []crm.FieldOption{{Value: "s", Label: "Small"}, {Value: "m", Label: "Medium"}}, IsPublished: true},
		{Alias: "born", Type: crm.FieldDate, IsPublished: true},
		{Alias: "seen", Type: crm.FieldDatetime, IsPublished: true},
	}, time.FixedZone("", 3600))
	merge := crm.Contact{ID: 3, Fields: map[string]any{
		"orders": 4.0, "ratio": 0.5, "vip": true, "sizes": []any{"s", "m"}, "born": "1990-05-01", "seen": "2026-03-01T14:04:00Z",
	}}.Merge(set)
	for name, want := range map[string]any{
		"firstname": "", "email": "", "orders": int64(4), "ratio": 0.5, "name": "Contact 3", "city": "", "secret": nil,
		"vip": "Of course", "sizes": "Small, Medium", "born": "1 May 1990", "seen": "1 March 2026, 15:04",
	} {
		if merge[name] != want {
			t.Errorf("%s is %#v, want %#v", name, merge[name], want)
		}
	}
}

func TestFieldValuesAreCheckedAsText(t *testing.T) {
	t.Parallel()
	set := crm.NewFieldSet([]crm.Field{{Alias: "city", Type: crm.FieldText, IsPublished: true}}, nil)
	for _, good := range [][2]string{{"locale", "pt_BR"}, {"preferredChannel", "SMS"}, {"preferredChannel", ""}, {"company", ""}, {"points", "7"}, {"city", "Köln"}, {"email", "anna@example.com"}, {"city", ""}} {
		if err := set.Check(good[0], good[1]); err != nil {
			t.Errorf("%v: %v", good, err)
		}
	}
	for _, bad := range [][2]string{{"points", "many"}, {"email", "anna"}, {"Big City", "x"}, {"timeZone", "Mars"}, {"tags", "x"}, {"size", "M"}, {"locale", "Klingon!"}, {"preferredChannel", "fax"}} {
		if err := set.Check(bad[0], bad[1]); err == nil {
			t.Errorf("%v is allowed", bad)
		}
	}
}
