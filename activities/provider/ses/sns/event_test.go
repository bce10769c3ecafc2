package sns_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mauntic/mauntic/activities/provider/ses/sns"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

var published = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func read(t *testing.T, event string) []messaging.Feedback {
	t.Helper()
	list, err := sns.Feedback([]byte(event), published)
	if err != nil {
		t.Fatalf("%s: %v", event, err)
	}
	return list
}

func TestEventsOfSESAreRead(t *testing.T) {
	t.Parallel()
	accepted := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	later := time.Date(2026, 11, 25, 10, 1, 2, 0, time.UTC)
	const at = `"timestamp":"2026-11-25T10:01:02.000Z"`
	const to = `[{"emailAddress":"anna@example.com","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]`
	for event, want := range map[string]messaging.Feedback{
		sendEvent: {Kind: messaging.FeedbackAccepted, At: accepted},
		`{"eventType":"Delivery","delivery":{` + at + `,"recipients":["anna@example.com"],"smtpResponse":"250 OK"},` + mailOf + `}`: {
			Kind: messaging.FeedbackDelivered, At: later, Detail: "250 OK",
		},
		`{"eventType":"DeliveryDelay","deliveryDelay":{` + at + `,"delayType":"MailboxFull","delayedRecipients":[{"emailAddress":"anna@example.com","status":"4.2.2","diagnosticCode":"452 full"}]},` + mailOf + `}`: {
			Kind: messaging.FeedbackDelayed, At: later, Detail: "MailboxFull 452 full",
		},
		`{"eventType":"Bounce","bounce":{` + at + `,"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":` + to + `},` + mailOf + `}`: {
			Kind: messaging.FeedbackBounced, At: later, Detail: "smtp; 550 5.1.1 user unknown",
			Bounce: messaging.Bounce{Type: "permanent", SubType: "General", Status: "5.1.1"},
		},
		`{"notificationType":"Bounce","bounce":{` + at + `,"bounceType":"Transient","bounceSubType":"MailboxFull","bouncedRecipients":[{"emailAddress":"anna@example.com","diagnosticCode":"smtp; 452 4.2.2 over quota"}]},` + mailOf + `}`: {
			Kind: messaging.FeedbackBounced, At: later, Detail: "smtp; 452 4.2.2 over quota",
			Bounce: messaging.Bounce{Type: "transient", SubType: "MailboxFull", Status: "4.2.2"},
		},
		`{"eventType":"Bounce","bounce":{` + at + `,"bounceType":"Permanent","bounceSubType":"OnAccountSuppressionList","bouncedRecipients":[{"emailAddress":"anna@example.com"}]},` + mailOf + `}`: {
			Kind: messaging.FeedbackBounced, At: later,
			Bounce: messaging.Bounce{Type: "permanent", SubType: "OnAccountSuppressionList", Class: messaging.BounceSuppressed},
		},
		`{"eventType":"Bounce","bounce":{` + at + `,"bounceType":"Permanent","bounceSubType":"UnsubscribedRecipient","bouncedRecipients":[{"emailAddress":"anna@example.com"}]},` + mailOf + `}`: {
			Kind: messaging.FeedbackBounced, At: later,
			Bounce: messaging.Bounce{Type: "permanent", SubType: "UnsubscribedRecipient", Class: messaging.BounceOptOut},
		},
		`{"eventType":"Complaint","complaint":{` + at + `,"complaintFeedbackType":"abuse","userAgent":"AnyCompany/1","complainedRecipients":[{"emailAddress":"anna@example.com"}]},` + mailOf + `}`: {
			Kind: messaging.FeedbackComplained, At: later, Complaint: "abuse", Detail: "AnyCompany/1",
		},
		`{"eventType":"Complaint","complaint":{` + at + `,"complaintSubType":"OnAccountSuppressionList","complainedRecipients":[{"emailAddress":"anna@example.com"}]},` + mailOf + `}`: {
			Kind: messaging.FeedbackBounced, At: later,
			Bounce: messaging.Bounce{Type: "permanent", SubType: "OnAccountSuppressionList", Class: messaging.BounceSuppressed},
		},
		`{"eventType":"Reject","reject":{"reason":"Bad content"},` + mailOf + `}`: {
			Kind: messaging.FeedbackRejected, At: accepted, Detail: "Bad content",
		},
		`{"eventType":"Rendering Failure","failure":{"templateName":"T","errorMessage":"Attribute is missing."},` + mailOf + `}`: {
			Kind: messaging.FeedbackRejected, At: accepted, Detail: "T Attribute is missing.",
		},
		`{"eventType":"Subscription","subscription":{` + at + `,"newTopicPreferences":{"unsubscribeAll":true}},` + mailOf + `}`: {
			Kind: messaging.FeedbackUnsubscribed, At: later,
		},
	} {
		want.Provider, want.Sid, want.ProviderID, want.Recipient = "ses", sid, "ses-1", "anna@example.com"
		got := read(t, event)
		if len(got) != 1 || got[0].Key == "" {
			t.Errorf("%s: %+v", event, got)
			continue
		}
		want.Key = got[0].Key
		if !reflect.DeepEqual(got[0], want) {
			t.Errorf("%s:\n got %+v\nwant %+v", event, got[0], want)
		}
	}
}

func TestWhatDoesNotConcernUsTellsNothing(t *testing.T) {
	t.Parallel()
	for _, event := range []string{
		"Successfully validated SNS topic for Amazon SES event publishing.", "", "{}", "[1]", "null", `"Bounce"`,
		`{"eventType":"Open","open":{},` + mailOf + `}`, `{"eventType":"Click","click":{},` + mailOf + `}`,
		`{"eventType":"Teleport",` + mailOf + `}`, `{"notificationType":"AmazonSnsSubscriptionSucceeded"}`,
		`{"eventType":"Subscription","subscription":{"newTopicPreferences":{"topicSubscriptionStatus":[{"subscriptionStatus":"OptIn"},{"subscriptionStatus":"OptOut"}]}},` + mailOf + `}`,
	} {
		if list, err := sns.Feedback([]byte(event), published); err != nil || list != nil {
			t.Errorf("%q: %+v, %v", event, list, err)
		}
	}
}

func TestBrokenEventsOfKnownKindsAreErrors(t *testing.T) {
	t.Parallel()
	for _, event := range []string{`{"eventType":"Bounce"}`, `{"eventType":"Send","mail":[]}`, `{"eventType":"Bounce","bounce":{"bouncedRecipients":{}},` + mailOf + `}`} {
		if list, err := sns.Feedback([]byte(event), published); err == nil {
			t.Errorf("%q: %+v", event, list)
		}
		b := setup(t)
		if err := b.receive(b.ours.Publish("m", event)); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%q: %v", event, err)
		}
	}
}

func TestEveryRecipientHasFeedbackOfItsOwn(t *testing.T) {
	t.Parallel()
	event := strings.Replace(sendEvent, `["anna@example.com"]`, `["anna@example.com","bert@example.com","anna@example.com"]`, 1)
	list := read(t, event)
	if len(list) != 2 || list[0].Recipient != "anna@example.com" || list[1].Recipient != "bert@example.com" || list[0].Key == list[1].Key {
		t.Errorf("%+v", list)
	}
}

func TestAnEventHasOneKeyHoweverItComes(t *testing.T) {
	t.Parallel()
	first := read(t, sendEvent)[0]
	again, err := sns.Feedback([]byte(" "+sendEvent), published.Add(time.Hour))
	if err != nil || again[0].Key != first.Key {
		t.Errorf("%+v, %v: published again it is the same event", again, err)
	}
	keys := map[string]bool{first.Key: true}
	for _, change := range [][2]string{{`"Send"`, `"Delivery"`}, {"ses-1", "ses-2"}, {"anna@", "bert@"}, {"10:00:00.000Z", "10:00:00.001Z"}, {sid, sid[1:] + "0"}} {
		other := read(t, strings.ReplaceAll(sendEvent, change[0], change[1]))[0]
		if keys[other.Key] {
			t.Errorf("%v: the key is another event's", change)
		}
		keys[other.Key] = true
	}
}

func TestAMessageWithoutOurTagIsKnownByItsID(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{`"x"`, `"` + strings.ToUpper(sid) + `"`, `"` + sid + `0"`, ``} {
		event := strings.Replace(sendEvent, `"`+sid+`"`, tag, 1)
		if list := read(t, event); len(list) != 1 || list[0].Sid != "" || list[0].ProviderID != "ses-1" {
			t.Errorf("%s: %+v", tag, list)
		}
	}
}

func TestWhatStrangersWroteIsCutAndInert(t *testing.T) {
	t.Parallel()
	said := `<script>alert(1)</script>\u0000\r\n` + strings.Repeat("ä", 2000)
	event := `{"eventType":"Bounce","bounce":{"bounceType":"Permanent\u0000","bounceSubType":"` + said + `","bouncedRecipients":[{"emailAddress":"` + said + `","status":"` + said + `","diagnosticCode":"` + said + `"}]},` + mailOf + `}`
	list := read(t, event)
	f := list[0]
	if !strings.HasPrefix(f.Detail, "<script>alert(1)</script>\r\nä") {
		t.Errorf("detail %.60q: it is kept as it was said", f.Detail)
	}
	check(t, list)
}

// check looks at what every feedback must keep to.
func check(t *testing.T, list []messaging.Feedback) {
	t.Helper()
	keys := map[string]bool{}
	for _, f := range list {
		for _, text := range []string{f.Key, f.Sid, f.ProviderID, f.Recipient, f.Complaint, f.Detail, f.Bounce.Type, f.Bounce.SubType, f.Bounce.Status} {
			if len(text) > 1000 || strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
				t.Errorf("%d bytes: %.80q", len(text), text)
			}
		}
		if f.Key == "" || keys[f.Key] || f.Provider != "ses" || f.Kind == "" || f.Sid == "" && f.ProviderID == "" {
			t.Errorf("%+v", f)
		}
		keys[f.Key] = true
	}
}

func FuzzEventsOfSES(f *testing.F) {
	f.Add([]byte(sendEvent))
	seeds(f, "event-*.json")
	f.Fuzz(func(t *testing.T, message []byte) {
		list, err := sns.Feedback(message, published)
		if err == nil {
			check(t, list)
		}
	})
}

func FuzzEnvelopes(f *testing.F) {
	ours, _ := keys()
	body, err := json.Marshal(ours.Publish("m1", sendEvent))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	seeds(f, "envelope-*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := sns.ParseEnvelope(body)
		if err == nil && (e.MessageID == "" || e.Type == "") {
			t.Errorf("%+v", e)
		}
		if err != nil && domain.KindOf(err) == "" {
			t.Error(err)
		}
	})
}

// seeds adds files of testdata.
func seeds(f *testing.F, pattern string) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(names) == 0 {
		f.Fatal(fmt.Errorf("no seeds %s: %w", pattern, err))
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}
