package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
)

func (b *bench) person(address string) crm.Contact {
	b.t.Helper()
	return b.contact(crm.ContactInput{Email: &address})
}

func (b *bench) suppress(address string) messaging.Suppression {
	b.t.Helper()
	entry, err := b.Suppress(b.ctx, b.org, messaging.SuppressionInput{Address: address})
	b.must(err)
	return entry
}

func TestASuppressionOfAnotherOrganizationIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	entry := b.suppress("anna@example.com")
	org := storetest.Org(t, b.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(org))
	if _, err := b.Suppression(ctx, org, entry.ID); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("get: %v", err)
	}
	if err := b.LiftSuppression(ctx, org, entry.ID); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("lift: %v", err)
	}
	if _, ok, err := b.FindSuppression(ctx, org, messaging.ChannelEmail, "anna@example.com"); ok || err != nil {
		t.Errorf("find: %v, %v", ok, err)
	}
	if page, err := b.Suppressions(ctx, org, messaging.SuppressionQuery{}); err != nil || page.Total != 0 {
		t.Errorf("list: %+v, %v", page, err)
	}
	if err := b.LiftSuppression(b.ctx, b.org, entry.ID); err != nil {
		t.Errorf("our own: %v", err)
	}
}

func TestStrangersMayNotTouchTheSuppressionList(t *testing.T) {
	t.Parallel()
	b := setup(t)
	nobody := context.Background()
	for name, do := range map[string]func() error{
		"list":   func() error { _, err := b.Suppressions(nobody, b.org, messaging.SuppressionQuery{}); return err },
		"get":    func() error { _, err := b.Suppression(nobody, b.org, 1); return err },
		"put":    func() error { _, err := b.Suppress(nobody, b.org, messaging.SuppressionInput{}); return err },
		"lift":   func() error { return b.LiftSuppression(nobody, b.org, 1) },
		"erase":  func() error { return b.EraseAddress(nobody, b.org, messaging.ChannelEmail, "a@example.com") },
		"import": func() error { _, err := b.ImportSuppressions(nobody, b.org, messaging.SuppressionFile{}); return err },
		"export": func() error { return b.WriteSuppressions(nobody, b.org, &strings.Builder{}) },
	} {
		if err := do(); !errors.Is(err, domain.ErrUnauthorized) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheClaimRefusesSuppressedAddresses(t *testing.T) {
	t.Parallel()
	b := setup(t)
	email := b.email(welcome())
	decide := func(contact crm.ContactID, class messaging.Class) messaging.Message {
		message, err := b.Decide(b.ctx, b.org, messaging.Decision{
			Key: fmt.Sprintf("%d/%s", contact, class), Channel: messaging.ChannelEmail, Class: class, Contact: contact, Email: email.ID,
		})
		b.must(err)
		return message
	}
	for reason, transactional := range map[messaging.SuppressionReason]messaging.State{
		messaging.SuppressedHardBounce: messaging.StateSkipped, messaging.SuppressedComplaint: messaging.StateSent,
		messaging.SuppressedManual: messaging.StateSent, messaging.SuppressedImport: messaging.StateSent, messaging.SuppressedErased: messaging.StateSkipped,
	} {
		address := string(reason) + "@example.com"
		switch reason {
		case messaging.SuppressedManual:
			b.suppress(strings.ToUpper(address))
		case messaging.SuppressedImport:
			_, err := b.ImportSuppressions(b.ctx, b.org, messaging.SuppressionFile{Text: strings.NewReader(address)})
			b.must(err)
		case messaging.SuppressedErased:
			b.must(b.EraseAddress(b.ctx, b.org, messaging.ChannelEmail, address))
		case messaging.SuppressedComplaint:
			b.complainedOnce(address)
		default:
			b.bouncedOnce(address)
		}
		contact := b.person(address) // a new contact with an address of old
		marketing := decide(contact.ID, messaging.ClassMarketing)
		delivery, err := b.Deliver(b.ctx, b.org, marketing.ID)
		if err != nil || delivery.State != messaging.StateSkipped || delivery.Reason == "" || b.message(marketing.ID).Reason != delivery.Reason {
			t.Errorf("%s, marketing: %+v, %v", reason, delivery, err)
		}
		delivery, err = b.Deliver(b.ctx, b.org, decide(contact.ID, messaging.ClassTransactional).ID)
		if err != nil || delivery.State != transactional {
			t.Errorf("%s, transactional: %+v, %v", reason, delivery, err)
		}
	}
}

// bouncedOnce lets an address bounce by way of a contact who is deleted then.
func (b *bench) bouncedOnce(address string) { b.onceThen(address, messaging.FeedbackBounced) }

func (b *bench) complainedOnce(address string) { b.onceThen(address, messaging.FeedbackComplained) }

func (b *bench) onceThen(address string, kind messaging.FeedbackKind) {
	b.t.Helper()
	contact := b.person(address)
	f := report(kind, b.sent(contact.ID).Sid, 0)
	if kind == messaging.FeedbackBounced {
		f.Bounce.Class = messaging.BounceHard
	}
	b.take(f)
	b.must(b.crm.DeleteContact(b.ctx, b.org, contact.ID))
}

func TestAnAddressSuppressedAfterTheDraftIsNotClaimed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.decide(b.anna().ID, b.email(welcome()).ID)
	b.GuardBy(gateFunc(func() messaging.Verdict { // runs in the claim's transaction, after everything was read
		done := make(chan struct{})
		go func() { // as another process would
			defer close(done)
			_, err := b.Suppress(b.ctx, b.org, messaging.SuppressionInput{Address: "anna@example.com"})
			if err != nil {
				t.Error(err)
			}
		}()
		<-done
		return messaging.Verdict{}
	}))
	delivery, err := b.Deliver(b.ctx, b.org, message.ID)
	if err != nil || delivery.State != messaging.StateSkipped || len(b.provider.mails) != 0 {
		t.Errorf("%+v, %v, %d mails", delivery, err, len(b.provider.mails))
	}
}

func TestFraudStopsTransactionalMailToo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.sent(anna.ID)
	for i, kind := range []string{"not-spam", "abuse", "fraud"} {
		f := report(messaging.FeedbackComplained, message.Sid, i)
		f.Complaint = kind
		b.take(f)
		found, ok := b.suppressed("anna@example.com")
		want := map[string]messaging.Stops{"abuse": messaging.StopsMarketing, "fraud": messaging.StopsAll}[kind]
		if ok != (want != "") || found.Stops != want {
			t.Errorf("%s: %+v, %v", kind, found, ok)
		}
	}
}

func TestWhatWasLiftedStaysLiftedUntilItHappensAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.sent(anna.ID)
	b.take(bounce(message.Sid, "permanent", "5.1.1", 0))
	entry, _ := b.suppressed("anna@example.com")
	b.must(b.LiftSuppression(b.ctx, b.org, entry.ID))
	if marks := b.marks(anna.ID); len(marks) != 0 {
		t.Errorf("marks %+v", marks)
	}
	b.take(bounce(message.Sid, "permanent", "5.1.2", 1)) // older than the lifting, and late
	if _, ok := b.suppressed("anna@example.com"); ok {
		t.Error("a late report undid the lifting")
	}
	if err := b.LiftSuppression(b.ctx, b.org, entry.ID); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("lifted twice: %v", err)
	}
	again := bounce(message.Sid, "permanent", "5.1.3", 2)
	again.At = time.Now()
	b.take(again)
	if _, ok := b.suppressed("anna@example.com"); !ok {
		t.Error("a new bounce does not suppress")
	}
}

func TestAMarkOfAPersonIsNotOverwrittenByABounce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.sent(anna.ID)
	b.must(b.crm.SetDoNotContact(b.ctx, b.org, anna.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Manual}))
	b.take(bounce(message.Sid, "permanent", "5.1.1", 0))
	if marks := b.marks(anna.ID); len(marks) != 1 || marks[0].Reason != crm.Manual {
		t.Errorf("%+v", marks)
	}
}

func TestAContactWithANewAddressIsNotMarked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.sent(anna.ID)
	_, err := b.crm.UpdateContact(b.ctx, b.org, anna.ID, crm.ContactPatch{Email: new("berg@example.com")})
	b.must(err)
	b.take(bounce(message.Sid, "permanent", "5.1.1", 0))
	if marks := b.marks(anna.ID); len(marks) != 0 {
		t.Errorf("%+v", marks)
	}
	if _, ok := b.suppressed("anna@example.com"); !ok {
		t.Error("the old address is not suppressed")
	}
}

func TestAListIsImportedWithReasonsForWhatWasRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.suppress("known@example.com")
	text := "\xEF\xBB\xBFName;E-Mail\nAnna;Anna@Example.com\nBob;not an address\n\n;known@example.com\nAgain;anna@example.com\n;'+x@example.com\n"
	result, err := b.ImportSuppressions(b.ctx, b.org, messaging.SuppressionFile{Name: "list.csv", Text: strings.NewReader(text)})
	if err != nil || result.Added != 2 || result.Known != 2 || result.Rejected != 1 {
		t.Fatalf("%+v, %v", result, err)
	}
	if got := result.Rejects[0]; got.Row != 3 || got.Text != "Bob not an address" || got.Reason == "" {
		t.Errorf("%+v", got)
	}
	if found, ok := b.suppressed("anna@example.com"); !ok || found.Reason != messaging.SuppressedImport || found.Origin != "list.csv" {
		t.Errorf("%+v", found)
	}
	if found, _ := b.suppressed("known@example.com"); found.Reason != messaging.SuppressedManual {
		t.Errorf("a lighter reason replaced a heavier one: %+v", found)
	}
	for _, bad := range []string{"", "name\n", "\xff\xfe", "a\x00@example.com"} {
		if _, err := b.ImportSuppressions(b.ctx, b.org, messaging.SuppressionFile{Text: strings.NewReader(bad)}); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestPhoneNumbersSurviveExportAndImport(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.Suppress(b.ctx, b.org, messaging.SuppressionInput{Channel: messaging.ChannelSMS, Address: "+49 151 23456789", Comment: "=cmd()"})
	b.must(err)
	var file strings.Builder
	b.must(b.WriteSuppressions(b.ctx, b.org, &file))
	if !strings.Contains(file.String(), "'+4915123456789,sms,manual,marketing,'=cmd()") {
		t.Errorf("file %s", file.String())
	}
	entry, _, err := b.FindSuppression(b.ctx, b.org, messaging.ChannelSMS, "+4915123456789")
	b.must(err)
	b.must(b.LiftSuppression(b.ctx, b.org, entry.ID))
	result, err := b.ImportSuppressions(b.ctx, b.org, messaging.SuppressionFile{Channel: messaging.ChannelSMS, Text: strings.NewReader(file.String())})
	if err != nil || result.Added != 1 || result.Rejected != 0 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestAnErasedAddressIsUnreadableAndStaysSuppressed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.suppress("anna@example.com")
	b.must(b.EraseAddress(b.ctx, b.org, messaging.ChannelEmail, "Anna@example.com"))
	b.must(b.EraseAddress(b.ctx, b.org, messaging.ChannelEmail, "anna@example.com"))
	page, err := b.Suppressions(b.ctx, b.org, messaging.SuppressionQuery{})
	if err != nil || page.Total != 1 || page.Items[0].Address != "" || page.Items[0].Reason != messaging.SuppressedErased {
		t.Errorf("%+v, %v", page, err)
	}
	if found, ok := b.suppressed("ANNA@example.com"); !ok || found.Skip() == "" {
		t.Error("not suppressed any more")
	}
	if err := b.LiftSuppression(b.ctx, b.org, page.Items[0].ID); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("lift: %v", err)
	}
	var there bool
	b.must(b.db.Pool().QueryRow(b.ctx, "select exists (select from messaging.suppressions s where s::text ilike '%anna%')").Scan(&there))
	if there {
		t.Error("the address is still in the table")
	}
}

func TestATemporarySuppressionEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	until := time.Now().Add(time.Hour)
	_, err := b.Suppress(b.ctx, b.org, messaging.SuppressionInput{Address: "anna@example.com", Until: &until})
	b.must(err)
	if _, ok := b.suppressed("anna@example.com"); !ok {
		t.Error("not on the list")
	}
	_, err = b.db.Pool().Exec(b.ctx, "update messaging.suppressions set until = now()")
	b.must(err)
	if _, ok := b.suppressed("anna@example.com"); ok {
		t.Error("still on the list")
	}
	page, err := b.Suppressions(b.ctx, b.org, messaging.SuppressionQuery{})
	if err != nil || page.Total != 0 {
		t.Errorf("%+v, %v", page, err)
	}
	if got := b.sent(b.anna().ID); got.State != messaging.StateSent {
		t.Errorf("%+v", got)
	}
}

func TestBadInputForTheListIsExplained(t *testing.T) {
	t.Parallel()
	b := setup(t)
	over := time.Now().Add(-time.Hour)
	for name, in := range map[string]messaging.SuppressionInput{
		"no address":    {},
		"no number":     {Channel: messaging.ChannelSMS, Address: "0151 23456"},
		"no channel":    {Channel: "push", Address: "x"},
		"time is over":  {Address: "a@example.com", Until: &over},
		"long comment":  {Address: "a@example.com", Comment: strings.Repeat("x", 501)},
		"wrong comment": {Address: "a@example.com", Comment: "\x00"},
	} {
		if _, err := b.Suppress(b.ctx, b.org, in); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
