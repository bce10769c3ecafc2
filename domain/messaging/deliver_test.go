package messaging_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestADeliveredMessageIsInTheLedgerAndInTheTimeline(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, email := b.anna(), b.email(welcome())
	message := b.decide(anna.ID, email.ID)
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	if delivery.State != messaging.StateSent {
		t.Errorf("delivery %+v", delivery)
	}
	got := b.message(message.ID)
	if got.State != messaging.StateSent || got.Address != "anna@example.com" || got.ProviderID != "id-1" || got.Provider != "test" ||
		got.Attempts != 1 || got.SentAt == nil || got.CallDeadline != nil {
		t.Errorf("ledger %+v", got)
	}
	sent := b.events(anna.ID, crm.EventEmailSent)
	if len(sent) != 1 || *sent[0].MessageID != int64(message.ID) || *sent[0].CampaignID != 5 || sent[0].Data["email"] != "Welcome" {
		t.Errorf("events %+v", sent)
	}
	mail := b.provider.mails[0]
	if mail.To != "anna@example.com" || mail.From != "hello@example.com" || mail.Subject != "Hello Anna" || mail.Campaign != 5 || mail.Sid != message.Sid {
		t.Errorf("mail %+v", mail)
	}
}

func TestDecidingTwiceIsOneMessage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, email := b.anna(), b.email(welcome())
	decision := messaging.Decision{Key: "k", Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: anna.ID, Email: email.ID}
	first, err := b.Decide(b.ctx, b.org, decision)
	b.must(err)
	again, err := b.Decide(b.ctx, b.org, decision)
	b.must(err)
	if first.ID != again.ID || first.Sid != again.Sid || first.State != messaging.StateReady {
		t.Errorf("%+v, %+v", first, again)
	}
}

func TestDeliveringAgainSendsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	for range 3 {
		delivery, err := b.another().Deliver(b.ctx, b.org, message.ID)
		if err != nil || delivery.State != messaging.StateSent {
			t.Errorf("%+v, %v", delivery, err)
		}
	}
	if len(b.provider.mails) != 1 {
		t.Errorf("%d mails", len(b.provider.mails))
	}
}

func TestSampleContactsGetNothingForReal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.contact(crm.ContactInput{Email: new("anna@brightwater.example"), IsSample: true}).ID, b.email(welcome()).ID)
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	if delivery.State != messaging.StateSkipped || !strings.Contains(delivery.Reason.English(), "sample data") || len(b.provider.mails) != 0 {
		t.Errorf("%+v, %d mails", delivery, len(b.provider.mails))
	}
}

func TestUnwantedMessagesAreSkippedWithASentence(t *testing.T) {
	t.Parallel()
	b := setup(t)
	email := b.email(welcome())
	mark := func(reason crm.Reason) crm.ContactID {
		c := b.contact(crm.ContactInput{Email: new(string(reason) + "@example.com")})
		b.must(b.crm.SetDoNotContact(b.ctx, b.org, c.ID, crm.DoNotContact{Channel: crm.Email, Reason: reason}))
		return c.ID
	}
	noAddress := b.contact(crm.ContactInput{Firstname: new("Nobody")})
	gone := b.contact(crm.ContactInput{Email: new("gone@example.com")})
	goneMessage := b.decide(gone.ID, email.ID)
	b.must(b.crm.DeleteContact(b.ctx, b.org, gone.ID))
	for want, message := range map[string]messaging.Message{
		"The contact has unsubscribed from emails.":          b.decide(mark(crm.Unsubscribed), email.ID),
		"Earlier mail to this address came back.":            b.decide(mark(crm.Bounced), email.ID),
		"Somebody marked this contact as not to be emailed.": b.decide(mark(crm.Manual), email.ID),
		"The contact has no email address.":                  b.decide(noAddress.ID, email.ID),
		"The contact was deleted.":                           goneMessage,
	} {
		delivery, err := b.Deliver(b.ctx, b.org, message.ID)
		if err != nil || delivery.State != messaging.StateSkipped || delivery.Reason.English() != want {
			t.Errorf("want %q: %+v, %v", want, delivery, err)
		}
		if got := b.message(message.ID); got.State != messaging.StateSkipped || got.Reason.English() != want || got.Attempts != 0 {
			t.Errorf("want %q: %+v", want, got)
		}
	}
	if len(b.provider.mails) != 0 {
		t.Errorf("%d mails", len(b.provider.mails))
	}
}

func TestTransactionalMailReachesWhoUnsubscribed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	b.must(b.crm.SetDoNotContact(b.ctx, b.org, anna.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed}))
	message, err := b.Decide(b.ctx, b.org, messaging.Decision{
		Key: "receipt", Channel: messaging.ChannelEmail, Class: messaging.ClassTransactional, Contact: anna.ID, Email: b.email(welcome()).ID,
	})
	b.must(err)
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateSent {
		t.Fatalf("%+v, %v", delivery, err)
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(b.provider.mails[0].Raw))
	b.must(err)
	if parsed.Header.Get("List-Unsubscribe") != "" || parsed.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("headers %v", parsed.Header)
	}
}

func TestEmailsThatCannotBeMadeFailWithASentence(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	noSubject := welcome()
	noSubject.Subject = ""
	emptyForAnna := welcome()
	emptyForAnna.Subject = "{{ contact.company }}"
	endless := welcome()
	endless.HTML = "{% for a in (1..1000) %}{% for b in (1..1000) %}xxxxxxxxxx{% endfor %}{% endfor %}"
	for want, in := range map[string]messaging.EmailInput{
		"The email “Welcome” has no subject.":                 noSubject,
		"The subject of “Welcome” is empty for this contact.": emptyForAnna,
		"This text becomes longer than 1024 KB.":              endless,
	} {
		message := b.decide(anna.ID, b.email(in).ID)
		delivery, err := b.Deliver(b.ctx, b.org, message.ID)
		if err != nil || delivery.State != messaging.StateFailed || delivery.Reason.English() != want {
			t.Errorf("want %q: %+v, %v", want, delivery, err)
		}
	}
}

func TestUnsubscribingDuringTheRenderingIsNoticedByTheClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.decide(anna.ID, b.email(welcome()).ID)
	b.GuardBy(gateFunc(func() messaging.Verdict { // runs inside the claim's transaction, after everything was read
		err := b.crm.SetDoNotContact(b.ctx, b.org, anna.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed})
		b.must(err)
		return messaging.Verdict{}
	}))
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateSkipped || len(b.provider.mails) != 0 {
		t.Errorf("%+v, %v, %d mails", delivery, err, len(b.provider.mails))
	}
}

type gateFunc func() messaging.Verdict

func (f gateFunc) Judge(context.Context, domain.OrgID, messaging.Message, crm.Contact) (messaging.Verdict, error) {
	return f(), nil
}

func TestAGateCanEndAMessage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	b.GuardBy(gateFunc(func() messaging.Verdict { return messaging.Verdict{} }),
		gateFunc(func() messaging.Verdict { return messaging.Verdict{Skip: true, Reason: "Enough for this week."} }))
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateSkipped || len(b.provider.mails) != 0 {
		t.Errorf("%+v, %v, %d mails", delivery, err, len(b.provider.mails))
	}
	if got := b.message(message.ID); got.State != messaging.StateSkipped || got.Reason != "Enough for this week." {
		t.Errorf("ledger %+v", got)
	}
}

func TestHeldMessagesAreDeferredAndKeepTheirRow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	h := &hold{on: true, until: until}
	b.GuardBy(h)
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || !delivery.Deferred || !delivery.Until.Equal(until) || delivery.Reason != "The campaign is paused." {
		t.Errorf("%+v, %v", delivery, err)
	}
	if got := b.message(message.ID); got.State != messaging.StateReady || got.NotBefore == nil || got.Reason != "The campaign is paused." {
		t.Errorf("ledger %+v", got)
	}
	h.until = time.Time{}
	if delivery, err = b.Deliver(b.ctx, b.org, message.ID); err != nil || !delivery.Deferred || delivery.Until != nil {
		t.Errorf("without an end: %+v, %v", delivery, err)
	}
	h.on = false
	if delivery, err = b.Deliver(b.ctx, b.org, message.ID); err != nil || delivery.State != messaging.StateSent {
		t.Errorf("let go: %+v, %v", delivery, err)
	}
	if got := b.message(message.ID); got.Reason != "" || got.NotBefore != nil {
		t.Errorf("the old reason stays: %+v", got)
	}
}

func TestARefusalForNowIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	b.provider.err = &messaging.Refused{Reason: "Slow down.", Detail: "450 anna@example.com later", RetryAfter: 7 * time.Second}
	_, err := b.Deliver(b.ctx, b.org, message.ID)
	var retry *messaging.RetryError
	if !errors.As(err, &retry) || retry.After != 7*time.Second || retry.Reason != "Slow down." {
		t.Errorf("err = %#v", err)
	}
	if got := b.message(message.ID); got.State != messaging.StateReady || got.Reason.English() != "Slow down. It said: 450 anna@example.com later" {
		t.Errorf("ledger %+v", got)
	}
	b.provider.err = nil
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if got := b.message(message.ID); err != nil || delivery.State != messaging.StateSent || got.Attempts != 2 || got.Reason != "" {
		t.Errorf("%+v, %v, %+v", delivery, err, got)
	}
}

func TestARefusalForGoodFails(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	b.provider.err = &messaging.Refused{Permanent: true, Reason: "No.", Detail: "550 anna@example.com unknown"}
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateFailed || delivery.Reason != "No." {
		t.Errorf("%+v, %v", delivery, err)
	}
}

// A reason of which a part is cut off could not be said in another language any more.
func TestAProvidersLongWordsLeaveTheReasonWhole(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	b.provider.err = &messaging.Refused{Permanent: true, Reason: "No.", Detail: "550 \xff " + strings.Repeat("ä\n", 400) + "\x00 \x1f" + strings.Repeat("ä", 400)}
	_, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	got := b.message(message.ID).Reason
	phrase := got.Phrase()
	if phrase.Format != "%s It said: %s" || len(phrase.Args) != 2 || fmt.Sprint(phrase.Args[0]) != "No." {
		t.Fatalf("The reason came back as %+v.", phrase)
	}
	said := fmt.Sprint(phrase.Args[1])
	if n := utf8.RuneCountInString(said); n != 500 || !strings.HasPrefix(said, "550 � ä ä") || !strings.HasSuffix(said, "…") || got.English() != "No. It said: "+said {
		t.Errorf("%d characters are kept of what it said: %s", n, said)
	}
}

func TestALostAnswerIsUnknownAndFinal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.decide(anna.ID, b.email(welcome()).ID)
	b.provider.err = errors.New("connection reset")
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateUnknown {
		t.Errorf("%+v, %v", delivery, err)
	}
	b.provider.err = nil
	if delivery, err = b.Deliver(b.ctx, b.org, message.ID); err != nil || delivery.State != messaging.StateUnknown || len(b.provider.mails) != 1 {
		t.Errorf("again: %+v, %v, %d mails", delivery, err, len(b.provider.mails))
	}
	if sent := b.events(anna.ID, crm.EventEmailSent); len(sent) != 0 {
		t.Errorf("events %+v", sent)
	}
}

func TestACallThatMayBeUnderWayIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	var retry *messaging.RetryError
	b.provider.during = func(messaging.Outgoing) { // a second worker comes while the first one calls
		_, err := b.another().Deliver(b.ctx, b.org, message.ID)
		if !errors.As(err, &retry) || retry.After < 15*time.Second || retry.After > 22*time.Second {
			t.Errorf("err = %#v", err)
		}
	}
	_, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
	if retry == nil || len(b.provider.mails) != 1 {
		t.Errorf("%d mails", len(b.provider.mails))
	}
}

func TestACallWhoseProgramDiedBecomesUnknown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, email := b.anna(), b.email(welcome())
	die := func(ago string) messaging.MessageID {
		id := b.decide(anna.ID, email.ID).ID
		_, err := b.db.Pool().Exec(b.ctx, "update messaging.messages set state = 'calling', call_deadline = now() - $2::interval where id = $1", id, ago)
		b.must(err)
		return id
	}
	delivered, swept, young := die("1 second"), die("11 seconds"), die("5 seconds")
	delivery, err := b.Deliver(b.ctx, b.org, delivered)
	if err != nil || delivery.State != messaging.StateUnknown {
		t.Errorf("%+v, %v", delivery, err)
	}
	count, err := b.Sweep(b.ctx)
	if err != nil || count != 1 {
		t.Errorf("swept %d, %v", count, err)
	}
	if b.message(swept).State != messaging.StateUnknown || b.message(young).State != messaging.StateCalling {
		t.Error("the sweep took the wrong one")
	}
	if len(b.provider.mails) != 0 {
		t.Errorf("%d mails", len(b.provider.mails))
	}
}

func TestAContactDeletedDuringTheCallLosesNoAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.decide(anna.ID, b.email(welcome()).ID)
	b.provider.during = func(messaging.Outgoing) { b.must(b.crm.DeleteContact(b.ctx, b.org, anna.ID)) }
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateSent || b.message(message.ID).State != messaging.StateSent {
		t.Errorf("%+v, %v", delivery, err)
	}
}

func TestAMessageOfAnotherOrganizationIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	email := b.email(welcome())
	other := storetest.Org(t, b.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(other))
	_, deliverErr := b.Deliver(ctx, other, message.ID)
	_, messageErr := b.Message(ctx, other, message.ID)
	_, emailErr := b.Email(ctx, other, email.ID)
	_, updateErr := b.UpdateEmail(ctx, other, email.ID, 1, welcome())
	_, testErr := b.SendTest(ctx, other, email.ID, messaging.TestSend{To: "x@example.com"})
	for _, err := range []error{deliverErr, messageErr, emailErr, updateErr, testErr, b.DeleteEmail(ctx, other, email.ID)} {
		if !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("err = %v", err)
		}
	}
	foreign, err := b.Decide(ctx, other, messaging.Decision{Key: "x", Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: 1, Email: email.ID})
	b.must(err)
	if foreign.Contact != nil || foreign.Email != nil {
		t.Errorf("it names what is not its own: %+v", foreign)
	}
	if _, err := b.Message(b.ctx, other, foreign.ID); !errors.Is(err, domain.ErrForbidden) {
		t.Errorf("err = %v", err)
	}
}

func TestATestGoesThroughTheLedgerAndTouchesNoContact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, email := b.anna(), b.email(welcome())
	message, err := b.SendTest(b.ctx, b.org, email.ID, messaging.TestSend{To: "boss@example.com", As: &anna.ID})
	b.must(err)
	if message.State != messaging.StateSent || message.Class != messaging.ClassTest || message.Contact != nil || message.Address != "boss@example.com" {
		t.Errorf("%+v", message)
	}
	if mail := b.provider.mails[0]; mail.To != "boss@example.com" || mail.Subject != "Hello Anna" {
		t.Errorf("mail %+v", mail)
	}
	if sent := b.events(anna.ID, crm.EventEmailSent); len(sent) != 0 {
		t.Errorf("events %+v", sent)
	}
	b.provider.err = &messaging.Refused{Reason: "Later."}
	message, err = b.SendTest(b.ctx, b.org, email.ID, messaging.TestSend{To: "boss@example.com"})
	if err != nil || message.State != messaging.StateFailed || message.Reason != "Later." {
		t.Errorf("%+v, %v", message, err)
	}
	if _, err := b.SendTest(b.ctx, b.org, email.ID, messaging.TestSend{To: "boss"}); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("err = %v", err)
	}
}

func TestLinksAreKeptBeforeTheMailGoesOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	b.provider.during = func(messaging.Outgoing) {
		urls, err := store.Values[string](b.ctx, b.db.Pool(), store.SQL.Select("url").From("messaging.links"))
		b.must(err)
		if strings.Join(urls, " ") != "https://example.com/start?a=1&b=2" {
			t.Errorf("links %q", urls)
		}
	}
	_, err := b.Deliver(b.ctx, b.org, message.ID)
	b.must(err)
}
