package crm_test

import (
	"strings"
	"testing"

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
