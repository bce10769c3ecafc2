package ses_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/ses"
	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
	"github.com/mauntic/mauntic/activities/provider/ses/sns"
	"github.com/mauntic/mauntic/activities/provider/ses/sqs"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

const topic = "arn:aws:sns:eu-central-1:123456789012:ses-events"

// ledger is messaging on a real database, with the fake for SES.
type ledger struct {
	*messaging.Service

	t      *testing.T
	ctx    context.Context
	server *fakeses.Server
	crm    *crm.Service
	send   func() messaging.Message
}

func setup(t *testing.T, o fakeses.Options) *ledger {
	t.Helper()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	l := &ledger{t: t, ctx: identity.WithActor(context.Background(), identity.System(org))}
	var err error
	l.server, err = fakeses.New(o)
	must(t, err)
	must(t, l.server.Start(""))
	t.Cleanup(func() { _ = l.server.Close() })
	keys, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: make([]byte, 32)}})
	must(t, err)
	l.crm = crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	l.Service = messaging.New(messaging.Deps{
		Store: messagingstore.New(db), Tx: db, Contacts: l.crm, Provider: provider(t, l.server.URL()), Signer: keys,
		BaseURL: "https://mail.example.com", Log: slog.New(slog.DiscardHandler),
	})
	email, err := l.CreateEmail(l.ctx, org, messaging.EmailInput{Name: "Welcome", Subject: "Hello", HTML: "<p>Hello</p>"})
	must(t, err)
	address, n := "anna@example.com", 0
	contact, err := l.crm.CreateContact(l.ctx, org, crm.ContactInput{Email: &address})
	must(t, err)
	l.send = func() messaging.Message {
		t.Helper()
		n++
		message, err := l.Decide(l.ctx, org, messaging.Decision{
			Key: "test/" + string(rune('0'+n)), Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: contact.ID, Email: email.ID,
		})
		must(t, err)
		_, err = l.Deliver(l.ctx, org, message.ID)
		must(t, err)
		return l.read(message)
	}
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (l *ledger) read(m messaging.Message) messaging.Message {
	l.t.Helper()
	m, err := l.Message(l.ctx, identity.ActorFrom(l.ctx).Org, m.ID)
	must(l.t, err)
	return m
}

// listen lets the fake post its events to a hook, and returns a function that makes the hook fail.
func (l *ledger) listen(signed *fakeses.Topic) (fail func(times int)) {
	topics, err := sns.ParseTopics([]string{signed.ARN})
	must(l.t, err)
	receiver := &sns.Receiver{
		Verifier: sns.NewVerifier(sns.Options{Topics: topics, Fetch: signed, Roots: signed.Roots()}),
		Taker:    l, Log: slog.New(slog.DiscardHandler),
	}
	failures := make(chan struct{}, 100)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-failures:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		default:
		}
		body, err := io.ReadAll(r.Body)
		if err = errors.Join(err, receiver.Receive(r.Context(), body)); err != nil {
			l.t.Errorf("receive: %v", err)
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	l.t.Cleanup(site.Close)
	l.server.Subscribe(fakeses.Hook{URL: site.URL, Pause: time.Millisecond})
	return func(times int) {
		for range times {
			failures <- struct{}{}
		}
	}
}

func TestAMessageOfUnknownOutcomeIsSettledByItsSendEvent(t *testing.T) {
	t.Parallel()
	signed, err := fakeses.NewTopic(topic)
	must(t, err)
	l := setup(t, fakeses.Options{Topic: signed})
	for _, mode := range []fakeses.Mode{fakeses.Reset, fakeses.AcceptFail} {
		l.server.Plan(fakeses.Plan{Mode: mode, Times: 1})
		if m := l.send(); m.State != messaging.StateUnknown {
			t.Fatalf("%s: %s before anything was told", mode, m.State)
		}
	}
	fail := l.listen(signed)
	l.server.PlanEvents(fakeses.Events{Doubled: true, Shuffled: true, Outcomes: []fakeses.Outcome{{Kind: fakeses.Delay}, {Kind: fakeses.Deliver}}})
	for _, mode := range []fakeses.Mode{fakeses.Reset, fakeses.AcceptFail} {
		fail(2) // SNS brings it again
		l.server.Plan(fakeses.Plan{Mode: mode, Times: 1})
		m := l.send()
		l.server.Told()
		if m = l.read(m); m.State != messaging.StateSent || m.Delivery != messaging.DeliveryDelivered || m.Reason != "" {
			t.Errorf("%s: %+v", mode, m)
		}
	}
	if len(l.server.Journal()) != 4 {
		t.Errorf("%d mails were sent", len(l.server.Journal()))
	}
}

func TestABounceThatComesByTheQueueSuppressesTheAddress(t *testing.T) {
	t.Parallel()
	l := setup(t, fakeses.Options{Queue: true})
	settings, err := ses.Settings(t.Context(), "eu-central-1", true)
	must(t, err)
	poller, err := sqs.New(sqs.Options{
		Settings: settings, URL: "https://sqs.eu-central-1.amazonaws.com/123456789012/q", Endpoint: l.server.URL(),
		Taker: l, Ready: func(context.Context) error { return nil }, Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	l.server.PlanEvents(fakeses.Events{Dropped: []string{"Send"}, Outcomes: []fakeses.Outcome{
		{Kind: fakeses.Bounce, Status: "5.1.1", Diagnostic: "smtp; 550 5.1.1 <script>alert(1)</script>"},
	}})
	l.server.Plan(fakeses.Plan{Mode: fakeses.AcceptFail, Times: 1})
	m := l.send()
	l.server.Told()
	must(t, poller.Poll(t.Context()))
	if m = l.read(m); m.State != messaging.StateSent || m.Delivery != messaging.DeliveryBounced {
		t.Errorf("%+v", m)
	}
	if waiting, _ := l.server.Queued(); waiting != 0 {
		t.Errorf("%d messages wait", waiting)
	}
	if next := l.send(); next.State != messaging.StateSkipped || len(l.server.Journal()) != 1 {
		t.Errorf("%+v, %d mails", next, len(l.server.Journal()))
	}
}
