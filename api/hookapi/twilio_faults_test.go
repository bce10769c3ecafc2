package hookapi_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/mauntic/mauntic/activities/provider/twilio/faketwilio"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// deliver delivers until there is an end, as the activity does.
func (p *phone) deliver(id messaging.MessageID) messaging.State {
	p.t.Helper()
	for range 5 {
		delivery, err := p.Deliver(p.ctx, p.org, id)
		if _, again := errors.AsType[*messaging.RetryError](err); again {
			continue
		}
		p.must(err)
		return delivery.State
	}
	p.t.Fatal("it never ends")
	return ""
}

// taken counts what Twilio took of each message.
func (p *phone) taken() map[string]int {
	p.t.Helper()
	counts := map[string]int{}
	for _, entry := range p.fake.Journal() {
		callback, err := url.Parse(entry.StatusCallback)
		p.must(err)
		sid, ok := p.ReadStatus(callback.Query().Get("m"))
		if !ok {
			p.t.Fatalf("the callback names no message: %s", entry.StatusCallback)
		}
		counts[sid]++
	}
	return counts
}

// later makes everything older than Twilio is waited for.
func (p *phone) later() {
	p.t.Helper()
	_, err := p.db.Pool().Exec(p.ctx, `update messaging.messages
		set sent_at = sent_at - interval '11 minutes', call_deadline = call_deadline - interval '11 minutes'`)
	p.must(err)
}

func (p *phone) poll() {
	p.t.Helper()
	_, err := p.SettleSMS(p.t.Context())
	p.must(err)
}

func TestNoFaultOfTwilioSendsAnSMSTwice(t *testing.T) {
	t.Parallel()
	p := phoned(t)
	late := make(chan struct{})
	p.gate = func() int { <-late; return 0 } // every callback comes after its call has ended
	type messages map[string]messaging.MessageID
	ids := messages{}
	for _, c := range []struct {
		name  string
		plans []faketwilio.Plan
		ends  messaging.State
	}{
		{"slow down, then taken", []faketwilio.Plan{{Times: 2, Status: 429, Code: 20429, RetryAfter: "1"}, {Times: 1}}, messaging.StateSent},
		{"silent", []faketwilio.Plan{{Times: 1, Lose: faketwilio.LoseHang}}, messaging.StateUnknown},
		{"reset", []faketwilio.Plan{{Times: 1, Lose: faketwilio.LoseReset}}, messaging.StateUnknown},
		{"refused", []faketwilio.Plan{{Times: 1, Status: 400, Code: 21617}}, messaging.StateFailed},
		{"doubled", []faketwilio.Plan{{Times: 1, Callbacks: []faketwilio.Callback{{Status: "sent", Times: 3}, {Status: "delivered", Times: 3}}}}, messaging.StateSent},
		{"reordered", []faketwilio.Plan{{Times: 1, Callbacks: []faketwilio.Callback{{Status: "delivered"}, {Status: "sent"}, {Status: "queued"}}}}, messaging.StateSent},
		{"broken", []faketwilio.Plan{{Times: 1, Status: 500}}, messaging.StateUnknown},
	} {
		p.fake.Plan(c.plans...)
		ids[c.name] = p.decide(c.name, c.name)
		for range 2 { // the activity is tried again after its worker died
			if state := p.deliver(ids[c.name]); state != c.ends {
				t.Errorf("%s: %s, want %s", c.name, state, c.ends)
			}
		}
	}
	close(late)
	p.fake.Wait()
	p.later()
	p.poll()
	took := p.taken()
	for name, id := range ids {
		message, state, delivery, times := p.message(id), messaging.StateSent, messaging.DeliveryDelivered, 1
		switch name {
		case "broken":
			state, delivery, times = messaging.StateUnknown, "", 0
		case "refused":
			state, delivery, times = messaging.StateFailed, "", 0
		}
		if message.State != state || message.Delivery != delivery || took[message.Sid] != times {
			t.Errorf("%s: %+v, taken %d times", name, message, took[message.Sid])
		}
	}
	if sent := p.events(crm.EventSMSSent); len(sent) != 5 {
		t.Errorf("%d events, want one for each SMS that went out", len(sent))
	}
	// Somebody presses “send again”.
	_, err := p.SendAgain(p.ctx, p.org, ids["broken"])
	p.must(err)
	for range 2 {
		p.must(p.Resend(t.Context()))
	}
	p.fake.Wait()
	if got := p.message(ids["broken"]); got.State != messaging.StateSent || got.Delivery != messaging.DeliveryDelivered || p.taken()[got.Sid] != 1 {
		t.Errorf("sent again: %+v", got)
	}
}

func TestACallbackMayBeFasterThanTheEndOfItsCall(t *testing.T) {
	t.Parallel()
	p := phoned(t)
	p.fake.Plan(faketwilio.Plan{Times: 1, Lose: faketwilio.LoseHang})
	id := p.decide("a", "Hello")
	p.deliver(id)
	p.fake.Wait()
	_, err := p.Sweep(t.Context())
	p.must(err)
	if got := p.message(id); got.State != messaging.StateSent || got.Delivery != messaging.DeliveryDelivered || got.ProviderID != p.fake.Journal()[0].SID || p.taken()[got.Sid] != 1 {
		t.Errorf("%+v", got)
	}
}

func TestLostCallbacksAreMadeUpForByAsking(t *testing.T) {
	t.Parallel()
	p := phoned(t)
	p.gate = func() int { return http.StatusServiceUnavailable }
	const body = "Hi {{ firstname }}: https://example.com/a"
	p.fake.Plan(faketwilio.Plan{Times: 1}, faketwilio.Plan{Times: 2, Lose: faketwilio.LoseReset})
	known, lost, wordy := p.decide("known", body), p.decide("lost", body), p.decide("wordy", "Hello")
	for _, id := range []messaging.MessageID{known, lost, wordy} {
		p.deliver(id)
	}
	p.fake.Wait()
	for _, id := range []messaging.MessageID{known, lost, wordy} {
		if got := p.message(id); got.Delivery != "" && got.Delivery != messaging.DeliveryAccepted {
			t.Fatalf("a callback got through: %+v", got)
		}
	}
	p.later()
	p.poll()
	journal := p.fake.Journal()
	for i, id := range []messaging.MessageID{known, lost, wordy} {
		got := p.message(id)
		if got.State != messaging.StateSent || got.Delivery != messaging.DeliveryDelivered || got.ProviderID != journal[i].SID || p.taken()[got.Sid] != 1 {
			t.Errorf("%+v", got)
		}
	}
}

func TestSMSWithTheSameWordsAreToldApart(t *testing.T) {
	t.Parallel()
	p := phoned(t)
	p.gate = func() int { return http.StatusServiceUnavailable }
	p.fake.Plan(faketwilio.Plan{Times: 1, Status: 500}, faketwilio.Plan{Times: 1}, faketwilio.Plan{Times: 1, Lose: faketwilio.LoseReset})
	never, known, lost := p.decide("never", "Hello"), p.decide("known", "Hello"), p.decide("lost", "Hello")
	for _, id := range []messaging.MessageID{never, known, lost} {
		p.deliver(id)
	}
	p.fake.Wait()
	p.later()
	for range 2 {
		p.poll()
	}
	if got := p.message(known); got.Delivery != messaging.DeliveryDelivered {
		t.Errorf("the one that Twilio answered about: %+v", got)
	}
	// Twilio took one of the two others, and nobody can know which. One of them is settled, not both.
	settled := 0
	for _, id := range []messaging.MessageID{never, lost} {
		if got := p.message(id); got.State == messaging.StateSent {
			settled++
		} else if got.State != messaging.StateUnknown {
			t.Errorf("%+v", got)
		}
	}
	if settled != 1 || len(p.fake.Journal()) != 2 {
		t.Errorf("%d settled, %d taken", settled, len(p.fake.Journal()))
	}
}
