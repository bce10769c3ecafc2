package messaging

import (
	"strings"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/content"
	"github.com/mauntic/mauntic/domain/crm"
)

// Bounds of what a marketer writes, in characters.
const (
	maxName    = 191
	maxSubject = 500
)

// Sender is the organization as its emails need it.
type Sender struct {
	Organization  string
	FromName      string
	FromEmail     string
	ReplyTo       string
	PostalAddress string
	TimeZone      string
}

// normal returns in without blanks around its one-line fields.
func (in EmailInput) normal() EmailInput {
	for _, field := range []*string{&in.Name, &in.FromName, &in.FromEmail, &in.ReplyTo, &in.Subject, &in.Preheader} {
		*field = strings.Trim(*field, " ") // never line breaks: those are refused, not repaired
	}
	return in
}

// Validate returns every finding at once. An email without subject or content may be saved; it
// can't be sent.
func (in EmailInput) Validate() error {
	var found domain.Findings
	if in.Name == "" {
		found.Add("name", "Give the email a name.")
	}
	checkLine(&found, "name", in.Name, maxName)
	checkLine(&found, "fromName", in.FromName, maxName)
	checkLine(&found, "subject", in.Subject, maxSubject)
	checkLine(&found, "preheader", in.Preheader, maxSubject)
	checkAddress(&found, "fromEmail", in.FromEmail)
	checkAddress(&found, "replyTo", in.ReplyTo)
	for _, text := range []struct{ field, source string }{
		{"fromName", in.FromName}, {"subject", in.Subject}, {"preheader", in.Preheader}, {"html", in.HTML}, {"text", in.Text},
	} {
		checkLiquid(&found, text.field, text.source)
	}
	return found.Err()
}

// checkLine refuses what would break out of a mail header.
func checkLine(found *domain.Findings, field, value string, limit int) {
	switch {
	case !utf8.ValidString(value):
		found.Add(field, "This is not valid UTF-8 text.")
	case utf8.RuneCountInString(value) > limit:
		found.Add(field, "This may have %d characters at most.", limit)
	case strings.ContainsFunc(value, breaksHeader):
		found.Add(field, "Line breaks and control characters are not allowed here.")
	}
}

func checkAddress(found *domain.Findings, field, value string) {
	if value == "" {
		return
	}
	if strings.ContainsFunc(value, breaksHeader) {
		found.Add(field, "Line breaks and control characters are not allowed here.")
		return
	}
	if _, err := crm.NormalEmail(value); err != nil {
		found.Say(field, domain.PhraseOf(err))
	}
}

func checkLiquid(found *domain.Findings, field, source string) {
	if strings.ContainsRune(source, 0) || !utf8.ValidString(source) {
		found.Add(field, "This is not valid UTF-8 text.")
		return
	}
	if err := content.Check(source); err != nil {
		found.Say(field, domain.PhraseOf(err))
	}
}

// breaksHeader says whether r must not stand in a mail header: C0, DEL, C1 and the Unicode line
// and paragraph separators.
func breaksHeader(r rune) bool {
	return r < 0x20 || (r >= 0x7f && r <= 0x9f) || r == 0x2028 || r == 0x2029
}

// oneLine makes a text safe for a mail header: one line, and nothing that a mailbox would decode
// again.
func oneLine(s string) string {
	if strings.ContainsFunc(s, breaksHeader) {
		s = strings.Map(func(r rune) rune {
			if breaksHeader(r) {
				return ' '
			}
			return r
		}, s)
	}
	s = strings.ReplaceAll(s, "=?", "= ?")
	return strings.Join(strings.Fields(s), " ")
}

// sendable says what is missing before e can be sent.
func (e Email) sendable(sender Sender) error {
	var found domain.Findings
	if e.FromEmail == "" && sender.FromEmail == "" {
		found.Add("fromEmail", "The email “%s” has no sender address. Give it one, or set the default sender in the settings.", e.Name)
	}
	if e.Subject == "" {
		found.Add("subject", "The email “%s” has no subject.", e.Name)
	}
	if strings.TrimSpace(e.HTML) == "" && strings.TrimSpace(e.Text) == "" {
		found.Add("html", "The email “%s” is empty.", e.Name)
	}
	return found.Err()
}
