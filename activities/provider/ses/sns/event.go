package sns

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// maxText is how much is kept of what somebody said.
const maxText = 1000

// event is the part of SES's events that is used.
// https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
type event struct {
	EventType        string `json:"eventType"`
	NotificationType string `json:"notificationType"` // of identities without a configuration set
	Mail             struct {
		Timestamp   string              `json:"timestamp"`
		MessageID   string              `json:"messageId"`
		Destination []string            `json:"destination"`
		Tags        map[string][]string `json:"tags"`
	} `json:"mail"`
	Bounce    bounce    `json:"bounce"`
	Complaint complaint `json:"complaint"`
	Delivery  struct {
		Timestamp    string   `json:"timestamp"`
		Recipients   []string `json:"recipients"`
		SMTPResponse string   `json:"smtpResponse"`
	} `json:"delivery"`
	Delay struct {
		Timestamp  string      `json:"timestamp"`
		DelayType  string      `json:"delayType"`
		Recipients []recipient `json:"delayedRecipients"`
	} `json:"deliveryDelay"`
	Reject struct {
		Reason string `json:"reason"`
	} `json:"reject"`
	Failure struct {
		ErrorMessage string `json:"errorMessage"`
		TemplateName string `json:"templateName"`
	} `json:"failure"`
	Subscription subscription `json:"subscription"`
}

type bounce struct {
	Type       string      `json:"bounceType"`
	SubType    string      `json:"bounceSubType"`
	Timestamp  string      `json:"timestamp"`
	Recipients []recipient `json:"bouncedRecipients"`
}

type complaint struct {
	FeedbackType string      `json:"complaintFeedbackType"`
	SubType      string      `json:"complaintSubType"`
	Timestamp    string      `json:"timestamp"`
	UserAgent    string      `json:"userAgent"`
	Recipients   []recipient `json:"complainedRecipients"`
}

type recipient struct {
	Address        string `json:"emailAddress"`
	Status         string `json:"status"`
	DiagnosticCode string `json:"diagnosticCode"`
}

// subscription is a change by the list management of SES.
type subscription struct {
	Timestamp string `json:"timestamp"`
	New       struct {
		UnsubscribeAll bool `json:"unsubscribeAll"`
		Topics         []struct {
			Status string `json:"subscriptionStatus"`
		} `json:"topicSubscriptionStatus"`
	} `json:"newTopicPreferences"`
}

// Feedback returns what a notification tells: one report for each recipient. What is no event of
// SES, and what does not concern us, is nothing.
func (e Envelope) Feedback() ([]messaging.Feedback, error) {
	return Feedback([]byte(e.Message), parseTime(e.Timestamp))
}

// Feedback reads an event of SES that was published at a time, which is zero when nobody said so.
// Other texts, such as the one by which SES tries a new topic, and kinds of events that don't concern
// us tell nothing. An error means that the event belongs to a kind that we know, but does not look
// like it.
func Feedback(message []byte, published time.Time) ([]messaging.Feedback, error) {
	var kind struct {
		EventType        string `json:"eventType"`
		NotificationType string `json:"notificationType"`
	}
	if json.Unmarshal(message, &kind) != nil {
		return nil, nil //nolint:nilerr // no event of SES
	}
	read, known := kinds[strings.ReplaceAll(cmp.Or(kind.EventType, kind.NotificationType), " ", "")]
	if !known {
		return nil, nil
	}
	var e event
	if err := json.Unmarshal(message, &e); err != nil {
		return nil, fmt.Errorf("read event of SES: %w", err)
	}
	if e.sid() == "" && e.Mail.MessageID == "" {
		return nil, fmt.Errorf("read event of SES: it names no message")
	}
	list := read(e)
	for i := range list {
		e.complete(&list[i], published)
	}
	return unique(list), nil
}

// kinds are the events that tell something. Opens and clicks are our own business.
var kinds = map[string]func(event) []messaging.Feedback{
	"Send":             event.accepted,
	"Delivery":         event.delivered,
	"DeliveryDelay":    event.delayed,
	"Bounce":           event.bounced,
	"Complaint":        event.complained,
	"Reject":           event.rejected,
	"RenderingFailure": event.unrendered,
	"Subscription":     event.unsubscribed,
}

func (e event) accepted() []messaging.Feedback {
	return e.forAll(messaging.Feedback{Kind: messaging.FeedbackAccepted})
}

func (e event) delivered() []messaging.Feedback {
	to := e.Delivery.Recipients
	if len(to) == 0 {
		to = e.Mail.Destination
	}
	return forEach(to, messaging.Feedback{Kind: messaging.FeedbackDelivered, At: parseTime(e.Delivery.Timestamp), Detail: e.Delivery.SMTPResponse})
}

func (e event) delayed() []messaging.Feedback {
	return e.forRecipients(e.Delay.Recipients, func(r recipient) messaging.Feedback {
		return messaging.Feedback{
			Kind: messaging.FeedbackDelayed, At: parseTime(e.Delay.Timestamp),
			Detail: strings.TrimSpace(e.Delay.DelayType + " " + r.DiagnosticCode),
		}
	})
}

func (e event) bounced() []messaging.Feedback {
	return e.forRecipients(e.Bounce.Recipients, func(r recipient) messaging.Feedback {
		return messaging.Feedback{
			Kind: messaging.FeedbackBounced, At: parseTime(e.Bounce.Timestamp), Detail: r.DiagnosticCode,
			Bounce: messaging.Bounce{
				Type: strings.ToLower(e.Bounce.Type), SubType: e.Bounce.SubType, Status: status(r),
				Class: classes[e.Bounce.SubType],
			},
		}
	})
}

// classes are the bounces that only SES can tell: it did not even try.
var classes = map[string]messaging.BounceClass{
	"Suppressed":               messaging.BounceSuppressed,
	"OnAccountSuppressionList": messaging.BounceSuppressed,
	"OnTenantSuppressionList":  messaging.BounceSuppressed,
	"UnsubscribedRecipient":    messaging.BounceOptOut,
}

func (e event) complained() []messaging.Feedback {
	return e.forRecipients(e.Complaint.Recipients, func(recipient) messaging.Feedback {
		at := parseTime(e.Complaint.Timestamp)
		if class, old := classes[e.Complaint.SubType]; old { // of an earlier mail: this one was not sent
			return messaging.Feedback{
				Kind: messaging.FeedbackBounced, At: at,
				Bounce: messaging.Bounce{Type: "permanent", SubType: e.Complaint.SubType, Class: class},
			}
		}
		return messaging.Feedback{
			Kind: messaging.FeedbackComplained, At: at, Complaint: e.Complaint.FeedbackType, Detail: e.Complaint.UserAgent,
		}
	})
}

func (e event) rejected() []messaging.Feedback {
	return e.forAll(messaging.Feedback{Kind: messaging.FeedbackRejected, Detail: e.Reject.Reason})
}

func (e event) unrendered() []messaging.Feedback {
	return e.forAll(messaging.Feedback{
		Kind: messaging.FeedbackRejected, Detail: strings.TrimSpace(e.Failure.TemplateName + " " + e.Failure.ErrorMessage),
	})
}

// unsubscribed tells of those who left everything. Who only changed topics, which we don't use, or
// came back, has not.
func (e event) unsubscribed() []messaging.Feedback {
	left := e.Subscription.New.UnsubscribeAll
	topics := e.Subscription.New.Topics
	out := len(topics) > 0
	for _, topic := range topics {
		out = out && strings.EqualFold(topic.Status, "OptOut")
	}
	if !left && !out {
		return nil
	}
	return e.forAll(messaging.Feedback{Kind: messaging.FeedbackUnsubscribed, At: parseTime(e.Subscription.Timestamp)})
}

// forAll repeats f for all recipients of the mail.
func (e event) forAll(f messaging.Feedback) []messaging.Feedback {
	return forEach(e.Mail.Destination, f)
}

// forRecipients makes feedback for those whom an event names, or else for all.
func (e event) forRecipients(to []recipient, about func(recipient) messaging.Feedback) []messaging.Feedback {
	if len(to) == 0 {
		return e.forAll(about(recipient{}))
	}
	var list []messaging.Feedback
	for _, r := range to {
		f := about(r)
		f.Recipient = r.Address
		list = append(list, f)
	}
	return list
}

func forEach(to []string, f messaging.Feedback) []messaging.Feedback {
	if len(to) == 0 {
		to = []string{""}
	}
	var list []messaging.Feedback
	for _, address := range to {
		f.Recipient = address
		list = append(list, f)
	}
	return list
}

// complete fills in what all feedback of an event has, and cuts what strangers wrote.
func (e event) complete(f *messaging.Feedback, published time.Time) {
	f.Provider = "ses"
	f.Sid = e.sid()
	f.ProviderID = domain.Storable(e.Mail.MessageID, 200)
	f.Recipient = domain.Storable(f.Recipient, 320)
	f.Detail = domain.Storable(f.Detail, maxText)
	f.Complaint = domain.Storable(f.Complaint, 100)
	f.Bounce.Type = domain.Storable(f.Bounce.Type, 100)
	f.Bounce.SubType = domain.Storable(f.Bounce.SubType, 100)
	if f.At.IsZero() {
		f.At = parseTime(e.Mail.Timestamp)
	}
	f.Key = key(*f)
	if f.At.IsZero() {
		f.At = published
	}
}

// key names an event by what it says, so that it is the same one however often SES publishes it, and
// whichever way it comes: repeated by SNS, through a queue, or both.
func key(f messaging.Feedback) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		string(f.Kind), f.ProviderID, f.Sid, f.Recipient, f.At.Format(time.RFC3339Nano), f.Bounce.SubType, f.Complaint,
	}, "\n")))
	return "event/" + hex.EncodeToString(sum[:16])
}

var sidForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// sid is the tag by which we know the message, or "".
func (e event) sid() string {
	if tags := e.Mail.Tags["sid"]; len(tags) > 0 && sidForm.MatchString(tags[0]) {
		return tags[0]
	}
	return ""
}

var enhanced = regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`)

// status is the enhanced status code of RFC 3463: where SES says it, or in what the server said.
func status(r recipient) string {
	return cmp.Or(enhanced.FindString(r.Status), enhanced.FindString(r.DiagnosticCode))
}

// unique drops what is told twice in one event.
func unique(list []messaging.Feedback) []messaging.Feedback {
	seen := map[string]bool{}
	var kept []messaging.Feedback
	for _, f := range list {
		if !seen[f.Key] {
			seen[f.Key] = true
			kept = append(kept, f)
		}
	}
	return kept
}

// parseTime is zero for what is no time, or none that Postgres could keep.
func parseTime(text string) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.Year() < 2000 || at.Year() > 2200 {
		return time.Time{}
	}
	return at.UTC()
}
