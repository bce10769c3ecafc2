package crm

import (
	"net/mail"
	"strconv"
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
		return "", domain.Invalid("email", "“%.100s” can't be reached: before the @ only plain letters, digits and signs are allowed.", typed)
	}
	host, err = hostNames.ToASCII(host)
	if err != nil || !strings.Contains(host, ".") || len(local) > 64 || len(local)+len(host) > 253 {
		return "", invalidEmail(typed)
	}
	return local + "@" + host, nil
}

func invalidEmail(typed string) error {
	return domain.Invalid("email", "“%.100s” is not an email address.", typed)
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
	if e164 := separators.Replace(number); isDiallable(e164) {
		return &e164
	}
	parsed, err := phonenumbers.Parse(number, "")
	if err != nil || !phonenumbers.IsValidNumber(parsed) {
		return nil
	}
	e164 := phonenumbers.Format(parsed, phonenumbers.E164)
	return &e164
}

// separators are what people write between the digits of a number.
var separators = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "")

// isDiallable says whether a text is a number that providers dial as it stands. To find that out takes a
// quarter of the time of reading everything else that people write, which an import does for each row.
func isDiallable(e164 string) bool {
	const shortest, longest = 8, 16
	if len(e164) < shortest || len(e164) > longest || strings.Trim(e164[1:], "0123456789") != "" {
		return false
	}
	countries := phonenumbers.GetSupportedCallingCodes()
	for digits := 1; digits <= 3; digits++ {
		code, _ := strconv.ParseInt(e164[1:1+digits], 10, 32) // they are digits
		if !countries[int(code)] {
			continue
		}
		if e164[1+digits] == '0' { // to be dialled only within some countries
			return false
		}
		national, _ := strconv.ParseUint(e164[1+digits:], 10, 64)
		return phonenumbers.IsValidNumber(&phonenumbers.PhoneNumber{CountryCode: new(int32(code)), NationalNumber: &national})
	}
	return false
}
