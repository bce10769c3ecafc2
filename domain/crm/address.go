package crm

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"

	"github.com/mauntic/mauntic/domain"
)

// hostNames turns the domain of an address into the form that DNS knows, or refuses it.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// NormalEmail returns an address as it is stored: without spaces around it, its domain in ASCII
// and lower case, the part before the @ as it was typed. Two addresses that differ only in case
// are the same contact.
func NormalEmail(typed string) (string, error) {
	address := strings.TrimSpace(typed)
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 || len(address) > 320 {
		return "", invalidEmail(typed)
	}
	// The parser also knows "Anna <anna@example.com>" and quoted local parts: neither is meant here.
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address {
		return "", invalidEmail(typed)
	}
	local, host := address[:at], address[at+1:]
	if !isASCII(local) {
		return "", domain.Invalid("email", "%.100q can't be reached: before the @ only plain letters, digits and signs are allowed.", typed)
	}
	host, err = hostNames.ToASCII(host)
	if err != nil || !strings.Contains(host, ".") || len(local) > 64 || len(local)+len(host) > 253 {
		return "", invalidEmail(typed)
	}
	return local + "@" + host, nil
}

func invalidEmail(typed string) error {
	return domain.Invalid("email", "%.100q is not an email address.", typed)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// PhoneE164 returns an international number (+49 …, 0049 …) in the form that providers dial, or
// nil when it can't be understood: a national number does not say its country.
func PhoneE164(typed string) *string {
	number := strings.TrimSpace(typed)
	if rest, ok := strings.CutPrefix(number, "00"); ok {
		number = "+" + rest
	}
	if !strings.HasPrefix(number, "+") {
		return nil
	}
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return nil
	}
	e164 := phonenumbers.Format(parsed, phonenumbers.E164)
	return &e164
}
