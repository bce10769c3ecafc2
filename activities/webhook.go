package activities

import (
	"context"
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/identity"
)

// Webhook calls other systems for journeys.
type Webhook struct {
	Service *campaign.Service
}

// CallInput names a call of a webhook.
type CallInput struct {
	Org  domain.OrgID
	Call campaign.CallID
}

// CallWebhook makes the next attempt of a decided call. It completes when the call ended, or its
// campaign is not active; a failure that may pass is an error that names when to come back. All
// attempts carry the same Idempotency-Key.
func (a *Webhook) CallWebhook(ctx context.Context, in CallInput) (campaign.CallState, error) {
	ctx = identity.WithActor(ctx, identity.System(in.Org))
	state, err := a.Service.MakeCall(ctx, in.Org, in.Call)
	var retry *campaign.CallRetry
	switch {
	case errors.As(err, &retry):
		return "", temporal.NewApplicationErrorWithOptions(retry.Error(), RefusedForNow,
			temporal.ApplicationErrorOptions{NextRetryDelay: retry.After})
	case errors.Is(err, domain.ErrNotFound):
		return "", gone(err)
	}
	return state, err
}
