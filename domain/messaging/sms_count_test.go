package messaging_test

import (
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain/messaging"
)

func TestSMSAreCountedAsProvidersCountThem(t *testing.T) {
	t.Parallel()
	x := func(n int) string { return strings.Repeat("x", n) }
	for name, test := range map[string]struct {
		text             string
		encoding         messaging.Encoding
		units            int
		parts, remaining int
	}{
		"nothing":                            {"", messaging.GSM7, 0, 0, 160},
		"one letter":                         {"x", messaging.GSM7, 1, 1, 159},
		"all that fits":                      {x(160), messaging.GSM7, 160, 1, 0},
		"one more":                           {x(161), messaging.GSM7, 161, 2, 145},
		"two full parts":                     {x(306), messaging.GSM7, 306, 2, 0},
		"three parts":                        {x(307), messaging.GSM7, 307, 3, 152},
		"umlauts and Greek are GSM":          {"ÄÖÜßäöüñ¿¡àéèΔΦΓ", messaging.GSM7, 16, 1, 144},
		"the extension takes two each":       {"^{}\\[~]|€", messaging.GSM7, 18, 1, 142},
		"80 euros":                           {strings.Repeat("€", 80), messaging.GSM7, 160, 1, 0},
		"an escape is not torn apart":        {x(152) + "€" + x(152), messaging.GSM7, 306, 3, 152},
		"a line break is one":                {"a\nb", messaging.GSM7, 3, 1, 157},
		"a curly quote":                      {"it’s", messaging.UCS2, 4, 1, 66},
		"70 of UCS-2":                        {"’" + x(69), messaging.UCS2, 70, 1, 0},
		"71 of UCS-2":                        {"’" + x(70), messaging.UCS2, 71, 2, 63},
		"an emoji takes two":                 {"🎉", messaging.UCS2, 2, 1, 68},
		"a family of emoji":                  {"👨‍👩‍👧", messaging.UCS2, 8, 1, 62},
		"35 emoji":                           {strings.Repeat("🎉", 35), messaging.UCS2, 70, 1, 0},
		"36 emoji, none torn apart":          {strings.Repeat("🎉", 36), messaging.UCS2, 72, 2, 61},
		"the extension is single in UCS-2":   {"’€€", messaging.UCS2, 3, 1, 67},
		"c with cedilla is not GSM in small": {"ç", messaging.UCS2, 1, 1, 69},
		"Polish":                             {"Łukasz", messaging.UCS2, 6, 1, 64},
		"a backtick is not GSM":              {"`", messaging.UCS2, 1, 1, 69},
		"a tab is not GSM":                   {"a\tb", messaging.UCS2, 3, 1, 67},
		"a no-break space is not GSM":        {"a\u00a0b", messaging.UCS2, 3, 1, 67},
		"Chinese":                            {"你好", messaging.UCS2, 2, 1, 68},
	} {
		got := messaging.CountSMS(test.text)
		if got.Encoding != test.encoding || got.Units != test.units || got.Parts != test.parts || got.Remaining != test.remaining {
			t.Errorf("%s: %+v, want %+v", name, got, test)
		}
	}
}

func TestOffendingCharactersAreNamedWithTheirPlace(t *testing.T) {
	t.Parallel()
	got := messaging.CountSMS("Don’t\u00a0miss 🎉!").Offending
	want := []messaging.Offending{{'’', 4, "'"}, {'\u00a0', 6, " "}, {'🎉', 12, ""}}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
	if got[0].String() != "“’”" || got[1].String() != "a no-break space" {
		t.Errorf("got %s, %s", got[0], got[1])
	}
}

func TestWhatPeopleMayWriteInsteadIsInTheAlphabet(t *testing.T) {
	t.Parallel()
	for _, offending := range messaging.CountSMS("‘’‚“”„–—‐−…•\u00a0\u202f\u2009\t\u2028`´çáíóú").Offending {
		if offending.Instead == "" || messaging.CountSMS(offending.Instead).Encoding != messaging.GSM7 {
			t.Errorf("%s: %q", offending, offending.Instead)
		}
	}
}

func TestTheLimitIsCountedInCodeUnits(t *testing.T) {
	t.Parallel()
	for text, tooLong := range map[string]bool{
		strings.Repeat("x", 1600): false, strings.Repeat("x", 1601): true, strings.Repeat("🎉", 800): false, strings.Repeat("🎉", 801): true,
		strings.Repeat("€", 1600): false, // 3,200 septets are still 1,600 characters
	} {
		if messaging.CountSMS(text).TooLong() != tooLong {
			t.Errorf("%.8q of %d bytes: want %v", text, len(text), tooLong)
		}
	}
}
