package crm

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// sizes are options of which one has a comma in it, and one the label of nothing else.
var sizes = []FieldOption{{Value: "s", Label: "Small"}, {Value: "m", Label: "Medium"}, {Value: "xl, xxl", Label: "Huge <b>"}}

// fieldCase is a field with what it takes and refuses. Texts come from JSON, forms and files alike.
type fieldCase struct {
	field   Field
	takes   map[string]any    // text → value as it is kept
	json    map[string]any    // JSON → value as it is kept
	refuses map[string]string // text → part of the sentence
}

var fieldCases = map[FieldType]fieldCase{
	FieldText: {
		takes: map[string]any{" Köln ": "Köln", "<script>": "<script>", "7": "7"}, json: map[string]any{"7.5": "7.5", "true": "true"},
		refuses: map[string]string{"a\nb": "Line breaks", strings.Repeat("x", 192): "At most 191 characters are allowed here, and these are 192.", "a\x00": "not readable"},
	},
	FieldTextarea: {
		takes:   map[string]any{"a\r\nb\rc\n\rd": "a\nb\nc\n\nd", strings.Repeat("x", 10_000): strings.Repeat("x", 10_000)},
		refuses: map[string]string{strings.Repeat("x", 10_001): "10,000"},
	},
	FieldHTML:   {takes: map[string]any{"<p onclick=x>Hi</p>": "<p onclick=x>Hi</p>"}, refuses: map[string]string{strings.Repeat("x", 10_001): "10,000"}},
	FieldLookup: {field: Field{Options: sizes}, takes: map[string]any{"anything": "anything"}, refuses: map[string]string{"a\tb": "control characters"}},
	FieldSelect: {
		field: Field{Options: sizes}, takes: map[string]any{"m": "m", "MEDIUM": "m", "Huge <b>": "xl, xxl"},
		refuses: map[string]string{"l": "“l” is not one of the choices: Small, Medium, Huge <b>.", "s,m": "not one of"},
	},
	FieldMultiselect: {
		field: Field{Options: sizes},
		takes: map[string]any{
			"m|s": []any{"s", "m"}, "Medium; small": []any{"s", "m"}, "m,s,m": []any{"s", "m"}, "xl, xxl": []any{"xl, xxl"},
			`["m","xl, xxl"]`: []any{"m", "xl, xxl"}, "s|xl, xxl": []any{"s", "xl, xxl"},
		},
		json:    map[string]any{`["m","s"]`: []any{"s", "m"}, `[]`: nil},
		refuses: map[string]string{"s,l": "“l” is not one of", "x": "“x” is not one of"},
	},
	FieldBoolean: {
		field:   Field{Settings: FieldSettings{Yes: "Ja", No: "Nein"}},
		takes:   map[string]any{"ja": true, "NEIN": false, "yes": true, "0": false, "1": true, "False": false},
		json:    map[string]any{"true": true, "false": false, "1": true},
		refuses: map[string]string{"maybe": "Write Ja or Nein here.", "2": "Write Ja"},
	},
	FieldNumber: {
		field:   Field{Settings: FieldSettings{Decimals: 2}},
		takes:   map[string]any{"1.005": 1.01, "-0": 0.0, "+7": 7.0, ".5": 0.5, "-2.345": -2.35, "999999999999999": 999999999999999.0},
		json:    map[string]any{"3": 3.0, "0.125": 0.13},
		refuses: map[string]string{"1,5": "a comma means different things", "1 000": "comma", "1e3": "not a number", "NaN": "not a number", "0x10": "not a number", "9999999999999999": "15 digits"},
	},
	FieldDate: {
		takes: map[string]any{
			"2026-03-31": "2026-03-31", "31.3.2026": "2026-03-31", "2026/03/31": "2026-03-31", "31 March 2026": "2026-03-31",
			"Mar 31, 2026": "2026-03-31", "20260331": "2026-03-31", "2026-03-31 00:00:00": "2026-03-31", "2024-02-29": "2024-02-29",
		},
		refuses: map[string]string{"03/04/2026": "some countries put the month first", "2026-02-30": "not a date", "soon": "not a date"},
	},
	FieldDatetime: {
		takes: map[string]any{
			"2026-03-31 15:04": "2026-03-31T13:04:00Z", "2026-03-31T15:04": "2026-03-31T13:04:00Z", "2026-03-31T15:04:05+05:00": "2026-03-31T10:04:05Z",
			"2026-01-31": "2026-01-30T23:00:00Z", "31.03.2026, 15:04": "2026-03-31T13:04:00Z", "2026-03-31T13:04:00Z": "2026-03-31T13:04:00Z",
		},
		refuses: map[string]string{"2026-03-31 25:00": "not a date with a time", "03/04/2026 10:00": "month first", "noon": "not a date with a time"},
	},
	FieldTime:  {takes: map[string]any{"15:04": "15:04", "3:04 pm": "15:04", "09:30:00": "09:30"}, refuses: map[string]string{"24:30": "not a time of day", "soon": "15:04"}},
	FieldEmail: {takes: map[string]any{"Anna@EXAMPLE.com": "Anna@example.com"}, refuses: map[string]string{"anna": "not an email address", "a@b.c, d@e.f": "not an email"}},
	FieldTel:   {takes: map[string]any{"+49 (30) 90-18": "+49 (30) 90-18"}, json: map[string]any{"49301234": "49301234"}, refuses: map[string]string{"call me": "not a phone", "12": "three digits"}},
	FieldURL: {
		takes:   map[string]any{"https://example.com/a?b=c#d": "https://example.com/a?b=c#d", "HTTP://example.com": "HTTP://example.com"},
		refuses: map[string]string{"example.com": "Begin the web address", "javascript:alert(1)": "and not with javascript:", "https://": "names no site", "https://a b": "not a web address"},
	},
	FieldCountry: {
		takes: map[string]any{
			"de": "DE", "Germany": "DE", "cote d'ivoire": "CI", "Côte d’Ivoire": "CI", "USA": "US", "Bosnia and Herzegovina": "BA", "Saint Lucia": "LC",
			"UNITED KINGDOM": "GB", "Türkiye": "TR",
		},
		refuses: map[string]string{"Atlantis": "There is no country “Atlantis”", "XX": "There is no country"},
	},
	FieldRegion:   {takes: map[string]any{"Bavaria": "Bavaria"}, refuses: map[string]string{"a\nb": "Line breaks"}},
	FieldLocale:   {takes: map[string]any{"pt_br": "pt-BR", "de": "de"}, refuses: map[string]string{"german": "There is no language", "x": "There is no language"}},
	FieldTimezone: {takes: map[string]any{"Europe/Berlin": "Europe/Berlin"}, refuses: map[string]string{"Local": "There is no time zone", "Berlin": "Europe/Berlin"}},
}

func TestEveryTypeTakesValuesFromJSONFormsAndFilesAlike(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range FieldTypes {
		test, ok := fieldCases[kind]
		if !ok {
			t.Fatalf("the type %s has no cases", kind)
		}
		field := test.field
		field.Alias, field.Label, field.Type, field.IsPublished = "f", "F", kind, true
		set := NewFieldSet([]Field{field}, berlin)
		test.takes[" "] = nil // empty, whatever the type
		for text, want := range test.takes {
			takes(t, set, text, want)
			// A file says the same, and so does its own text when it is read again.
			reader := &rowReader{columns: []ImportColumn{{Field: "email"}, {Field: "fields.f"}}, zone: berlin}
			reader.know(importFields{"f": field})
			row, problem := reader.read(2, []string{"a@example.com", text})
			if problem != nil || !reflect.DeepEqual(row.contact.Fields["f"], want) {
				t.Errorf("%s: the file's %q became %#v (%s), want %#v", kind, text, row.contact.Fields["f"], problem, want)
			}
			takes(t, set, field.Text(want), want)
		}
		for document, want := range test.json {
			var given any
			if err := json.Unmarshal([]byte(document), &given); err != nil {
				t.Fatal(err)
			}
			takes(t, set, given, want)
		}
		for text, says := range test.refuses {
			_, err := set.Value("f", text)
			if domain.KindOf(err) != domain.KindInvalid || !strings.HasPrefix(err.Error(), "fields.f: ") || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %.30q: got %v, want a refusal that says %q", kind, text, err, says)
			}
		}
		if _, err := set.Value("f", map[string]any{}); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%s: an object is taken", kind)
		}
	}
}

func takes(t *testing.T, set FieldSet, given, want any) {
	t.Helper()
	if got, err := set.Value("f", given); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %#v became %#v (%v), want %#v", set.fields[0].Type, given, got, err, want)
	}
}

func TestValuesAreShownInWords(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("", 3600)
	for _, test := range []struct {
		field Field
		value any
		want  string
	}{
		{Field{Type: FieldSelect, Options: sizes}, "xl, xxl", "Huge <b>"},
		{Field{Type: FieldSelect, Options: sizes}, "gone", "gone"},
		{Field{Type: FieldMultiselect, Options: sizes}, []any{"s", "m"}, "Small, Medium"},
		{Field{Type: FieldBoolean}, false, "No"},
		{Field{Type: FieldNumber}, 1234.5, "1234.5"},
		{Field{Type: FieldDate}, "2026-03-01", "1 March 2026"},
		{Field{Type: FieldDatetime}, "2026-03-01T14:04:00Z", "1 March 2026, 15:04"},
		{Field{Type: FieldCountry}, "CI", "Côte d'Ivoire"},
		{Field{Type: FieldLocale}, "pt-BR", "Brazilian Portuguese"},
		{Field{Type: FieldText}, nil, ""},
	} {
		if got := test.field.Show(test.value, berlin); got != test.want {
			t.Errorf("%s: %v is shown as %q, want %q", test.field.Type, test.value, got, test.want)
		}
	}
}

func TestCountriesAreThoseOfISO3166(t *testing.T) {
	t.Parallel()
	if len(Countries) != 249 || len(countryNames) != 249 {
		t.Errorf("there are %d countries with %d codes, want 249", len(Countries), len(countryNames))
	}
}

func TestAliasesAreMadeOfLabels(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{
		"Favourite colour": "favourite_colour", "Schuhgröße (EU)": "schuhgroesse_eu", "Prénom d’usage": "prenom_d_usage",
		"2nd address": "field_2nd_address", "名前": "field", "__a--b__": "a_b", strings.Repeat("long ", 20): "long_long_long_long_long_long_long_long_long_long_long_long_long",
	} {
		if got := fieldAlias(label); got != want {
			t.Errorf("%q: got %q, want %q", label, got, want)
		}
	}
}
