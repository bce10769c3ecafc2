package sqs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
	"github.com/mauntic/mauntic/activities/provider/ses/sns"
	"github.com/mauntic/mauntic/activities/provider/ses/sqs"
	"github.com/mauntic/mauntic/domain/messaging"
)

const sid = "00112233445566778899aabbccddeeff"

const sendEvent = `{"eventType":"Send","send":{},"mail":{"messageId":"1","destination":["anna@example.com"],"tags":{"sid":["` + sid + `"]}}}`

// bench is a poller on a fake queue.
type bench struct {
	*sqs.Poller

	t      *testing.T
	server *fakeses.Server

	mu       sync.Mutex
	taken    map[string]messaging.Feedback
	calls    int
	away     bool
	spoiled  string // feedback with this detail can't be kept
	awayCall func() // when the database is found to be away
}

func setup(t *testing.T, o fakeses.Options, topics ...string) *bench {
	t.Helper()
	b := &bench{t: t, taken: map[string]messaging.Feedback{}}
	server, err := fakeses.New(o)
	must(t, err)
	must(t, server.Start(""))
	t.Cleanup(func() { _ = server.Close() })
	b.server = server
	ours, err := sns.ParseTopics(topics)
	must(t, err)
	b.Poller, err = sqs.New(sqs.Options{
		Settings: aws.Config{Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""), Retryer: func() aws.Retryer { return aws.NopRetryer{} }},
		URL:      "https://sqs.eu-central-1.amazonaws.com/123456789012/ses-events", Endpoint: server.URL(),
		Topics: ours, Taker: b, Ready: b.ready, Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	return b
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b *bench) ready(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.away && b.awayCall != nil {
		b.awayCall()
	}
	if b.away {
		return errors.New("the database is away")
	}
	return nil
}

func (b *bench) TakeFeedback(_ context.Context, list []messaging.Feedback) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	for _, f := range list {
		if b.away || (b.spoiled != "" && f.Detail == b.spoiled) {
			return errors.New("can't be kept")
		}
	}
	for _, f := range list {
		b.taken[f.Key] = f
	}
	return nil
}

func (b *bench) expectQueue(waiting, dead int) {
	b.t.Helper()
	if w, d := b.server.Queued(); w != waiting || d != dead {
		b.t.Errorf("%d messages wait, %d are dead; want %d and %d", w, d, waiting, dead)
	}
}

func TestMessagesAreDeletedOnceTheyAreKept(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]fakeses.Options{"in envelopes": {Queue: true}, "raw": {RawQueue: true}} {
		b := setup(t, options)
		b.server.Publish(sendEvent)
		b.server.Publish(strings.Replace(sendEvent, "anna", "bert", 1))
		b.server.Publish("Successfully validated SNS topic for Amazon SES event publishing.")
		must(t, b.Poll(t.Context()))
		b.expectQueue(0, 0)
		if len(b.taken) != 2 || b.calls != 1 {
			t.Errorf("%s: taken %+v in %d calls", name, b.taken, b.calls)
		}
	}
}

func TestTheSameEventIsKeptOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, fakeses.Options{RawQueue: true})
	b.server.Publish(sendEvent)
	b.server.Publish(sendEvent)
	must(t, b.Poll(t.Context()))
	if len(b.taken) != 1 {
		t.Errorf("taken %+v", b.taken)
	}
}

func TestPoisonIsLeftToTheDeadLettersAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	b := setup(t, fakeses.Options{RawQueue: true, MaxReceives: 2})
	b.spoiled = "poison"
	b.server.Publish(`{"eventType":"Bounce"}`)
	b.server.Publish(strings.Replace(sendEvent, `"Send"`, `"Reject","reject":{"reason":"poison"}`, 1))
	b.server.Publish(sendEvent)
	must(t, b.Poll(t.Context()))
	b.expectQueue(2, 0)
	if len(b.taken) != 1 {
		t.Errorf("taken %+v", b.taken)
	}
	b.server.Reveal()
	must(t, b.Poll(t.Context()))
	b.expectQueue(2, 0)
	b.server.Reveal()
	b.server.Publish(sendEvent)
	must(t, b.Poll(t.Context()))
	b.expectQueue(0, 2)
}

func TestNotificationsOfForeignTopicsAreNotTaken(t *testing.T) {
	t.Parallel()
	foreign, err := fakeses.NewTopic("arn:aws:sns:eu-central-1:999999999999:ses-events")
	must(t, err)
	b := setup(t, fakeses.Options{Queue: true, Topic: foreign}, "arn:aws:sns:eu-central-1:123456789012:ses-events")
	b.server.Publish(sendEvent)
	must(t, b.Poll(t.Context()))
	b.expectQueue(1, 0)
	own := setup(t, fakeses.Options{Queue: true, Topic: foreign}, foreign.ARN)
	own.server.Publish(sendEvent)
	must(t, own.Poll(t.Context()))
	own.expectQueue(0, 0)
	if len(b.taken) != 0 || len(own.taken) != 1 {
		t.Errorf("foreign %+v, own %+v", b.taken, own.taken)
	}
}

func TestNothingIsReceivedWhileNothingCanBeKept(t *testing.T) {
	t.Parallel()
	b := setup(t, fakeses.Options{RawQueue: true, MaxReceives: 1})
	b.server.Publish(sendEvent)
	b.away = true
	for range 5 {
		if err := b.Poll(t.Context()); err == nil {
			t.Fatal("polled without a database")
		}
	}
	b.away = false
	must(t, b.Poll(t.Context()))
	b.expectQueue(0, 0)
	if len(b.taken) != 1 {
		t.Errorf("taken %+v", b.taken)
	}
}

// sleeper is a database that goes away while a message is being taken.
type sleeper struct {
	*bench

	fail int
}

func (s *sleeper) TakeFeedback(ctx context.Context, list []messaging.Feedback) error {
	s.mu.Lock()
	s.fail--
	s.away = s.fail >= 0
	s.mu.Unlock()
	return s.bench.TakeFeedback(ctx, list)
}

func TestAMessageIsHeldWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	b := setup(t, fakeses.Options{RawQueue: true, MaxReceives: 1})
	b.Taker = &sleeper{bench: b, fail: 3}
	b.server.Publish(sendEvent)
	must(t, b.Poll(t.Context())) // tries twice, waits, tries again
	b.expectQueue(0, 0)
	if len(b.taken) != 1 {
		t.Errorf("taken %+v", b.taken)
	}
}

func TestAMessageThatIsHeldIsLeftWhenTheProgramStops(t *testing.T) {
	t.Parallel()
	b := setup(t, fakeses.Options{RawQueue: true})
	b.Taker = &sleeper{bench: b, fail: 1 << 30}
	b.server.Publish(sendEvent)
	ctx, stop := context.WithCancel(t.Context())
	b.awayCall = stop
	_ = b.Poll(ctx)
	b.expectQueue(1, 0)
	if len(b.taken) != 0 {
		t.Errorf("taken %+v", b.taken)
	}
}

func TestAQueueThatIsAwayIsAnErrorAndComesBack(t *testing.T) {
	t.Parallel()
	b := setup(t, fakeses.Options{Queue: true})
	b.server.Publish(sendEvent)
	b.server.Away(true)
	if err := b.Poll(t.Context()); err == nil {
		t.Error("polled a queue that is away")
	}
	if _, err := b.Status(t.Context()); err == nil {
		t.Error("a queue that is away has a status")
	}
	b.server.Away(false)
	if status, err := b.Status(t.Context()); err != nil || status.Waiting != "1" || status.Redrive {
		t.Errorf("%+v, %v", status, err)
	}
	must(t, b.Poll(t.Context()))
	b.expectQueue(0, 0)
}

func TestRunTakesAllThatComesUntilItsContextEnds(t *testing.T) {
	t.Parallel()
	b := setup(t, fakeses.Options{RawQueue: true})
	const n = 95
	for i := range n {
		b.server.Publish(strings.Replace(sendEvent, `"1"`, fmt.Sprintf("\"%d\"", i), 1))
	}
	ctx, stop := context.WithCancel(t.Context())
	ended, all := make(chan struct{}), make(chan struct{})
	b.Taker = counting{b, n, all, new(sync.Once)}
	go func() { b.Run(ctx); close(ended) }()
	<-all
	stop()
	<-ended
	b.expectQueue(0, 0)
}

// counting tells when so many reports have been taken.
type counting struct {
	*bench

	n    int
	all  chan struct{}
	once *sync.Once
}

func (c counting) TakeFeedback(ctx context.Context, list []messaging.Feedback) error {
	err := c.bench.TakeFeedback(ctx, list)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.taken) == c.n {
		c.once.Do(func() { close(c.all) })
	}
	return err
}

func TestOnlyAddressesOfQueuesAreTaken(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "ses-events", "arn:aws:sqs:eu-central-1:123456789012:ses-events", "ftp://x/y"} {
		if _, err := sqs.New(sqs.Options{URL: url}); err == nil {
			t.Errorf("%q was taken", url)
		}
	}
}

// send sends a mail by the fake, whose events then come by the queue.
func send(t *testing.T, server *fakeses.Server, sid string) {
	t.Helper()
	body := `{"Content":{"Raw":{"Data":"RnJvbTogYUBleGFtcGxlLmNvbQ0KDQpIaQ=="}},"Destination":{"ToAddresses":["anna@example.com"]},"EmailTags":[{"Name":"sid","Value":"` + sid + `"},{"Name":"org","Value":"1"}]}`
	response, err := http.Post(server.URL()+"/v2/email/outbound-emails", "application/json", strings.NewReader(body))
	must(t, err)
	response.Body.Close()
}

func TestEventsThatAreLateDoubledShuffledOrLostAreTakenAsTheyCome(t *testing.T) {
	t.Parallel()
	b := setup(t, fakeses.Options{Queue: true})
	outcomes := []fakeses.Outcome{
		{Kind: fakeses.Delay, Status: "4.4.1"},
		{Kind: fakeses.Deliver},
		{Kind: fakeses.Complain},
		{Kind: fakeses.Bounce, Type: "Transient", SubType: "MailboxFull", Status: "4.2.2", Diagnostic: "452 4.2.2 full"},
	}
	b.server.PlanEvents(
		fakeses.Events{Times: 1, Outcomes: outcomes, Doubled: true, Shuffled: true},
		fakeses.Events{Times: 1, Outcomes: outcomes[:2], Dropped: []string{"Send"}},
		fakeses.Events{Outcomes: []fakeses.Outcome{{Kind: fakeses.Refuse}}},
	)
	for i := range 3 {
		send(t, b.server, strings.Repeat(string(rune('a'+i)), 32))
	}
	b.server.Told()
	for waiting, _ := b.server.Queued(); waiting > 0; waiting, _ = b.server.Queued() {
		must(t, b.Poll(t.Context()))
	}
	kinds := map[string]int{}
	for _, f := range b.taken {
		kinds[f.Sid[:1]+" "+string(f.Kind)]++
		if f.Kind == messaging.FeedbackBounced && (f.Bounce.Status != "4.2.2" || f.Bounce.Type != "transient") {
			t.Errorf("%+v", f)
		}
	}
	want := map[string]int{
		"a accepted": 1, "a delayed": 1, "a delivered": 1, "a complained": 1, "a bounced": 1, // though each came twice
		"b delayed": 1, "b delivered": 1,
		"c accepted": 1, "c rejected": 1,
	}
	for kind, n := range want {
		if kinds[kind] != n {
			t.Errorf("%s: %d, want %d", kind, kinds[kind], n)
		}
		delete(kinds, kind)
	}
	if len(kinds) > 0 {
		t.Errorf("also %v", kinds)
	}
}
