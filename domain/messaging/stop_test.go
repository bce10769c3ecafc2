package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestRatesAreHeldAgainstTheRules(t *testing.T) {
	t.Parallel()
	const campaign, sender = messaging.ScopeCampaign, messaging.ScopeDomain
	now := noon
	m := func(hoursAgo float64, sent int, f messaging.Faults) messaging.Minute {
		return messaging.Minute{Minute: now.Add(-time.Duration(hoursAgo * float64(time.Hour))), Sent: sent, Faults: f}
	}
	bounces := func(n int) messaging.Faults { return messaging.Faults{Bounces: n} }
	complaints := func(n int) messaging.Faults { return messaging.Faults{Complaints: n} }
	for name, c := range map[string]struct {
		scope   messaging.Scope
		minutes []messaging.Minute
		level   messaging.Level
		measure messaging.Measure
	}{
		"nothing":                            {campaign, nil, "", ""},
		"one bounce of ten":                  {campaign, []messaging.Minute{m(1, 10, bounces(1))}, "", ""},
		"all of five":                        {sender, []messaging.Minute{m(1, 5, bounces(5))}, "", ""},
		"one complaint of a hundred":         {sender, []messaging.Minute{m(1, 100, complaints(1))}, "", ""},
		"two percent":                        {campaign, []messaging.Minute{m(1, 1000, bounces(20))}, "", ""},
		"above two percent":                  {campaign, []messaging.Minute{m(1, 1000, bounces(21))}, messaging.LevelWarning, messaging.MeasureBounces},
		"above four percent":                 {campaign, []messaging.Minute{m(1, 1000, bounces(41))}, messaging.LevelPaused, messaging.MeasureBounces},
		"above four percent of a domain":     {sender, []messaging.Minute{m(1, 1000, bounces(41))}, messaging.LevelWarning, messaging.MeasureBounces},
		"above five percent of a domain":     {sender, []messaging.Minute{m(1, 1000, bounces(51))}, messaging.LevelPaused, messaging.MeasureBounces},
		"complaints to warn of":              {campaign, []messaging.Minute{m(1, 10_000, complaints(6))}, messaging.LevelWarning, messaging.MeasureComplaints},
		"complaints to pause a campaign":     {campaign, []messaging.Minute{m(1, 10_000, complaints(9))}, messaging.LevelPaused, messaging.MeasureComplaints},
		"complaints that a domain bears":     {sender, []messaging.Minute{m(1, 10_000, complaints(9))}, messaging.LevelWarning, messaging.MeasureComplaints},
		"complaints to pause a domain":       {sender, []messaging.Minute{m(1, 10_000, complaints(11))}, messaging.LevelPaused, messaging.MeasureComplaints},
		"sender faults in ten minutes":       {sender, []messaging.Minute{m(0.1, 900, messaging.Faults{SenderFaults: 20})}, messaging.LevelPaused, messaging.MeasureSenderFaults},
		"sender faults, but few":             {sender, []messaging.Minute{m(0.1, 100, messaging.Faults{SenderFaults: 19})}, "", ""},
		"sender faults, but rare":            {sender, []messaging.Minute{m(0.1, 1000, messaging.Faults{SenderFaults: 20})}, "", ""},
		"sender faults an hour ago":          {sender, []messaging.Minute{m(1, 100, messaging.Faults{SenderFaults: 90})}, "", ""},
		"sender faults are not the campaign": {campaign, []messaging.Minute{m(0.1, 100, messaging.Faults{SenderFaults: 90})}, "", ""},
		"message faults":                     {campaign, []messaging.Minute{m(1, 400, messaging.Faults{MessageFaults: 5})}, messaging.LevelPaused, messaging.MeasureMessageFaults},
		"message faults, but rare":           {campaign, []messaging.Minute{m(1, 500, messaging.Faults{MessageFaults: 5})}, "", ""},
		"yesterday, among enough of today":   {campaign, []messaging.Minute{m(1, 1000, bounces(0)), m(30, 1000, bounces(900))}, "", ""},
		"yesterday, with little of today":    {campaign, []messaging.Minute{m(1, 900, bounces(0)), m(30, 1000, bounces(900))}, messaging.LevelPaused, messaging.MeasureBounces},
		"two months ago":                     {campaign, []messaging.Minute{m(1, 900, bounces(0)), m(1440, 1000, bounces(900))}, "", ""},
	} {
		found := messaging.JudgeRates(c.scope, c.minutes, now)
		if found.Level != c.level || found.Measure != c.measure || (found.Reason == "") != (c.level == "") {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

// sentMany puts messages of campaign 5 into the ledger that were sent a few seconds ago, and returns their sids.
func (b *bench) sentMany(prefix string, n int) []string {
	b.t.Helper()
	_, err := b.db.Pool().Exec(b.ctx, `insert into messaging.messages (org_id, sid, key, channel, class, state, campaign_id, address, sender_domain, sent_at, settled_by)
		select $1, $2 || i, $2 || i, 'email', 'marketing', 'sent', 5, $2 || i || '@example.org', 'example.com', now() - interval '3 seconds', 'answer' from generate_series(1, $3) i`,
		b.org, prefix, n)
	b.must(err)
	_, err = b.db.Pool().Exec(b.ctx, `update messaging.reputation_counted set until = now() - interval '1 minute'`)
	b.must(err)
	sids := make([]string, n)
	for i := range sids {
		sids[i] = fmt.Sprintf("%s%d", prefix, i+1)
	}
	return sids
}

func (b *bench) bounceAll(sids []string, class messaging.BounceClass) {
	b.t.Helper()
	var list []messaging.Feedback
	for _, sid := range sids {
		f := report(messaging.FeedbackBounced, sid, 0)
		f.At, f.Bounce.Class = time.Now(), class
		list = append(list, f)
	}
	b.take(list...)
}

// pauser remembers what it was asked to pause.
type pauser []string

func (p *pauser) PauseBecause(_ context.Context, org domain.OrgID, campaign int64, reason domain.Kept) error {
	*p = append(*p, fmt.Sprintf("%d/%d: %s", org, campaign, reason))
	return nil
}

func (b *bench) stops(open bool) []messaging.Stop {
	b.t.Helper()
	page, err := b.Stops(b.ctx, b.org, messaging.StopQuery{Open: open})
	b.must(err)
	return page.Items
}

func TestABadListPausesCampaignAndDomain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var paused pauser
	b.PauseBy(&paused)
	b.GuardBy(b.SenderGate())
	b.bounceAll(b.sentMany("m", 200)[:20], messaging.BounceHard)
	b.must(b.WatchReputation(context.Background()))
	b.must(b.another().WatchReputation(context.Background())) // another process, a moment later
	if len(paused) != 1 || !strings.HasPrefix(paused[0], fmt.Sprintf("%d/5: 20 of the 200 messages of the last day (10 %%) came back", b.org)) {
		t.Errorf("paused %v", paused)
	}
	stops := b.stops(true)
	if len(stops) != 2 || stops[0].Level != messaging.LevelPaused || stops[1].Level != messaging.LevelPaused || stops[0].Faults != 20 || stops[0].Sent != 200 {
		t.Fatalf("stops %+v", stops)
	}
	held := b.sent(b.anna().ID)
	if held.State != messaging.StateReady || held.NotBefore == nil || !strings.Contains(held.Reason.English(), "Sending from example.com is paused: 20 of the 200") {
		t.Errorf("held %+v", held)
	}
	receipt, err := b.Decide(b.ctx, b.org, messaging.Decision{
		Key: "receipt", Channel: messaging.ChannelEmail, Class: messaging.ClassTransactional, Contact: *held.Contact, Email: *held.Email,
	})
	b.must(err)
	if delivery, err := b.Deliver(b.ctx, b.org, receipt.ID); err != nil || delivery.State != messaging.StateSent {
		t.Errorf("transactional: %+v, %v", delivery, err)
	}
	for _, stop := range stops {
		switch _, err := b.LiftStop(b.ctx, b.org, stop.ID); {
		case stop.Scope == messaging.ScopeCampaign && !errors.Is(err, domain.ErrConflict), stop.Scope == messaging.ScopeDomain && err != nil:
			t.Errorf("lift %s: %v", stop.Scope, err)
		}
	}
	b.must(b.CampaignResumed(b.ctx, b.org, 5))
	if _, err := b.Deliver(b.ctx, b.org, held.ID); err != nil || b.message(held.ID).State != messaging.StateSent {
		t.Errorf("released: %+v, %v", b.message(held.ID), err)
	}
	b.must(b.WatchReputation(context.Background()))
	if again := b.stops(true); len(again) != 0 {
		t.Errorf("what was before the lifting counts again: %+v", again)
	}
	if all := b.stops(false); len(all) != 2 || all[0].LiftedBy == "" || all[1].LiftedBy == "" {
		t.Errorf("history %+v", all)
	}
}

func TestAWarningBecomesAPauseOrEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sids := b.sentMany("m", 200)
	b.bounceAll(sids[:6], messaging.BounceHard)
	b.must(b.WatchReputation(context.Background()))
	if stops := b.stops(true); len(stops) != 2 || stops[0].Level != messaging.LevelWarning {
		t.Fatalf("%+v", stops)
	}
	b.sentMany("good", 800)
	b.must(b.WatchReputation(context.Background()))
	if stops := b.stops(true); len(stops) != 0 {
		t.Fatalf("the warning stays: %+v", stops)
	}
	b.bounceAll(sids[6:30], messaging.BounceHard)
	b.must(b.WatchReputation(context.Background()))
	if stops := b.stops(true); len(stops) != 2 || stops[0].Level != messaging.LevelWarning {
		t.Fatalf("%+v", stops)
	}
	b.bounceAll(sids[30:90], messaging.BounceHard)
	b.must(b.WatchReputation(context.Background()))
	if stops := b.stops(true); len(stops) != 2 || stops[0].Level != messaging.LevelPaused || stops[0].Faults != 90 {
		t.Fatalf("%+v", stops)
	}
}

func TestABrokenDomainIsPausedWithoutSuppressingAnybody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounceAll(b.sentMany("m", 100)[:25], messaging.BounceSender)
	b.must(b.WatchReputation(context.Background()))
	stops := b.stops(true)
	if len(stops) != 1 || stops[0].Scope != messaging.ScopeDomain || stops[0].Rule != messaging.MeasureSenderFaults || stops[0].Subject != "example.com" {
		t.Errorf("%+v", stops)
	}
	page, err := b.Suppressions(b.ctx, b.org, messaging.SuppressionQuery{})
	if err != nil || page.Total != 0 {
		t.Errorf("%+v, %v", page, err)
	}
}

func TestAStopOfAnotherOrganizationIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounceAll(b.sentMany("m", 100)[:25], messaging.BounceSender)
	b.must(b.WatchReputation(context.Background()))
	id := b.stops(true)[0].ID
	org := storetest.Org(t, b.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(org))
	if _, err := b.LiftStop(ctx, org, id); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("lift: %v", err)
	}
	if _, err := b.Stop(ctx, org, id); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("get: %v", err)
	}
	marketer := identity.WithActor(t.Context(), identity.Actor{Org: b.org, User: 1, Role: identity.RoleUser})
	if _, err := b.LiftStop(marketer, b.org, id); !errors.Is(err, domain.ErrForbidden) {
		t.Errorf("a marketer lifts: %v", err)
	}
}

func TestSentMessagesAreCountedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.sentMany("m", 100)
	for range 3 {
		b.must(b.WatchReputation(context.Background()))
	}
	var sent int
	b.must(b.db.Pool().QueryRow(b.ctx, "select sum(sent) from messaging.reputation where scope = 'domain'").Scan(&sent))
	if sent != 100 {
		t.Errorf("%d", sent)
	}
}
