package messaging_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

func TestSoftBouncesSuppressForAWhileAndAtLastForGood(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		story string // d: a soft bounce on the next day, s: on the same day, +: delivered, m: a month and a day pass
		until int    // days after the first event; -1: for ever, 0: not suppressed
	}{
		"two bounces":                      {"dd", 0},
		"three on three days":              {"ddd", 32},
		"three on one day":                 {"dss", 0},
		"a delivery between":               {"dd+d", 0},
		"three after a delivery":           {"dd+ddd", 35},
		"bounces during the pause":         {"ddddd", 32},
		"a second time":                    {"dddmddd", 66},
		"a third time":                     {"dddmdddmddd", -1},
		"a third time with one that came":  {"dddmddd+mddd", 101},
		"a delivery after the third pause": {"dddmdddmddd+", -1},
	} {
		var facts []messaging.Contacted
		at := noon
		for i, event := range c.story {
			switch {
			case event == 'm':
				at = at.Add(31 * day)
				continue
			case event == 's':
				at = at.Add(time.Minute)
			case i > 0:
				at = at.Add(day)
			}
			facts = append(facts, messaging.Contacted{At: at, Soft: event != '+'})
		}
		for range 2 { // also from the end to the beginning
			verdict := messaging.JudgeSoftBounces(facts)
			until := int(verdict.Until.Sub(noon) / day)
			if verdict.Until.IsZero() {
				until = 0
			}
			if verdict.Forever {
				until = -1
			}
			if until != c.until {
				t.Errorf("%s: %d, want %d", name, until, c.until)
			}
			slices.Reverse(facts)
		}
	}
}

func TestSoftBouncesOfAnAddressAddUpOverMessages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	soft := func(days int) messaging.Feedback {
		f := bounce(b.sent(anna.ID).Sid, "transient", "4.2.2", 24*days)
		f.At = time.Now().Add(time.Duration(days-10) * 24 * time.Hour).UTC()
		return f
	}
	b.take(soft(0), soft(1))
	if _, ok := b.suppressed("anna@example.com"); ok {
		t.Fatal("suppressed after two")
	}
	third := soft(2)
	b.take(third)
	found, ok := b.suppressed("anna@example.com")
	if !ok || found.Reason != messaging.SuppressedSoftBounces || found.Until == nil || !found.Until.Equal(third.At.Truncate(time.Microsecond).Add(30*24*time.Hour)) {
		t.Fatalf("%+v", found)
	}
	if marks := b.marks(anna.ID); len(marks) != 0 {
		t.Errorf("marks %+v", marks)
	}
	// A delivery that we hear of late lay between them.
	message := b.message(1)
	late := report(messaging.FeedbackDelivered, "", 0)
	late.At = third.At.Add(-time.Hour)
	_, err := b.db.Pool().Exec(b.ctx, `insert into messaging.messages (org_id, sid, key, channel, class, state, contact_id, address, sent_at)
		values ($1, 'late', 'late', 'email', 'marketing', 'sent', $2, $3, now())`, b.org, anna.ID, strings.ToUpper(message.Address))
	b.must(err)
	late.Sid, late.Key = "late", "late"
	b.take(late)
	if found, ok := b.suppressed("anna@example.com"); ok {
		t.Errorf("%+v", found)
	}
}

func TestAnOpenBetweenSoftBouncesCountsAsArrived(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	at := func(days int) time.Time { return time.Now().Add(time.Duration(days-10) * 24 * time.Hour).UTC() }
	soft := func(days int) messaging.Feedback {
		f := bounce(b.sent(anna.ID).Sid, "transient", "4.2.2", 24*days)
		f.At = at(days)
		return f
	}
	b.take(soft(0), soft(1))
	_, err := b.crm.AppendEvents(b.ctx, b.org, []crm.Event{{Contact: anna.ID, Type: crm.EventEmailOpened, OccurredAt: at(1).Add(time.Hour)}})
	b.must(err)
	b.take(soft(2))
	if found, ok := b.suppressed("anna@example.com"); ok {
		t.Errorf("%+v", found)
	}
}
