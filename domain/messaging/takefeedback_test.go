package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
)

// noon is a time in the past that tests count from.
var noon = time.Now().UTC().Truncate(24 * time.Hour).Add(-100*24*time.Hour + 12*time.Hour)

// sent sends a marketing mail to a contact and returns its row.
func (b *bench) sent(contact crm.ContactID) messaging.Message {
	b.t.Helper()
	message := b.decide(contact, b.email(welcome()).ID)
	_, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	return b.message(message.ID)
}

// lost sends a mail whose answer gets lost.
func (b *bench) lost(contact crm.ContactID) messaging.Message {
	b.t.Helper()
	b.provider.err = errors.New("connection reset")
	message := b.sent(contact)
	b.provider.err = nil
	if message.State != messaging.StateUnknown {
		b.t.Fatalf("state %s", message.State)
	}
	return message
}

// report makes a report about a message, so many hours after noon.
func report(kind messaging.FeedbackKind, sid string, hours int) messaging.Feedback {
	return messaging.Feedback{
		Key: fmt.Sprintf("%s/%s/%d", sid, kind, hours), Provider: "test", Kind: kind, Sid: sid, At: noon.Add(time.Duration(hours) * time.Hour),
	}
}

func bounce(sid, kind, status string, hours int) messaging.Feedback {
	f := report(messaging.FeedbackBounced, sid, hours)
	f.Key += status
	f.Bounce = messaging.Bounce{Type: kind, SubType: "General", Status: status}
	f.Detail = "smtp; 550 " + status + " not taken"
	return f
}

func (b *bench) take(list ...messaging.Feedback) {
	b.t.Helper()
	b.must(b.TakeFeedback(context.Background(), list)) // nobody is signed in: providers call
}

func (b *bench) suppressed(address string) (messaging.Suppression, bool) {
	b.t.Helper()
	found, ok, err := b.FindSuppression(b.ctx, b.org, messaging.ChannelEmail, address)
	b.must(err)
	return found, ok
}

func (b *bench) marks(contact crm.ContactID) []crm.DoNotContact {
	b.t.Helper()
	got, err := b.crm.Contact(b.ctx, b.org, contact)
	b.must(err)
	return got.DoNotContact
}

func TestAReportSettlesAnUnknownMessage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.lost(anna.ID)
	b.take(report(messaging.FeedbackAccepted, message.Sid, 0))
	got := b.message(message.ID)
	if got.State != messaging.StateSent || got.SettledBy != messaging.SettledByEvent || got.SentAt == nil || got.Reason != "" ||
		got.CallDeadline != nil || got.Delivery != messaging.DeliveryAccepted {
		t.Errorf("%+v", got)
	}
	if sent := b.events(anna.ID, crm.EventEmailSent); len(sent) != 1 || sent[0].Data["email"] != "Welcome" {
		t.Errorf("events %+v", sent)
	}
}

func TestTheOrderOfReportsMakesNoDifference(t *testing.T) {
	t.Parallel()
	b := setup(t)
	email := b.email(welcome())
	type end struct {
		state    messaging.State
		progress messaging.Progress
		sentAt   time.Time
		reason   messaging.SuppressionReason
		stops    messaging.Stops
		until    *time.Time
		marks    int
		mark     crm.Reason
		sent     int
	}
	var first *end
	other := b.anna()
	permutations([]int{0, 1, 2, 3, 4}, func(order []int) {
		b.provider.err = nil
		b.sent(other.ID) // the provider answers now and then: it is not away
		contact := b.contact(crm.ContactInput{Email: new(fmt.Sprintf("c%v@example.com", order[0]*10000+order[1]*1000+order[2]*100+order[3]*10+order[4]))})
		message := b.decide(contact.ID, email.ID)
		b.provider.err = errors.New("reset")
		_, err := b.Deliver(b.ctx, b.org, message.ID)
		b.must(err)
		all := []messaging.Feedback{
			report(messaging.FeedbackAccepted, message.Sid, 1), report(messaging.FeedbackDelayed, message.Sid, 2),
			report(messaging.FeedbackDelivered, message.Sid, 3), bounce(message.Sid, "permanent", "5.1.1", 4), report(messaging.FeedbackComplained, message.Sid, 5),
		}
		for _, i := range order {
			b.take(all[i], all[order[0]]) // and the first one again and again
		}
		m := b.message(message.ID)
		got := end{state: m.State, progress: m.Progress, sentAt: *m.SentAt, sent: len(b.events(contact.ID, crm.EventEmailSent))}
		got.progress.DeliveryAt = nil
		if !m.DeliveryAt.Equal(noon.Add(5 * time.Hour)) {
			t.Errorf("%v: delivery at %v", order, m.DeliveryAt)
		}
		if s, ok := b.suppressed(*contact.Email); ok {
			got.reason, got.stops, got.until = s.Reason, s.Stops, s.Until
		}
		if marks := b.marks(contact.ID); len(marks) > 0 {
			got.marks, got.mark = len(marks), marks[0].Reason
		}
		if first == nil {
			first = &got
			want := end{
				state: messaging.StateSent, progress: messaging.Progress{Delivery: messaging.DeliveryComplained, SettledBy: messaging.SettledByEvent},
				sentAt: got.sentAt, reason: messaging.SuppressedHardBounce, stops: messaging.StopsAll, marks: 1, mark: crm.Unsubscribed, sent: 1,
			}
			if got != want || !got.sentAt.Equal(noon.Add(time.Hour)) {
				t.Errorf("%v: %+v, want %+v", order, got, want)
			}
		}
		if got != *first {
			t.Errorf("%v: %+v, want %+v", order, got, *first)
		}
	})
}

// permutations calls fn with every order of list.
func permutations(list []int, fn func([]int)) {
	var walk func(done, left []int)
	walk = func(done, left []int) {
		if len(left) == 0 {
			fn(done)
			return
		}
		for i := range left {
			walk(append(slices.Clone(done), left[i]), slices.Delete(slices.Clone(left), i, i+1))
		}
	}
	walk(nil, list)
}

func TestReportsAreFoundByTheProvidersOwnIDToo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.sent(b.anna().ID)
	f := report(messaging.FeedbackDelivered, "", 0)
	f.ProviderID = message.ProviderID
	other := f
	other.Provider, other.Key = "another", "x"
	b.take(other, f)
	if got := b.message(message.ID); got.Delivery != messaging.DeliveryDelivered {
		t.Errorf("%+v", got.Progress)
	}
	if counts := b.FeedbackCounts(); counts != (messaging.FeedbackCounts{Taken: 1, Unknown: 1}) {
		t.Errorf("counts %+v", counts)
	}
}

func TestReportsAboutUnknownMessagesAreDroppedAndCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.sent(b.anna().ID)
	known := report(messaging.FeedbackDelivered, message.Sid, 0)
	b.take(report(messaging.FeedbackDelivered, "ffffffffffffffffffffffffffffffff", 0), report(messaging.FeedbackDelivered, "", 0), known, known)
	b.take(known)
	if counts := b.FeedbackCounts(); counts != (messaging.FeedbackCounts{Taken: 1, Repeated: 2, Unknown: 2}) {
		t.Errorf("counts %+v", counts)
	}
}

func TestReportsOfSeveralOrganizationsTouchOnlyTheirOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ours := b.sent(b.anna().ID)
	org, ctx := b.org, b.ctx
	b.org = storetest.Org(t, b.db, "Other")
	b.ctx = identity.WithActor(t.Context(), identity.System(b.org))
	theirs := b.sent(b.anna().ID)
	same := bounce(theirs.Sid, "permanent", "5.1.1", 0)
	delivered := report(messaging.FeedbackDelivered, ours.Sid, 0)
	delivered.Key = same.Key // keys are the organization's own
	b.take(delivered, same)
	if _, ok := b.suppressed("anna@example.com"); !ok {
		t.Error("theirs is not suppressed")
	}
	b.org, b.ctx = org, ctx
	if _, ok := b.suppressed("anna@example.com"); ok {
		t.Error("ours is suppressed")
	}
	if got := b.message(ours.ID); got.Delivery != messaging.DeliveryDelivered {
		t.Errorf("%+v", got.Progress)
	}
}

func TestAReportOverrulesARefusalAndARetry(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.provider.err = &messaging.Refused{Permanent: true, Reason: "No."}
	failed := b.sent(b.anna().ID)
	b.provider.err = &messaging.Refused{Reason: "Later."}
	bob := b.contact(crm.ContactInput{Email: new("bob@example.com")})
	waiting := b.decide(bob.ID, b.email(welcome()).ID)
	if _, err := b.Deliver(b.ctx, b.org, waiting.ID); err == nil {
		t.Fatal("not refused")
	}
	calls := len(b.provider.mails)
	for _, m := range []messaging.Message{failed, waiting} {
		b.take(report(messaging.FeedbackDelivered, m.Sid, 0))
		if got := b.message(m.ID); got.State != messaging.StateSent || got.Reason != "" || got.SettledBy != messaging.SettledByEvent {
			t.Errorf("%+v", got)
		}
	}
	if delivery, err := b.Deliver(b.ctx, b.org, waiting.ID); err != nil || delivery.State != messaging.StateSent || len(b.provider.mails) != calls {
		t.Errorf("%+v, %v", delivery, err)
	}
}

func TestAReportDuringTheCallLeavesItToTheAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, err := range map[string]error{"taken": nil, "lost": errors.New("reset"), "refused": &messaging.Refused{Reason: "Later."}} {
		contact := b.contact(crm.ContactInput{Email: new(name + "@example.com")})
		b.provider.err = err
		b.provider.during = func(m messaging.Outgoing) { b.take(report(messaging.FeedbackAccepted, m.Sid, 0)) }
		got := b.sent(contact.ID)
		if got.State != messaging.StateSent || got.Delivery != messaging.DeliveryAccepted {
			t.Errorf("%s: %+v", name, got)
		}
		if n := len(b.events(contact.ID, crm.EventEmailSent)); n != 1 {
			t.Errorf("%s: %d events", name, n)
		}
	}
}

func TestTheSweepBelievesReportsThatCameBeforeIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.sent(anna.ID)
	_, err := b.db.Pool().Exec(b.ctx, `update messaging.messages set state = 'calling', call_deadline = now() + interval '1 minute', settled_by = '', sent_at = null where id = $1`, message.ID)
	b.must(err)
	b.take(report(messaging.FeedbackAccepted, message.Sid, 0)) // the call seems to be under way, but its program is dead
	if got := b.message(message.ID); got.State != messaging.StateCalling || got.Delivery != messaging.DeliveryAccepted {
		t.Fatalf("%+v", got)
	}
	_, err = b.db.Pool().Exec(b.ctx, `update messaging.messages set call_deadline = now() - interval '1 minute' where id = $1`, message.ID)
	b.must(err)
	if _, err := b.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := b.message(message.ID); got.State != messaging.StateSent || got.SettledBy != messaging.SettledByEvent {
		t.Errorf("%+v", got)
	}
}

func TestNothingOfABatchStaysWhenItFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.sent(anna.ID)
	// The very last write fails, as when the program is killed before the commit.
	_, err := b.db.Pool().Exec(b.ctx, `create function fail() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$;
		create trigger fail before insert on crm.events for each row when (new.type = 'email.bounced') execute function fail()`)
	b.must(err)
	f := bounce(message.Sid, "permanent", "5.1.1", 0)
	if err := b.TakeFeedback(t.Context(), []messaging.Feedback{f}); err == nil {
		t.Fatal("no error")
	}
	if got := b.message(message.ID); got.Delivery != messaging.DeliveryNone {
		t.Errorf("%+v", got.Progress)
	}
	if _, ok := b.suppressed("anna@example.com"); ok || len(b.marks(anna.ID)) > 0 {
		t.Error("half of the effects stayed")
	}
	_, err = b.db.Pool().Exec(b.ctx, `drop trigger fail on crm.events`)
	b.must(err)
	b.take(f)
	if _, ok := b.suppressed("anna@example.com"); !ok || len(b.marks(anna.ID)) != 1 {
		t.Error("the repeated report had no effect")
	}
}

func TestAThousandReportsAreTakenAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	email := b.email(welcome())
	var list []messaging.Feedback
	for i := range 250 {
		contact := b.contact(crm.ContactInput{Email: new(fmt.Sprintf("c%d@example.com", i))})
		message := b.decide(contact.ID, email.ID)
		_, err := b.Deliver(b.ctx, b.org, message.ID)
		b.must(err)
		list = append(list,
			report(messaging.FeedbackAccepted, message.Sid, 0), report(messaging.FeedbackDelayed, message.Sid, 1),
			report(messaging.FeedbackDelivered, message.Sid, 2))
		last := report(messaging.FeedbackComplained, message.Sid, 3)
		if i%2 == 0 {
			last = bounce(message.Sid, "permanent", "5.1.1", 3)
		}
		list = append(list, last)
	}
	began := time.Now()
	b.take(list...)
	t.Logf("%d reports, 125 of them bounces, in %v", len(list), time.Since(began))
	page, err := b.Suppressions(b.ctx, b.org, messaging.SuppressionQuery{})
	if err != nil || page.Total != 250 {
		t.Errorf("%d suppressed, %v", page.Total, err)
	}
	if counts := b.FeedbackCounts(); counts.Taken != 1000 {
		t.Errorf("counts %+v", counts)
	}
}

func TestBrokenTextsInReportsAreMended(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.sent(b.anna().ID)
	f := bounce(message.Sid, "permanent", "5.1.1", 0)
	f.Key, f.Detail, f.Bounce.SubType = "", "no\x00 such\xff user", "\x00"
	f.At = time.Now().Add(time.Hour) // their clock is wrong
	b.take(f)
	if got := b.message(message.ID); got.DeliveryDetail != "no such� user" || got.DeliveryAt.After(time.Now()) {
		t.Errorf("%+v", got.Progress)
	}
}

func TestReportsAboutTestsSuppressNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.SendTest(b.ctx, b.org, b.email(welcome()).ID, messaging.TestSend{To: "me@example.com"})
	b.must(err)
	b.take(bounce(b.provider.mails[0].Sid, "permanent", "5.1.1", 0))
	if _, ok := b.suppressed("me@example.com"); ok {
		t.Error("suppressed")
	}
}

func TestReportsOfDeletedContactsStillSuppressTheAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.sent(anna.ID)
	b.must(b.crm.DeleteContact(b.ctx, b.org, anna.ID))
	b.take(bounce(message.Sid, "permanent", "5.1.1", 0))
	if found, ok := b.suppressed("ANNA@example.com"); !ok || found.Origin != message.Sid {
		t.Errorf("%+v, %v", found, ok)
	}
}
