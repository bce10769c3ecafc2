package crm_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/mauntic/mauntic/domain/crm"
)

func TestEmailAddressesAreNormalised(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		" anna@example.com ":       "anna@example.com",
		"Anna+news@EXAMPLE.Com":    "Anna+news@example.com",
		"anna@Bücher.example":      "anna@xn--bcher-kva.example",
		"o'neil_x.y-z@sub.ex.test": "o'neil_x.y-z@sub.ex.test",
		"anna@b-c.co.uk":           "anna@b-c.co.uk",
	} {
		if got, err := crm.NormalEmail(typed); got != want {
			t.Errorf("%q: got %q, %v, want %q", typed, got, err, want)
		}
	}
}

func TestWhatIsNoEmailAddressIsRefused(t *testing.T) {
	t.Parallel()
	for _, typed := range []string{
		"", "@", "anna", "anna@", "@example.com", "anna@localhost", "anna@example..com", "anna..b@example.com",
		"anna berg@example.com", "Anna <anna@example.com>", "a@example.com,b@example.com", `"anna"@example.com`,
		"anna@[127.0.0.1]", "änna@example.com", "anna@exa_mple.com", "anna@-example.com", "anna@example.com\nBcc: eve@example.com",
		strings.Repeat("a", 65) + "@example.com", "anna@" + strings.Repeat("a.", 150) + "com", "anna(comment)@example.com",
	} {
		if got, err := crm.NormalEmail(typed); err == nil {
			t.Errorf("%q was taken for %q", typed, got)
		}
	}
}

func TestOnlyInternationalPhoneNumbersAreUnderstood(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"+49 (0) 30 901820": "+4930901820",
		"0049 30 901820":    "+4930901820",
		"+1 212-555-0123":   "+12125550123",
		"030 901820":        "",
		"+49":               "",
		"call me":           "",
		"":                  "",
	} {
		got := ""
		if e164 := crm.PhoneE164(typed); e164 != nil {
			got = *e164
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

// A number that is diallable as it stands is not parsed: that must never say anything else than parsing.
func TestDiallableNumbersAreWhatParsingMakesOfThem(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	understood := 0
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			example := phonenumbers.GetExampleNumberForType(region, kind)
			if example == nil {
				continue
			}
			for range 12 {
				typed := misdial(random, phonenumbers.Format(example, phonenumbers.E164))
				want := ""
				if parsed, err := phonenumbers.Parse(typed, ""); err == nil && phonenumbers.IsValidNumber(parsed) {
					want = phonenumbers.Format(parsed, phonenumbers.E164)
					understood++
				}
				if got := crm.PhoneE164(typed); (got == nil) != (want == "") || got != nil && *got != want {
					t.Errorf("%s, %q: got %v, want %q", region, typed, got, want)
				}
			}
		}
	}
	if understood < 1000 {
		t.Errorf("only %d numbers were understood", understood)
	}
}

// misdial changes some digits of a number, or puts some in, and writes it as people do.
func misdial(random *rand.Rand, e164 string) string {
	digits := []byte(e164)
	for range random.IntN(4) {
		digits[3+random.IntN(len(digits)-3)] = byte('0' + random.IntN(10))
	}
	if random.IntN(3) == 0 {
		digits = slices.Insert(digits, 3, byte('0'+random.IntN(10)))
	}
	if random.IntN(3) == 0 {
		digits = slices.Insert(digits, 6, " -.("[random.IntN(4)])
	}
	return string(digits)
}
