package messaging

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
)

// Bounds of what a marketer writes for phones.
const (
	maxBody         = 5000 // characters of Liquid
	maxValidMinutes = 600  // ten hours are the longest that Twilio knows
)

// normal returns in as it is kept: browsers send line breaks as CR LF.
func (in SMSInput) normal() SMSInput {
	in.Name = strings.Trim(in.Name, " ")
	in.Body = strings.ReplaceAll(in.Body, "\r\n", "\n")
	return in
}

// Validate returns every finding at once. An SMS without a body may be saved; it can't be sent.
func (in SMSInput) Validate() error {
	var found domain.Findings
	if in.Name == "" {
		found.Add("name", "Give the SMS a name.")
	}
	checkLine(&found, "name", in.Name, maxName)
	checkBody(&found, in.Body)
	if in.ValidMinutes < 0 || in.ValidMinutes > maxValidMinutes {
		found.Add("validMinutes", "Choose between 1 and %d minutes, or leave it empty.", maxValidMinutes)
	}
	return found.Err()
}

func checkBody(found *domain.Findings, body string) {
	if utf8.RuneCountInString(body) > maxBody {
		found.Add("body", "This may have %d characters at most.", maxBody)
		return
	}
	checkLiquid(found, "body", body)
}

// sendable says what is missing before t can be sent.
func (t SMS) sendable() error {
	if strings.TrimSpace(t.Body) == "" {
		return domain.Invalid("body", "The SMS “%s” is empty.", t.Name)
	}
	return nil
}

// phoneText makes a text fit for phones: no control characters but line breaks, no blanks around it.
func phoneText(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	return strings.TrimSpace(text)
}

// checkText says why a text can't be one SMS.
func checkText(text, name string) error {
	switch count := CountSMS(text); {
	case text == "":
		return domain.Invalid("body", "The SMS “%s” is empty for this contact.", name)
	case count.TooLong():
		return domain.Invalid("body", "The SMS “%s” has %d characters for this contact; %d are the most that can be sent.", name, count.Characters, MaxSMS)
	}
	return nil
}
