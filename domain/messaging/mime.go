package messaging

import (
	"bytes"
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// maxMIME is the size above which providers refuse or throttle.
const maxMIME = 10 << 20

// mime writes the whole message: a text part, and HTML where there is any, for one recipient.
func (s *Service) mime(org domain.OrgID, d Draft, r Rendered, links publicLinks, to string) ([]byte, error) {
	from, err := crm.NormalEmail(r.from.Address)
	if err != nil {
		return nil, domain.Invalid("fromEmail", "The sender address can't be used: %s", domain.PhraseOf(err))
	}
	if err := r.oneLined(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&mail.Address{Name: r.from.Name, Address: from})
	msg.ToMailAddress(&mail.Address{Address: to})
	if r.ReplyTo != "" {
		replyTo, err := crm.NormalEmail(r.ReplyTo)
		if err != nil {
			return nil, domain.Invalid("replyTo", "The reply-to address can't be used: %s", domain.PhraseOf(err))
		}
		msg.ReplyToMailAddress(&mail.Address{Address: replyTo})
	}
	msg.Subject(r.Subject)
	msg.SetMessageIDWithValue(d.Message.Sid + from[strings.LastIndexByte(from, '@'):])
	msg.SetDateWithValue(s.now())
	setClassHeaders(msg, org, d.Message, links)
	if d.Message.Class != ClassTransactional && d.Message.Class != ClassInternal {
		msg.SetGenHeaderPreformatted("List-Id", listID(org, d.Sender.Organization, from))
	}
	msg.SetBodyString(gomail.TypeTextPlain, r.Text)
	if r.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, r.HTML)
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	if raw.Len() > maxMIME {
		return nil, domain.TooLarge("html", "The mail is larger than %d MB.", maxMIME>>20)
	}
	return raw.Bytes(), nil
}

// oneLined refuses what could end a header line. What marketers and contacts write was made one line
// before; this is the last look.
func (r *Rendered) oneLined() error {
	for field, value := range map[string]string{"fromName": r.from.Name, "replyTo": r.ReplyTo, "subject": r.Subject} {
		if strings.ContainsFunc(value, breaksHeader) {
			return domain.Invalid(field, "Line breaks and control characters are not allowed in the head of a mail.")
		}
	}
	return nil
}

// listID names the list of all who get marketing from the organization in the name of a domain
// (RFC 2919), so that people and mailboxes can sort by it.
func listID(org domain.OrgID, organization, from string) string {
	id := fmt.Sprintf("<marketing-%d.%s>", org, from[strings.LastIndexByte(from, '@')+1:])
	if name := oneLine(organization); name != "" {
		return mime.QEncoding.Encode("utf-8", quoted(name)) + " " + id
	}
	return id
}

// quoted makes a phrase a quoted string where its signs would mean something.
func quoted(phrase string) string {
	if !isASCII(phrase) || !strings.ContainsAny(phrase, `()<>[]:;@\,."`) {
		return phrase
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(phrase) + `"`
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// setClassHeaders sets what marketing must have and what transactional mail should have.
func setClassHeaders(msg *gomail.Msg, org domain.OrgID, m Message, links publicLinks) {
	if m.Class == ClassTransactional || m.Class == ClassInternal {
		msg.SetGenHeader("Auto-Submitted", "auto-generated")
		return
	}
	unsubscribe := "<" + links.unsubscribe + ">"
	if links.unsubscribeMail != "" { // after the link: mail programs take the first that they know
		unsubscribe += ",\r\n <mailto:" + links.unsubscribeMail + "?subject=unsubscribe>"
	}
	msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, unsubscribe)
	msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	campaign := int64(0)
	if m.CampaignID != nil {
		campaign = *m.CampaignID
	}
	msg.SetGenHeader("Feedback-ID", fmt.Sprintf("%d:%d:%s:mauntic", campaign, org, m.Class))
}
