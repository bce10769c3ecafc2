package messaging_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

// inCampaign decides on mails of campaign 5.
func (b *bench) inCampaign(n int) []messaging.Message {
	b.t.Helper()
	email := b.email(welcome())
	made := make([]messaging.Message, n)
	for i := range made {
		made[i] = b.decide(b.contact(crm.ContactInput{Email: new(fmt.Sprintf("reader%d@example.com", i))}).ID, email.ID)
	}
	return made
}

// deliver tries every message once.
func (b *bench) deliver(messages []messaging.Message) (errs []error) {
	for _, m := range messages {
		_, err := b.Deliver(b.ctx, b.org, m.ID)
		errs = append(errs, err)
	}
	return errs
}

func TestACampaignSaysThatItsMessagesWaitForTheProvider(t *testing.T) {
	t.Parallel()
	b := setup(t)
	messages := b.inCampaign(8)
	b.provider.err = &messaging.Refused{Reason: "Amazon SES can't be reached.", Detail: "dial tcp: reader1@example.com"}
	began := time.Now().Add(-time.Minute)
	for _, err := range b.deliver(messages) {
		if _, ok := errors.AsType[*messaging.RetryError](err); !ok {
			t.Fatalf("err = %v, want one that says when to come back", err)
		}
	}
	waiting, err := b.Waiting(b.ctx, b.org, 5, 6)
	b.must(err)
	if len(waiting) != 1 || waiting[0].For != messaging.WaitsForProvider || waiting[0].Messages != 8 ||
		waiting[0].Campaign != 5 || waiting[0].Reason != "Amazon SES can't be reached." || waiting[0].Since.Before(began) {
		t.Errorf("waiting = %+v, want all eight and no more than our own sentence", waiting)
	}
	if calls := len(b.provider.mails); calls >= 8 {
		t.Errorf("%d calls: nobody should call a provider that is away", calls)
	}

	b.provider.err = nil
	other := b.another() // a process that has seen no outage
	for _, m := range messages {
		_, err := other.Deliver(b.ctx, b.org, m.ID)
		b.must(err)
	}
	if waiting, err = b.Waiting(b.ctx, b.org, 5); err != nil || len(waiting) != 0 {
		t.Errorf("waiting = %+v, %v after all went out", waiting, err)
	}
}

func TestACampaignSaysWhatHoldsItsMessages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	until := time.Now().Add(3 * time.Hour).Truncate(time.Second)
	b.GuardBy(gateFunc(func() messaging.Verdict {
		return messaging.Verdict{Hold: true, Until: until, Reason: "It is night where the contact lives."}
	}))
	b.deliver(b.inCampaign(2))
	waiting, err := b.Waiting(b.ctx, b.org, 5)
	b.must(err)
	if len(waiting) != 1 || waiting[0].For != messaging.WaitsForRule || waiting[0].Messages != 2 ||
		waiting[0].Until == nil || !waiting[0].Until.Equal(until) || !strings.Contains(waiting[0].Reason.English(), "night") {
		t.Errorf("waiting = %+v", waiting)
	}
	stranger := storetest.Org(t, b.db, "Other")
	if found, err := b.Waiting(b.ctx, stranger, 5); err == nil {
		t.Errorf("another organization sees %+v", found)
	}
}

// What was held back before reasons were kept with what fills their places counts with what is held back now.
func TestMessagesWithTheSameReasonAreCountedTogether(t *testing.T) {
	t.Parallel()
	b := setup(t)
	until := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	messages := b.inCampaign(5)
	for i, reason := range []domain.Kept{
		domain.Keep("Held until %s.", domain.Moment{At: until, Layout: "15:04"}),
		domain.Keep("Held until %s.", domain.Moment{At: until.Add(time.Second), Layout: "15:04"}),
		"Held until 08:00.",
		domain.Keep("Held until %s.", domain.Moment{At: until.Add(time.Hour), Layout: "15:04"}),
		"It can't be reached. It said: anna@example.com",
	} {
		b.must(messagingstore.New(b.db).Defer(b.ctx, b.org, messages[i].ID, nil, reason))
	}
	waiting, err := b.Waiting(b.ctx, b.org, 5)
	b.must(err)
	found := map[string]int{}
	for _, w := range waiting {
		found[w.Reason.English()] = w.Messages
	}
	if want := map[string]int{"Held until 08:00.": 3, "Held until 09:00.": 1, "It can't be reached.": 1}; !maps.Equal(found, want) {
		t.Errorf("Found %v, want %v.", found, want)
	}
}

// A gate decides before the provider is asked for: a paused campaign does not wait for an outage.
func TestARuleEndsTheWaitForAProvider(t *testing.T) {
	t.Parallel()
	b := setup(t)
	messages := b.inCampaign(7)
	b.provider.err = &messaging.Refused{Reason: "It can't be reached."}
	b.deliver(messages)
	b.GuardBy(&hold{on: true})
	delivery, err := b.Deliver(b.ctx, b.org, messages[6].ID)
	if err != nil || !delivery.Deferred {
		t.Errorf("delivery %+v, %v; want it put off", delivery, err)
	}
}
