package messaging_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/messaging"
)

// limitedProvider has a quota.
type limitedProvider struct {
	*provider
	quota messaging.Quota
	away  error
}

func (p *limitedProvider) Quota(context.Context) (messaging.Quota, error) { return p.quota, p.away }

// rates remembers the rates that were set.
type rates struct {
	set map[messaging.Channel][]float64
	err error
}

func (r *rates) SetRate(_ context.Context, channel messaging.Channel, perSecond float64) error {
	if r.err == nil {
		r.set[channel] = append(r.set[channel], perSecond)
	}
	return r.err
}

func pacing(t *testing.T, limits map[messaging.Channel]float64) (*bench, *limitedProvider, *rates, *messaging.Pacer) {
	t.Helper()
	b := setup(t)
	limited := &limitedProvider{provider: b.provider, quota: messaging.Quota{Provider: "Amazon SES", PerSecond: 10, PerDay: 50_000}}
	b.mail = limited
	b.Service = b.another()
	r := &rates{set: map[messaging.Channel][]float64{}}
	pacer := b.NewPacer(r, limits)
	b.GuardBy(pacer)
	return b, limited, r, pacer
}

func TestTheRateIsAShareOfTheProvidersButNeverAboveOurs(t *testing.T) {
	t.Parallel()
	b, limited, r, pacer := pacing(t, map[messaging.Channel]float64{messaging.ChannelEmail: 0, messaging.ChannelSMS: 3})
	b.must(pacer.Refresh(b.ctx))
	b.must(pacer.Refresh(b.ctx)) // sets nothing again
	limited.quota.PerSecond = 20
	b.must(pacer.Refresh(b.ctx))
	if got := r.set[messaging.ChannelEmail]; len(got) != 2 || got[0] != 9 || got[1] != 18 {
		t.Errorf("%v", got)
	}
	if got := r.set[messaging.ChannelSMS]; len(got) != 1 || got[0] != 3 {
		t.Errorf("%v", got)
	}
	_, _, r, pacer = pacing(t, map[messaging.Channel]float64{messaging.ChannelEmail: 5})
	b.must(pacer.Refresh(b.ctx))
	if got := r.set[messaging.ChannelEmail]; len(got) != 1 || got[0] != 5 {
		t.Errorf("%v", got)
	}
}

func TestARateThatCouldNotBeSetIsSetLater(t *testing.T) {
	t.Parallel()
	b, limited, r, pacer := pacing(t, map[messaging.Channel]float64{messaging.ChannelEmail: 7})
	r.err, limited.away = errors.New("no server"), errors.New("no SES")
	if err := pacer.Refresh(b.ctx); err == nil || !strings.Contains(err.Error(), "no server") || !strings.Contains(err.Error(), "no SES") {
		t.Errorf("%v", err)
	}
	r.err = nil
	if err := pacer.Refresh(b.ctx); err == nil { // the quota still can't be read; the operator's limit holds
		t.Error("the error is gone")
	}
	if got := r.set[messaging.ChannelEmail]; len(got) != 1 || got[0] != 7 {
		t.Errorf("%v", got)
	}
}

func TestMessagesWaitWhileTheProviderTakesNone(t *testing.T) {
	t.Parallel()
	b, limited, _, pacer := pacing(t, nil)
	anna, email := b.anna(), b.email(welcome())
	for name, test := range map[string]struct {
		spoil func(*messaging.Quota)
		want  string
	}{
		"used up": {func(q *messaging.Quota) { q.Sent = q.PerDay }, "UTC: Amazon SES takes 50,000 emails in 24 hours from this account, and they are used up."},
		"stopped": {func(q *messaging.Quota) { q.Stopped = "Amazon SES has switched off sending." }, "UTC: Amazon SES has switched off sending."},
	} {
		good := limited.quota
		test.spoil(&limited.quota)
		b.must(pacer.Refresh(b.ctx))
		message := b.decide(anna.ID, email.ID)
		delivery, err := b.Deliver(b.ctx, b.org, message.ID)
		b.must(err)
		if !delivery.Deferred || delivery.Until.Before(time.Now().Add(9*time.Minute)) || !strings.HasPrefix(delivery.Reason.English(), "Held until ") || !strings.HasSuffix(delivery.Reason.English(), test.want) {
			t.Errorf("%s: %+v", name, delivery)
		}
		if test, err := b.SendTest(b.ctx, b.org, email.ID, messaging.TestSend{To: "me@example.com"}); err != nil || test.State != messaging.StateSent {
			t.Errorf("%s: a test is held: %+v, %v", name, test, err)
		}
		limited.quota = good
		b.must(pacer.Refresh(b.ctx))
		if delivery, err := b.Deliver(b.ctx, b.org, message.ID); err != nil || delivery.State != messaging.StateSent {
			t.Errorf("%s, then not: %+v, %v", name, delivery, err)
		}
	}
}
