package activities

import (
	"context"
	"errors"
	"log/slog"

	"go.temporal.io/sdk/temporal"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Messaging is what workflows ask of messaging.
type Messaging struct {
	Service *messaging.Service
}

// SendInput names a message of the ledger.
type SendInput struct {
	Org     domain.OrgID
	Message messaging.MessageID
}

// RefusedForNow is the type of the error of a message that must be tried again.
const RefusedForNow = "RefusedForNow"

// SendEmail delivers a decided message. It completes when the message ended or must wait for
// something of ours; a refusal that may pass is an error that names when to come back. Repeating
// it sends nothing twice.
func (a *Messaging) SendEmail(ctx context.Context, in SendInput) (messaging.Delivery, error) {
	return a.deliver(ctx, in)
}

// SendSMS does for an SMS what SendEmail does for an email.
func (a *Messaging) SendSMS(ctx context.Context, in SendInput) (messaging.Delivery, error) {
	return a.deliver(ctx, in)
}

func (a *Messaging) deliver(ctx context.Context, in SendInput) (messaging.Delivery, error) {
	ctx = identity.WithActor(ctx, identity.System(in.Org))
	ctx = domain.WithLog(ctx, slog.Int64("message", int64(in.Message)))
	delivery, err := a.Service.Deliver(ctx, in.Org, in.Message)
	var retry *messaging.RetryError
	switch {
	case errors.As(err, &retry):
		return messaging.Delivery{}, temporal.NewApplicationErrorWithOptions(retry.Error(), RefusedForNow,
			temporal.ApplicationErrorOptions{NextRetryDelay: retry.After})
	case errors.Is(err, domain.ErrNotFound):
		return messaging.Delivery{}, gone(err)
	}
	delivery.Reason = domain.Kept(delivery.Reason.English()) // histories are read as they are
	return delivery, err
}

// gone ends what was removed under a worker, such as sample data. That is no fault, which would be logged as one.
func gone(err error) error {
	return temporal.NewApplicationErrorWithOptions(err.Error(), "NotFound",
		temporal.ApplicationErrorOptions{NonRetryable: true, Category: temporal.ApplicationErrorCategoryBenign})
}

// SweepMessages settles messages whose program died during the call, and returns how many.
func (a *Messaging) SweepMessages(ctx context.Context) (int, error) {
	return a.Service.Sweep(ctx)
}
