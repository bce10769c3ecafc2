package twilio

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// tokenParam names the message in the address of a status callback.
const tokenParam = "m"

// Messaging is what a Receiver hands on to.
type Messaging interface {
	TakeFeedback(ctx context.Context, list []messaging.Feedback) error
	ReceiveSMS(ctx context.Context, r messaging.ReceivedSMS) error
	ReadStatus(token string) (sid string, ok bool)
}

// Receiver takes what Twilio posts: the status of SMS, and what people write.
type Receiver struct {
	BaseURL   string // how Twilio reaches us, as it signs: never what a request says of itself
	AuthToken string
	Messaging Messaging
}

// Status takes a status callback, which Twilio posted to a path of ours with its query. An error of
// KindForbidden says that it is forged.
func (r *Receiver) Status(ctx context.Context, path string, body []byte, signature string) error {
	form, err := r.open(path, body, signature)
	if err != nil {
		return err
	}
	report := status{
		providerID: form["MessageSid"], status: form["MessageStatus"], to: form["To"], detail: form["ErrorMessage"],
	}
	report.code, _ = strconv.Atoi(form["ErrorCode"])
	if _, query, ok := strings.Cut(path, "?"); ok {
		if values, err := url.ParseQuery(query); err == nil {
			if sid, ok := r.Messaging.ReadStatus(values.Get(tokenParam)); ok {
				report.sid = sid
			}
		}
	}
	feedback, ok := report.feedback()
	if !ok {
		return nil // a status that tells nothing
	}
	return r.Messaging.TakeFeedback(ctx, []messaging.Feedback{feedback})
}

// Inbound takes an SMS that somebody sent to a number of ours, with the same errors as Status.
func (r *Receiver) Inbound(ctx context.Context, path string, body []byte, signature string) error {
	form, err := r.open(path, body, signature)
	if err != nil {
		return err
	}
	if form["MessageSid"] == "" {
		return domain.Invalid("", "The message has no SID.")
	}
	return r.Messaging.ReceiveSMS(ctx, messaging.ReceivedSMS{
		Provider: "twilio", ProviderID: form["MessageSid"], From: form["From"], Text: form["Body"], Keyword: optOutTypes[form["OptOutType"]],
	})
}

// optOutTypes are what Twilio understood and has answered by itself.
var optOutTypes = map[string]messaging.Keyword{
	"STOP": messaging.KeywordStop, "START": messaging.KeywordStart, "HELP": messaging.KeywordHelp,
}

// open checks the signature over the public address and the form, and returns the form. It is parsed
// once: what was signed is what is used.
func (r *Receiver) open(path string, body []byte, signature string) (map[string]string, error) {
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, domain.Forbidden("The form can't be read.")
	}
	form := make(map[string]string, len(values))
	for name, list := range values {
		form[name] = list[0]
	}
	validator := client.NewRequestValidator(r.AuthToken)
	if signature == "" || !validator.Validate(r.BaseURL+path, form, signature) {
		return nil, domain.Forbidden("The signature is not Twilio's.")
	}
	return form, nil
}

// status is what Twilio says of an SMS.
type status struct {
	sid, providerID, status, to, detail string
	code                                int
	at                                  time.Time
}

// kinds are the statuses that tell something.
var kinds = map[string]messaging.FeedbackKind{
	"accepted": messaging.FeedbackAccepted, "scheduled": messaging.FeedbackAccepted, "queued": messaging.FeedbackAccepted,
	"sending": messaging.FeedbackAccepted, "sent": messaging.FeedbackAccepted,
	"delivered": messaging.FeedbackDelivered, "read": messaging.FeedbackDelivered,
	"undelivered": messaging.FeedbackBounced, "failed": messaging.FeedbackBounced, "canceled": messaging.FeedbackRejected,
}

func (s status) feedback() (messaging.Feedback, bool) {
	kind, known := kinds[s.status]
	if !known || s.providerID == "" {
		return messaging.Feedback{}, false
	}
	f := messaging.Feedback{
		Key: s.providerID + "/" + s.status, Provider: "twilio", Kind: kind, Sid: s.sid, ProviderID: s.providerID, Recipient: s.to, At: s.at,
	}
	if kind == messaging.FeedbackBounced {
		known := code{soft, domain.Keep("The carrier does not say why.")}
		if s.code != 0 {
			known = meaning(s.code)
		}
		f.Bounce = messaging.Bounce{SubType: strconv.Itoa(s.code), Class: bounceClasses[known.action]}
		f.Detail = strings.TrimSpace(known.reason.English() + " " + s.detail)
	}
	return f, true
}
