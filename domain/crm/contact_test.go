package crm_test

import (
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
)

func TestAContactIsCalledByWhatIsKnown(t *testing.T) {
	t.Parallel()
	for want, contact := range map[string]crm.Contact{
		"Anna Berg":        {Firstname: new("Anna"), Lastname: new("Berg"), Email: new("anna@example.com")},
		"Berg":             {Lastname: new("Berg")},
		"anna@example.com": {Email: new("anna@example.com")},
		"Contact 12":       {ID: 12},
	} {
		if got := contact.Name(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
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
	merge := crm.Contact{ID: 3, Fields: map[string]any{"orders": 4.0, "ratio": 0.5}}.Merge()
	for name, want := range map[string]any{"firstname": "", "email": "", "orders": int64(4), "ratio": 0.5, "name": "Contact 3"} {
		if merge[name] != want {
			t.Errorf("%s is %#v, want %#v", name, merge[name], want)
		}
	}
}

func TestFieldValuesAreCheckedAsText(t *testing.T) {
	t.Parallel()
	for _, good := range [][2]string{{"company", ""}, {"points", "7"}, {"city", "Köln"}, {"email", "anna@example.com"}, {"city", ""}} {
		if err := crm.CheckFieldValue(good[0], good[1]); err != nil {
			t.Errorf("%v: %v", good, err)
		}
	}
	for _, bad := range [][2]string{{"points", "many"}, {"email", "anna"}, {"Big City", "x"}, {"timeZone", "Mars"}, {"tags", "x"}} {
		if err := crm.CheckFieldValue(bad[0], bad[1]); err == nil {
			t.Errorf("%v is allowed", bad)
		}
	}
}
