package activities_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/mauntic/mauntic/activities"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/crmstore"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

// answers is a mail provider that gives one answer to all.
type answers struct{ err error }

func (answers) Name() string { return "test" }

func (a *answers) Send(context.Context, messaging.Outgoing) (string, error) { return "id", a.err }

func TestSendEmailIsTriedAgainWhenTheProviderSays(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	ctx := identity.WithActor(t.Context(), identity.System(org))
	contacts := crm.New(crm.Deps{Store: crmstore.New(db), Tx: db})
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: make([]byte, 32)}})
	check(t, err)
	provider := &answers{err: &messaging.Refused{Reason: domain.Keep("Come back in %d seconds.", 9), RetryAfter: 9 * time.Second}}
	service := messaging.New(messaging.Deps{
		Store: messagingstore.New(db), Tx: db, Contacts: contacts, Provider: provider, Signer: signer,
		BaseURL: "http://mail.test", Log: slog.New(slog.DiscardHandler),
	})
	address := "anna@example.com"
	contact, err := contacts.CreateContact(ctx, org, crm.ContactInput{Email: &address})
	check(t, err)
	email, err := service.CreateEmail(ctx, org, messaging.EmailInput{Name: "W", Subject: "Hi", HTML: "x"})
	check(t, err)
	message, err := service.Decide(ctx, org, messaging.Decision{Key: "k", Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing, Contact: contact.ID, Email: email.ID})
	check(t, err)

	activity := activities.Messaging{Service: service}
	_, err = activity.SendEmail(t.Context(), activities.SendInput{Org: org, Message: message.ID})
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) || failure.NonRetryable() || failure.NextRetryDelay() != 9*time.Second || failure.Type() != activities.RefusedForNow || failure.Message() != "Come back in 9 seconds." {
		t.Fatalf("err = %#v", err)
	}
	provider.err = nil
	check(t, service.PauseSending(ctx, "Because."))
	held, err := activity.SendEmail(t.Context(), activities.SendInput{Org: org, Message: message.ID})
	if err != nil || !held.Deferred || held.Reason != "Sending is paused. Because." {
		t.Errorf("%+v with the reason %q, %v; want it held, in English", held, string(held.Reason), err)
	}
	_, err = service.ResumeSending(ctx)
	check(t, err)
	delivery, err := activity.SendEmail(t.Context(), activities.SendInput{Org: org, Message: message.ID})
	if err != nil || delivery.State != messaging.StateSent {
		t.Errorf("%+v, %v", delivery, err)
	}
	if _, err := activity.SendEmail(t.Context(), activities.SendInput{Org: org, Message: 99}); !errors.As(err, &failure) || !failure.NonRetryable() || failure.Category() != temporal.ApplicationErrorCategoryBenign {
		t.Errorf("an absent message must not be tried for ever, nor be logged as a fault: %v", err)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
