package messaging_test

import (
	"context"
	"errors"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestAnUnknownMessageOfAnotherOrganizationIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.lost(b.anna().ID)
	org := storetest.Org(t, b.db, "Other")
	ctx := identity.WithActor(t.Context(), identity.System(org))
	if _, err := b.ItArrived(ctx, org, message.ID); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("arrived: %v", err)
	}
	if _, err := b.SendAgain(ctx, org, message.ID); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("again: %v", err)
	}
	if _, err := b.SendAgain(context.Background(), b.org, message.ID); !errors.Is(err, domain.ErrUnauthorized) {
		t.Errorf("nobody: %v", err)
	}
}

func TestAPersonSaysThatItArrived(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.lost(anna.ID)
	b.ctx = identity.WithActor(t.Context(), identity.Actor{Org: b.org, User: 1, Name: "Olga", Role: identity.RoleUser})
	got, err := b.ItArrived(b.ctx, b.org, message.ID)
	b.must(err)
	if got.State != messaging.StateSent || got.SettledBy != messaging.SettledByOperator || got.Operator != "Olga" || got.SentAt == nil || got.Reason != "" {
		t.Errorf("%+v", got)
	}
	if n := len(b.events(anna.ID, crm.EventEmailSent)); n != 1 {
		t.Errorf("%d events", n)
	}
	if _, err := b.ItArrived(b.ctx, b.org, message.ID); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	if _, err := b.SendAgain(b.ctx, b.org, message.ID); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("again: %v", err)
	}
}

func TestAnUnknownMessageIsSentAgainOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	message := b.lost(anna.ID)
	b.ctx = identity.WithActor(t.Context(), identity.Actor{Org: b.org, User: 1, Name: "Olga", Role: identity.RoleUser})
	got, err := b.SendAgain(b.ctx, b.org, message.ID)
	b.must(err)
	if got.State != messaging.StateReady || got.Operator != "Olga" || got.Resends != 1 || got.Sid != message.Sid {
		t.Errorf("%+v", got)
	}
	b.must(b.Resend(context.Background()))
	b.must(b.Resend(context.Background()))
	if got := b.message(message.ID); got.State != messaging.StateSent || got.Attempts != 2 || len(b.provider.mails) != 2 {
		t.Errorf("%+v, %d mails", got, len(b.provider.mails))
	}
	if n := len(b.events(anna.ID, crm.EventEmailSent)); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestAMessageIsNotSentAThirdTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.lost(b.anna().ID)
	_, err := b.SendAgain(b.ctx, b.org, message.ID)
	b.must(err)
	b.provider.err = errors.New("reset")
	b.must(b.Resend(context.Background()))
	if got := b.message(message.ID); got.State != messaging.StateUnknown {
		t.Fatalf("%+v", got)
	}
	if _, err := b.SendAgain(b.ctx, b.org, message.ID); !errors.Is(err, domain.ErrConflict) {
		t.Errorf("again: %v", err)
	}
}

func TestSendingAgainAsksAgainWhetherItIsWanted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.lost(b.anna().ID)
	_, err := b.SendAgain(b.ctx, b.org, message.ID)
	b.must(err)
	b.suppress("anna@example.com")
	b.must(b.Resend(context.Background()))
	if got := b.message(message.ID); got.State != messaging.StateSkipped || len(b.provider.mails) != 1 {
		t.Errorf("%+v, %d mails", got, len(b.provider.mails))
	}
}

func TestALateReportStopsWhatWasToBeSentAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.lost(b.anna().ID)
	_, err := b.SendAgain(b.ctx, b.org, message.ID)
	b.must(err)
	b.take(report(messaging.FeedbackDelivered, message.Sid, 0))
	b.must(b.Resend(context.Background()))
	if got := b.message(message.ID); got.State != messaging.StateSent || len(b.provider.mails) != 1 {
		t.Errorf("%+v, %d mails", got, len(b.provider.mails))
	}
}

func TestARefusedResendRests(t *testing.T) {
	t.Parallel()
	b := setup(t)
	message := b.lost(b.anna().ID)
	_, err := b.SendAgain(b.ctx, b.org, message.ID)
	b.must(err)
	b.provider.err = &messaging.Refused{Reason: "Too busy."}
	b.must(b.Resend(context.Background()))
	b.must(b.Resend(context.Background()))
	if got := b.message(message.ID); got.State != messaging.StateReady || got.NotBefore == nil || len(b.provider.mails) != 2 {
		t.Errorf("%+v, %d mails", got, len(b.provider.mails))
	}
}

func TestUnknownMessagesBecomeOverdueByTheirClass(t *testing.T) {
	t.Parallel()
	b := setup(t)
	marketing := b.lost(b.anna().ID)
	b.provider.err = errors.New("reset")
	receipt, err := b.Decide(b.ctx, b.org, messaging.Decision{
		Key: "receipt", Channel: messaging.ChannelEmail, Class: messaging.ClassTransactional, Contact: *marketing.Contact, Email: *marketing.Email,
	})
	b.must(err)
	_, err = b.Deliver(b.ctx, b.org, receipt.ID)
	b.must(err)
	for _, c := range []struct {
		ago     string
		overdue int
	}{{"0", 0}, {"3 minutes", 1}, {"31 minutes", 2}} {
		_, err := b.db.Pool().Exec(b.ctx, "update messaging.messages set call_deadline = now() - $1::interval", c.ago)
		b.must(err)
		count, err := b.CountUnknown(b.ctx, b.org)
		if err != nil || count != (messaging.UnknownCount{Open: 2, Overdue: c.overdue}) {
			t.Errorf("%s: %+v, %v", c.ago, count, err)
		}
		page, err := b.Messages(b.ctx, b.org, messaging.MessageQuery{Overdue: true})
		if err != nil || page.Total != c.overdue {
			t.Errorf("%s: %d listed, %v", c.ago, page.Total, err)
		}
	}
}
