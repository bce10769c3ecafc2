package crm

import (
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/search"
)

// maxSearch bounds what people may type into a search box.
const maxSearch = search.MaxLength

// normalize brings the fields of c into their normal form and says what is wrong with them.
func (c *Contact) normalize() error {
	var findings domain.Findings
	for _, text := range c.texts() {
		if *text.value == nil {
			continue
		}
		if problem := textProblem(**text.value, text.max); problem != "" {
			findings.Add(text.name, "%s", problem)
		}
	}
	if err := CheckPoints(c.Points); err != nil {
		findings.Add("points", "%s", err.Message)
	}
	c.Fields = normalFields(c.Fields, &findings)
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
	return nil
}

// CheckPoints refuses a number of points that no contact can have.
func CheckPoints(points int) *domain.Error {
	if points > math.MaxInt32 || points < math.MinInt32 {
		return domain.Invalid("points", "Points must lie between %d and %d.", math.MinInt32, math.MaxInt32)
	}
	return nil
}

// textProblem says in a sentence why text can't be a short field, or "".
func textProblem(text string, maxLength int) string {
	switch {
	case !utf8.ValidString(text):
		return "This is not readable text."
	case strings.ContainsFunc(text, unicode.IsControl):
		return "Line breaks and control characters are not allowed here."
	case utf8.RuneCountInString(text) > maxLength:
		return "At most " + thousands(maxLength) + " characters are allowed, and these are " + thousands(utf8.RuneCountInString(text)) + "."
	}
	return ""
}

// longTextProblem is textProblem for text of several lines.
func longTextProblem(text string, maxLength int) string {
	flat := strings.NewReplacer("\r\n", "\n", "\n", " ", "\t", " ").Replace(text)
	if strings.ContainsFunc(flat, unicode.IsControl) {
		return "Control characters are not allowed here."
	}
	return textProblem(flat, maxLength)
}

func checkSearch(text string) error {
	if problem := textProblem(text, maxSearch); problem != "" {
		return domain.Invalid("search", "%s", problem)
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
