package crm

import (
	"net/url"
	"strings"

	"golang.org/x/text/language"

	"github.com/mauntic/mauntic/domain"
)

// readNamed reads values that name something outside: an address, a number, a place, a language.
var readNamed = map[FieldType]func(text string) (value string, problem *domain.Phrase){
	FieldEmail: func(text string) (string, *domain.Phrase) {
		address, err := NormalEmail(text)
		if err != nil {
			return "", domain.Say("This is not an email address.")
		}
		return address, nil
	},
	FieldTel:      readTel,
	FieldURL:      readURL,
	FieldCountry:  readCountry,
	FieldLocale:   readLocale,
	FieldTimezone: readTimeZone,
}

// readTel takes a number as it is typed: what can't be dialled from abroad is still worth knowing.
func readTel(text string) (value string, problem *domain.Phrase) {
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-/(). #*xtEeXT", r):
			return "", domain.Say("This is not a phone number. Write it like +49 30 901820.")
		}
	}
	if digits < 3 {
		return "", domain.Say("A phone number has at least three digits.")
	}
	return text, nil
}

func readURL(text string) (value string, problem *domain.Phrase) {
	address, err := url.Parse(text)
	switch {
	case err != nil || strings.ContainsAny(text, " \t"):
		return "", domain.Say("This is not a web address. Write it like https://example.com/page.")
	case address.Scheme == "" || strings.Contains(address.Scheme, "."):
		return "", domain.Say("Begin the web address with https:// or http://.")
	case address.Scheme != "http" && address.Scheme != "https":
		return "", domain.Say("Web addresses begin with https:// or http://, and not with %s:.", shorten(address.Scheme, 20))
	case address.Hostname() == "":
		return "", domain.Say("This web address names no site. Write it like https://example.com/page.")
	}
	return text, nil
}

// readCountry takes a code of ISO 3166-1 or an English name.
func readCountry(text string) (value string, problem *domain.Phrase) {
	plain := strings.ReplaceAll(text, "’", "'")
	for _, name := range []string{strings.ToLower(plain), plainLetters(plain)} {
		if code, known := countryCodes[name]; known {
			return code, nil
		}
	}
	return "", domain.Say("There is no country “%s”. Write its English name, or its code of two letters such as DE.", shorten(text, 60))
}

// readLocale takes a tag of BCP 47, with - or _ between its parts.
func readLocale(text string) (value string, problem *domain.Phrase) {
	tag, err := language.Parse(text)
	if err != nil || tag == language.Und || len(tag.String()) > 35 {
		return "", domain.Say("There is no language “%s”. Write it like de or pt-BR.", shorten(text, 40))
	}
	return tag.String(), nil
}

func readTimeZone(text string) (value string, problem *domain.Phrase) {
	if !knownTimeZone(text) {
		return "", domain.Say("There is no time zone “%s”. Write it like Europe/Berlin.", shorten(text, 64))
	}
	return text, nil
}
