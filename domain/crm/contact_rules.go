package crm

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// maxSearch bounds what people may type into a search box.
const maxSearch = search.MaxLength

// normalize brings the core fields of c into their normal form and says what is wrong with them,
// besides what was found already.
func (c *Contact) normalize(findings domain.Findings) error {
	for _, text := range contactTexts {
		value := *text.of(c)
		if value == nil {
			continue
		}
		if problem := textProblem(*value, text.max); problem != nil {
			findings.Say(text.name, problem)
		}
	}
	if err := CheckPoints(c.Points); err != nil {
		findings.Say("points", err.Phrase())
	}
	if c.PreferredChannel != nil && !slices.Contains(Channels, *c.PreferredChannel) {
		findings.Add("preferredChannel", "The preferred channel is email, sms or push.")
	}
	if err := findings.Err(); err != nil {
		return err
	}
	if c.Email != nil {
		email, err := NormalEmail(*c.Email)
		if err != nil {
			return err
		}
		c.Email = &email
	}
	c.PhoneE164 = nil
	if c.Phone != nil {
		c.PhoneE164 = PhoneE164(*c.Phone)
	}
	if c.TimeZone != nil && !knownTimeZone(*c.TimeZone) {
		return domain.Invalid("timeZone", "There is no time zone %q. Write it like Europe/Berlin.", *c.TimeZone)
	}
	if c.Locale != nil {
		tag, problem := readLocale(*c.Locale)
		if problem != nil {
			return domain.Refuse(domain.KindInvalid, "locale", problem)
		}
		c.Locale = &tag
	}
	return nil
}

// CheckPoints refuses a number of points that no contact can have.
func CheckPoints(points int) *domain.Error {
	if points > math.MaxInt32 || points < math.MinInt32 {
		return domain.Invalid("points", "Points must lie between %d and %d.", math.MinInt32, math.MaxInt32)
	}
	return nil
}

// textProblem says in a sentence why text can't be a short field, or nil.
func textProblem(text string, maxLength int) *domain.Phrase {
	switch {
	case !utf8.ValidString(text):
		return domain.Say("This is not readable text.")
	case strings.ContainsFunc(text, unicode.IsControl):
		return domain.Say("Line breaks and control characters are not allowed here.")
	case utf8.RuneCountInString(text) > maxLength:
		return domain.Say("At most %s characters are allowed, and these are %s.", domain.Number(maxLength), domain.Number(utf8.RuneCountInString(text)))
	}
	return nil
}

// longTextProblem is textProblem for text of several lines.
func longTextProblem(text string, maxLength int) *domain.Phrase {
	flat := strings.NewReplacer("\r\n", "\n", "\n", " ", "\t", " ").Replace(text)
	if strings.ContainsFunc(flat, unicode.IsControl) {
		return domain.Say("Control characters are not allowed here.")
	}
	return textProblem(flat, maxLength)
}

func checkSearch(text string) error {
	if problem := textProblem(text, maxSearch); problem != nil {
		return domain.Refuse(domain.KindInvalid, "search", problem)
	}
	return nil
}

// knownTimeZone knows IANA names only; "Local" would mean another zone on each server.
func knownTimeZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
