package messaging_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
)

func night() messaging.RuleInput {
	return messaging.RuleInput{Kind: messaging.RuleQuiet, Action: messaging.ActionDefer, Days: messaging.EveryDay, Starts: 21 * 60, Ends: 8 * 60}
}

func oneADay() messaging.RuleInput {
	return messaging.RuleInput{Kind: messaging.RuleCap, Action: messaging.ActionDefer, Messages: 1, Per: messaging.PerDay}
}

func (b *bench) rule(in messaging.RuleInput) messaging.Rule {
	b.t.Helper()
	rule, err := b.CreateRule(b.ctx, b.org, in)
	b.must(err)
	return rule
}

func TestAnotherOrganizationsRuleIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rule := b.rule(night())
	other := storetest.Org(t, b.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(other))
	_, read := b.Rule(ctx, other, rule.ID)
	_, changed := b.UpdateRule(ctx, other, rule.ID, oneADay())
	for doing, err := range map[string]error{"read": read, "change": changed, "delete": b.DeleteRule(ctx, other, rule.ID)} {
		if !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("%s: %v", doing, err)
		}
	}
	if rules, err := b.Rules(ctx, other); err != nil || len(rules) != 0 {
		t.Errorf("%v, %v", rules, err)
	}
	if same, err := b.Rule(b.ctx, b.org, rule.ID); err != nil || same.RuleInput != rule.RuleInput {
		t.Errorf("%+v, %v", same, err)
	}
}

func TestOnlyThoseWhoChangeSettingsChangeRules(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rule := b.rule(night())
	marketer := identity.WithActor(t.Context(), identity.Actor{Org: b.org, User: 1, Role: identity.RoleUser})
	_, created := b.CreateRule(marketer, b.org, oneADay())
	_, changed := b.UpdateRule(marketer, b.org, rule.ID, oneADay())
	for doing, err := range map[string]error{"create": created, "change": changed, "delete": b.DeleteRule(marketer, b.org, rule.ID)} {
		if !errors.Is(err, domain.ErrForbidden) {
			t.Errorf("%s: %v", doing, err)
		}
	}
	if rules, err := b.Rules(marketer, b.org); err != nil || len(rules) != 1 {
		t.Errorf("%v, %v", rules, err)
	}
}

func TestRulesAreChecked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for field, in := range map[string]messaging.RuleInput{
		"kind":     {Action: messaging.ActionDefer},
		"channel":  {Kind: messaging.RuleCap, Channel: "fax", Action: messaging.ActionDefer, Messages: 1, Per: messaging.PerDay},
		"action":   {Kind: messaging.RuleCap, Messages: 1, Per: messaging.PerDay},
		"messages": {Kind: messaging.RuleCap, Action: messaging.ActionDefer, Per: messaging.PerDay},
		"per":      {Kind: messaging.RuleCap, Action: messaging.ActionDefer, Messages: 1, Per: "year"},
		"days":     {Kind: messaging.RuleQuiet, Action: messaging.ActionDefer},
		"from":     {Kind: messaging.RuleQuiet, Action: messaging.ActionDefer, Days: 1, Starts: 1440},
		"to":       {Kind: messaging.RuleQuiet, Action: messaging.ActionDefer, Days: 1, Ends: -1},
	} {
		var ours *domain.Error
		if _, err := b.CreateRule(b.ctx, b.org, in); !errors.As(err, &ours) || ours.Kind != domain.KindInvalid || ours.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if rules, err := b.Rules(b.ctx, b.org); err != nil || len(rules) != 0 {
		t.Errorf("%v, %v", rules, err)
	}
}

func TestQuietHoursGoByTheContactsClock(t *testing.T) {
	t.Parallel()
	b := setup(t)
	now := time.Date(2026, time.November, 25, 21, 30, 0, 0, time.UTC) // 22:30 in Berlin, 16:30 in New York
	b.clock = func() time.Time { return now }
	b.Service = b.another()
	b.GuardBy(b.RuleGate())
	_, err := b.db.Pool().Exec(b.ctx, "update identity.organizations set time_zone = 'Europe/Berlin'")
	b.must(err)
	b.rule(night())
	email := b.email(welcome())
	anna := b.anna()
	john := b.contact(crm.ContactInput{Email: new("john@example.com"), TimeZone: new("America/New_York")})

	held := b.decide(anna.ID, email.ID)
	delivery, err := b.Deliver(b.ctx, b.org, held.ID)
	b.must(err)
	const reason = "Held until 08:00 Berlin time: quiet hours."
	eight := time.Date(2026, time.November, 26, 7, 0, 0, 0, time.UTC)
	if !delivery.Deferred || delivery.Reason.English() != reason || delivery.Until.Before(eight) || delivery.Until.After(eight.Add(15*time.Minute)) {
		t.Errorf("%+v", delivery)
	}
	if m := b.message(held.ID); m.State != messaging.StateReady || m.Reason.English() != reason || !m.NotBefore.Equal(*delivery.Until) {
		t.Errorf("%+v", m)
	}
	if delivery, err := b.Deliver(b.ctx, b.org, b.decide(john.ID, email.ID).ID); err != nil || delivery.State != messaging.StateSent {
		t.Errorf("%+v, %v", delivery, err)
	}
	receipt, err := b.Decide(b.ctx, b.org, messaging.Decision{
		Key: "receipt", Channel: messaging.ChannelEmail, Class: messaging.ClassTransactional, Contact: anna.ID, Email: email.ID,
	})
	b.must(err)
	if delivery, err := b.Deliver(b.ctx, b.org, receipt.ID); err != nil || delivery.State != messaging.StateSent {
		t.Errorf("a transactional message is held: %+v, %v", delivery, err)
	}
	if test, err := b.SendTest(b.ctx, b.org, email.ID, messaging.TestSend{To: "me@example.com"}); err != nil || test.State != messaging.StateSent {
		t.Errorf("a test is held: %+v, %v", test, err)
	}
	now = *delivery.Until
	if delivery, err := b.Deliver(b.ctx, b.org, held.ID); err != nil || delivery.State != messaging.StateSent {
		t.Errorf("not sent after the night: %+v, %v", delivery, err)
	}
}

func TestQuietHoursMayDropMessages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.clock = func() time.Time { return time.Date(2026, time.November, 25, 22, 30, 0, 0, time.UTC) }
	b.Service = b.another()
	b.GuardBy(b.RuleGate())
	in := night()
	in.Action = messaging.ActionSkip
	b.rule(in)
	delivery, err := b.Deliver(b.ctx, b.org, b.decide(b.anna().ID, b.email(welcome()).ID).ID)
	if err != nil || delivery.State != messaging.StateSkipped || delivery.Reason.English() != "It was 22:30 for the contact: quiet hours." {
		t.Errorf("%+v, %v", delivery, err)
	}
}

func TestACapHoldsWhatIsTooMuchAndCountsUnknownOnes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.GuardBy(b.RuleGate())
	b.rule(messaging.RuleInput{Kind: messaging.RuleCap, Channel: messaging.ChannelEmail, Action: messaging.ActionDefer, Messages: 2, Per: messaging.PerDay})
	anna, email := b.anna(), b.email(welcome())
	b.provider.err = errors.New("the connection broke")
	first := b.decide(anna.ID, email.ID)
	if delivery, err := b.Deliver(b.ctx, b.org, first.ID); err != nil || delivery.State != messaging.StateUnknown {
		t.Fatalf("%+v, %v", delivery, err)
	}
	b.provider.err = &messaging.Refused{Permanent: true, Reason: "No."} // does not count
	if delivery, err := b.Deliver(b.ctx, b.org, b.decide(anna.ID, email.ID).ID); err != nil || delivery.State != messaging.StateFailed {
		t.Fatalf("%+v, %v", delivery, err)
	}
	b.provider.err = nil
	if delivery, err := b.Deliver(b.ctx, b.org, b.decide(anna.ID, email.ID).ID); err != nil || delivery.State != messaging.StateSent {
		t.Fatalf("%+v, %v", delivery, err)
	}
	third := b.decide(anna.ID, email.ID)
	delivery, err := b.Deliver(b.ctx, b.org, third.ID)
	b.must(err)
	const rest = ": the contact has had 2 marketing emails within 24 hours, which is the limit."
	if !delivery.Deferred || !delivery.Until.After(time.Now().Add(23*time.Hour)) || !strings.HasSuffix(delivery.Reason.English(), rest) {
		t.Errorf("%+v", delivery)
	}
	other := b.contact(crm.ContactInput{Email: new("ben@example.com")})
	if delivery, err := b.Deliver(b.ctx, b.org, b.decide(other.ID, email.ID).ID); err != nil || delivery.State != messaging.StateSent {
		t.Errorf("another contact is held: %+v, %v", delivery, err)
	}
	_, err = b.db.Pool().Exec(b.ctx, "update messaging.messages set claimed_at = claimed_at - interval '24 hours 1 second' where id = $1", first.ID)
	b.must(err)
	if delivery, err := b.Deliver(b.ctx, b.org, third.ID); err != nil || delivery.State != messaging.StateSent {
		t.Errorf("still held a day later: %+v, %v", delivery, err)
	}
}

func TestACapMayDropMessages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.GuardBy(b.RuleGate())
	in := oneADay()
	in.Action = messaging.ActionSkip
	b.rule(in)
	anna, email := b.anna(), b.email(welcome())
	_, err := b.Deliver(b.ctx, b.org, b.decide(anna.ID, email.ID).ID)
	b.must(err)
	delivery, err := b.Deliver(b.ctx, b.org, b.decide(anna.ID, email.ID).ID)
	if err != nil || delivery.State != messaging.StateSkipped || delivery.Reason.English() != "The contact has had 1 marketing message within 24 hours, which is the limit." {
		t.Errorf("%+v, %v", delivery, err)
	}
}

func TestTwoSendsAtOnceDoNotBothPassACap(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.GuardBy(b.RuleGate())
	b.rule(oneADay())
	anna, email := b.anna(), b.email(welcome())
	const senders = 8
	var messages [senders]messaging.Message
	for i := range messages {
		messages[i] = b.decide(anna.ID, email.ID)
	}
	var group sync.WaitGroup
	for _, m := range messages {
		group.Go(func() {
			if _, err := b.Deliver(b.ctx, b.org, m.ID); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if len(b.provider.mails) != 1 {
		t.Errorf("%d mails went out", len(b.provider.mails))
	}
}
