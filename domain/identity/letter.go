package identity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// Letter is a mail of the program to one person about their access. It holds a link that lets its
// reader in, so nobody keeps its text.
type Letter struct {
	To, Subject, Text string
}

// Translate says a phrase in a language, a BCP 47 tag or "" for English.
type Translate func(language string, p *domain.Phrase) string

// english is what letters speak until the program is told how to translate.
func english(_ string, p *domain.Phrase) string { return p.String() }

// Mail sends letters: *messaging.Service.
type Mail interface {
	// SendLetter makes one attempt. A *domain.Error says in a sentence why it was not sent.
	SendLetter(ctx context.Context, org domain.OrgID, l Letter) error
}

// MailBy says who sends letters. Call it before the first use case that needs it; until then they
// can't be sent.
func (s *Service) MailBy(mail Mail) { s.mail = mail }

// noMail stands in until MailBy was called.
type noMail struct{}

func (noMail) SendLetter(context.Context, domain.OrgID, Letter) error {
	return domain.Unavailable("Mails can't be sent here.")
}

// paragraphs writes phrases with an empty line between them.
func (s *Service) paragraphs(language string, phrases ...*domain.Phrase) string {
	said := make([]string, len(phrases))
	for i, phrase := range phrases {
		said[i] = s.translate(language, phrase)
	}
	return strings.Join(said, "\n\n") + "\n"
}

// newToken returns 256 random bits, for a link.
func newToken() string {
	token := make([]byte, 32)
	rand.Read(token)
	return base64.RawURLEncoding.EncodeToString(token)
}

// errDeadLink is the answer to every link that does not work, whatever the reason.
func errDeadLink() error {
	return domain.NotFound("This link does not work, or not any more. Ask for a new one.")
}
