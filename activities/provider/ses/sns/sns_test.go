package sns_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
	"github.com/mauntic/mauntic/activities/provider/ses/sns"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

const arn = "arn:aws:sns:eu-central-1:123456789012:ses-events"

// ours and foreign are two topics; ours is the one that is listened to. Both have true signatures.
var keys = sync.OnceValues(func() (ours, foreign *fakeses.Topic) {
	ours, err := fakeses.NewTopic(arn)
	other, otherErr := fakeses.NewTopic("arn:aws:sns:eu-central-1:999999999999:ses-events")
	if err := errors.Join(err, otherErr); err != nil {
		panic(err)
	}
	return ours, other
})

// bench is a receiver that keeps what it takes.
type bench struct {
	*sns.Receiver
	t         *testing.T
	ours      *fakeses.Topic
	foreign   *fakeses.Topic
	taken     []messaging.Feedback
	takeErr   error
	armed     bool
	confirmed []string
	fetched   []string
	fetchErr  error
	now       time.Time
}

func setup(t *testing.T, change ...func(*sns.Options)) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Now()}
	b.ours, b.foreign = keys()
	topics, err := sns.ParseTopics([]string{arn})
	if err != nil {
		t.Fatal(err)
	}
	options := sns.Options{Topics: topics, Fetch: b, Roots: b.ours.Roots(), Clock: func() time.Time { return b.now }}
	for _, change := range change {
		change(&options)
	}
	b.Receiver = &sns.Receiver{Verifier: sns.NewVerifier(options), Taker: b, Arming: b, Confirmer: b, Log: slog.New(slog.DiscardHandler)}
	return b
}

func (b *bench) TakeFeedback(_ context.Context, list []messaging.Feedback) error {
	if b.takeErr == nil {
		b.taken = append(b.taken, list...)
	}
	return b.takeErr
}
func (b *bench) HooksArmed(context.Context) (bool, error) { return b.armed, nil }
func (b *bench) Confirm(_ context.Context, topic sns.Topic, token string) error {
	b.confirmed = append(b.confirmed, topic.ARN+" "+token)
	return nil
}

func (b *bench) Get(ctx context.Context, address string, limit int64) ([]byte, error) {
	b.fetched = append(b.fetched, address)
	if b.fetchErr != nil {
		return nil, b.fetchErr
	}
	if file, err := b.ours.Get(ctx, address, limit); err == nil {
		return file, nil
	}
	return b.foreign.Get(ctx, address, limit)
}

func (b *bench) receive(envelope map[string]string) error {
	b.t.Helper()
	body, err := json.Marshal(envelope)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.Receive(b.t.Context(), body)
}

const sid = "00112233445566778899aabbccddeeff"

// mailOf is what every event says about its mail.
const mailOf = `"mail":{"timestamp":"2026-11-25T10:00:00.000Z","messageId":"ses-1","destination":["anna@example.com"],"tags":{"sid":["` + sid + `"],"org":["1"]}}`

const sendEvent = `{"eventType":"Send","send":{},` + mailOf + `}`

func with(envelope map[string]string, changes ...string) map[string]string {
	e := maps.Clone(envelope)
	for i := 0; i < len(changes); i += 2 {
		e[changes[i]] = changes[i+1]
	}
	return e
}

func TestASignedNotificationOfOurTopicIsTaken(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 2 {
		if err := b.receive(b.ours.Publish("m1", sendEvent)); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.taken) != 2 || b.taken[0].Sid != sid || b.taken[0].Key != b.taken[1].Key || b.taken[0].Key == "" {
		t.Errorf("taken %+v: a replay must have the same key", b.taken)
	}
	if len(b.fetched) != 2 {
		t.Errorf("fetched %v: the certificate and its issuer once", b.fetched)
	}
	without := b.ours.Publish("m2", sendEvent)
	delete(without, "Subject")
	if err := b.receive(b.ours.Sign(without)); err != nil {
		t.Errorf("without a subject: %v", err)
	}
}

func TestForgedNotificationsAreForbidden(t *testing.T) {
	t.Parallel()
	ours, foreign := keys()
	plain := ours.Publish("m1", sendEvent)
	moved := func(url string) map[string]string { return ours.Sign(with(plain, "SigningCertURL", url)) }
	stamped := func(at time.Time) map[string]string {
		return ours.Sign(with(plain, "Timestamp", at.UTC().Format(time.RFC3339)))
	}
	certName := ours.CertURL[strings.LastIndexByte(ours.CertURL, '/'):]
	for name, envelope := range map[string]map[string]string{
		"no signature":            with(plain, "Signature", ""),
		"no base64":               with(plain, "Signature", "%%%"),
		"signature of another":    with(plain, "Signature", foreign.Publish("m1", sendEvent)["Signature"]),
		"foreign topic":           foreign.Publish("m1", sendEvent),
		"foreign key, our topic":  foreign.Sign(with(plain, "SigningCertURL", foreign.CertURL)),
		"body changed":            with(plain, "Message", strings.Replace(sendEvent, "anna", "eve", 1)),
		"id changed":              with(plain, "MessageId", "m2"),
		"type changed":            with(plain, "Type", "UnsubscribeConfirmation"),
		"subject changed":         with(plain, "Subject", "Hi"),
		"unknown type":            ours.Sign(with(plain, "Type", "Hello")),
		"SHA-1":                   ours.Sign(with(plain, "SignatureVersion", "1")),
		"version 3":               with(plain, "SignatureVersion", "3"),
		"two hours old":           stamped(time.Now().Add(-2 * time.Hour)),
		"an hour ahead":           stamped(time.Now().Add(time.Hour)),
		"no time":                 ours.Sign(with(plain, "Timestamp", "yesterday")),
		"cert at a look-alike":    moved("https://sns.evil.amazonaws.com.evil.test" + certName),
		"cert in a bucket":        moved("https://s3.amazonaws.com" + certName),
		"cert in a bucket's host": moved("https://sns.s3.amazonaws.com.evil.test" + certName),
		"cert of another region":  moved("https://sns.us-east-1.amazonaws.com" + certName),
		"cert in China":           moved("https://sns.eu-central-1.amazonaws.com.cn" + certName),
		"cert by http":            moved("http://sns.eu-central-1.amazonaws.com" + certName),
		"cert at a port":          moved("https://sns.eu-central-1.amazonaws.com:5432" + certName),
		"cert with a user":        moved("https://a:b@sns.eu-central-1.amazonaws.com" + certName),
		"cert elsewhere":          moved("https://sns.eu-central-1.amazonaws.com/?Action=GetTopicAttributes"),
		"cert by a query":         moved("https://sns.eu-central-1.amazonaws.com" + certName + "?x=y"),
		"cert address malformed":  moved("https://[::1"),
	} {
		b := setup(t)
		err := b.receive(envelope)
		if domain.KindOf(err) != domain.KindForbidden || len(b.taken) != 0 {
			t.Errorf("%s: %v, taken %+v", name, err, b.taken)
		}
		if strings.HasPrefix(name, "cert") && len(b.fetched) != 0 {
			t.Errorf("%s: fetched %v", name, b.fetched)
		}
	}
}

func TestMalformedBodiesAreForbidden(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, body := range []string{"", "{", "null", "[]", `"x"`, `{"Type":1}`, `{"Type":"Notification"}`, `{"Type":"Notification","MessageId":"\u0000"}`, strings.Repeat("[", 100_000)} {
		if err := b.Receive(t.Context(), []byte(body)); domain.KindOf(err) != domain.KindForbidden {
			t.Errorf("%.40q: %v", body, err)
		}
	}
	if err := b.Receive(t.Context(), make([]byte, sns.MaxBody+1)); domain.KindOf(err) != domain.KindTooLarge {
		t.Errorf("too large: %v", err)
	}
	if len(b.taken)+len(b.fetched) != 0 {
		t.Errorf("taken %v, fetched %v", b.taken, b.fetched)
	}
}

func TestSHA1IsBelievedOnlyWhereItIsAllowed(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *sns.Options) { o.AllowSHA1 = true })
	if err := b.receive(b.ours.Sign(with(b.ours.Publish("m1", sendEvent), "SignatureVersion", "1"))); err != nil {
		t.Error(err)
	}
	if err := b.receive(with(b.ours.Publish("m1", sendEvent), "SignatureVersion", "1")); err == nil {
		t.Error("a signature of version 2 was read as one of version 1")
	}
}

func TestAnEnvelopeIsBelievedForAnHour(t *testing.T) {
	t.Parallel()
	b := setup(t)
	envelope := b.ours.Publish("m1", sendEvent)
	sent := b.now
	for off, believed := range map[time.Duration]bool{
		0: true, 59 * time.Minute: true, -4 * time.Minute: true, 61 * time.Minute: false, -6 * time.Minute: false,
	} {
		b.now = sent.Add(off)
		if err := b.receive(envelope); (err == nil) != believed {
			t.Errorf("clock off by %s: %v", off, err)
		}
	}
}

func TestACertificateMustLeadToAnAuthority(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *sns.Options) { o.Roots = x509.NewCertPool() })
	for range 3 {
		if err := b.receive(b.ours.Publish("m1", sendEvent)); domain.KindOf(err) != domain.KindForbidden {
			t.Error(err)
		}
	}
	if len(b.fetched) != 2 {
		t.Errorf("fetched %v: what does not hold is not fetched again and again", b.fetched)
	}
	expired := setup(t)
	expired.now = time.Now().Add(2 * 365 * 24 * time.Hour)
	late := expired.ours.Sign(with(expired.ours.Publish("m1", sendEvent), "Timestamp", expired.now.UTC().Format(time.RFC3339)))
	if err := expired.receive(late); domain.KindOf(err) != domain.KindForbidden {
		t.Errorf("expired: %v", err)
	}
}

func TestWithoutTheCertificateNobodyCanTell(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.fetchErr = errors.New("network is down")
	if err := b.receive(b.ours.Publish("m1", sendEvent)); err == nil || domain.KindOf(err) != "" {
		t.Errorf("err = %v, want one that may pass", err)
	}
	b.fetchErr = nil
	b.now = b.now.Add(2 * time.Minute)
	if err := b.receive(b.ours.Publish("m1", sendEvent)); err != nil {
		t.Error(err)
	}
}

func TestFeedbackThatCannotBeKeptIsBroughtAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, err := range []error{errors.New("no database"), domain.Forbidden("No."), domain.Invalid("", "No.")} {
		b.takeErr = err
		if err := b.receive(b.ours.Publish("m1", sendEvent)); err == nil || domain.KindOf(err) != "" {
			t.Errorf("err = %v, want one that may pass", err)
		}
	}
}

// inward is an address that answers whoever calls it, and must not be called.
func inward(t *testing.T) (address string, called func() bool) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	calls := make(chan struct{}, 10)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				close(calls)
				return
			}
			conn.Close()
			calls <- struct{}{}
		}
	}()
	return "http://" + listener.Addr().String() + "/", func() bool {
		listener.Close()
		_, some := <-calls
		return some
	}
}

func confirmation(topic *fakeses.Topic, url string) map[string]string {
	e := topic.Publish("m1", "You have chosen to subscribe to the topic.")
	delete(e, "Subject")
	return topic.Sign(with(e, "Type", "SubscriptionConfirmation", "Token", "token-1", "SubscribeURL", url))
}

func TestSubscribeURLsAreNeverCalled(t *testing.T) {
	t.Parallel()
	url, called := inward(t)
	b := setup(t)
	for _, armed := range []bool{false, true} {
		b.armed = armed
		for name, envelope := range map[string]map[string]string{
			"unsigned":      with(confirmation(b.ours, url), "Signature", ""),
			"foreign topic": confirmation(b.foreign, url),
			"other token":   with(confirmation(b.ours, url), "Token", "token-2"),
		} {
			if err := b.receive(envelope); domain.KindOf(err) != domain.KindForbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := b.receive(confirmation(b.ours, url)); (err == nil) != armed {
			t.Errorf("armed %v: %v", armed, err)
		}
	}
	if got := fmt.Sprint(b.confirmed); got != "["+arn+" token-1]" {
		t.Errorf("confirmed %s", got)
	}
	if called() {
		t.Error("the address was called")
	}
}

func TestTheEndOfASubscriptionChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.armed = true
	e := with(confirmation(b.ours, "https://sns.invalid/"), "Type", "UnsubscribeConfirmation")
	if err := b.receive(b.ours.Sign(e)); err != nil || len(b.confirmed)+len(b.taken) != 0 {
		t.Errorf("err %v, confirmed %v, taken %v", err, b.confirmed, b.taken)
	}
}

func TestOnlyNamesOfTopicsAreTopics(t *testing.T) {
	t.Parallel()
	for arn, want := range map[string]bool{
		arn: true, "arn:aws-cn:sns:cn-north-1:123456789012:a": true, "arn:aws-us-gov:sns:us-gov-west-1:123456789012:a.fifo": true,
		"": false, "ses-events": false, "arn:aws:sqs:eu-central-1:123456789012:q": false, "arn:aws:sns:eu:12:x": false, arn + "\n": false,
		"arn:aws:sns:eu-central-1:123456789012:a:subscription-id": false,
	} {
		if _, err := sns.ParseTopic(arn); (err == nil) != want {
			t.Errorf("%q: %v", arn, err)
		}
	}
}
