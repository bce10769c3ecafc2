// Package sns takes what Amazon SES tells about messages, as Amazon SNS brings it: it checks that
// SNS has signed it for one of our topics, and turns events of SES into feedback.
package sns

import (
	"encoding/json"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// MaxBody is the largest envelope that is read. SNS carries at most 256 KiB of message, which JSON
// may write in twice as much.
const MaxBody = 512 << 10

// The types of envelopes.
const (
	TypeNotification = "Notification"
	TypeConfirmation = "SubscriptionConfirmation"
	TypeUnsubscribed = "UnsubscribeConfirmation"
)

// Envelope is what SNS posts to an HTTPS address, and puts into a queue without raw delivery.
type Envelope struct {
	Type             string
	MessageID        string `json:"MessageId"`
	TopicARN         string `json:"TopicArn"`
	Subject          *string
	Message          string
	Timestamp        string
	Token            string // of a confirmation
	SubscribeURL     string
	SignatureVersion string
	Signature        string // base64
	SigningCertURL   string
}

// ParseEnvelope reads an envelope without believing it.
func ParseEnvelope(body []byte) (Envelope, error) {
	var e Envelope
	if len(body) > MaxBody {
		return e, domain.TooLarge("", "A notification has at most %d KiB.", MaxBody>>10)
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return e, forged("it is not JSON as SNS writes it")
	}
	const longestID = 100
	switch {
	case e.Type != TypeNotification && e.Type != TypeConfirmation && e.Type != TypeUnsubscribed:
		return e, forged("its type is not known")
	case e.MessageID == "" || len(e.MessageID) > longestID || !domain.IsText(e.MessageID):
		return e, forged("it has no message id")
	}
	return e, nil
}

// canonical is what SNS signs: names and values in the order of their names, each on a line. Which
// ones depends on the type.
// https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
func (e Envelope) canonical() []byte {
	var b strings.Builder
	line := func(name, value string) { b.WriteString(name + "\n" + value + "\n") }
	line("Message", e.Message)
	line("MessageId", e.MessageID)
	if e.Type == TypeNotification {
		if e.Subject != nil {
			line("Subject", *e.Subject)
		}
	} else {
		line("SubscribeURL", e.SubscribeURL)
	}
	line("Timestamp", e.Timestamp)
	if e.Type != TypeNotification {
		line("Token", e.Token)
	}
	line("TopicArn", e.TopicARN)
	line("Type", e.Type)
	return []byte(b.String())
}

// forged says why an envelope is not believed. The reason is for our log.
func forged(why string) error {
	return domain.Forbidden("This is not a notification for us: %s.", why)
}
