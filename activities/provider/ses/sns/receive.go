package sns

import (
	"context"
	"errors"
	"log/slog"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Taker takes feedback, and returns when it is kept.
type Taker interface {
	TakeFeedback(ctx context.Context, feedback []messaging.Feedback) error
}

// Arming says whether somebody expects a new subscription right now.
type Arming interface {
	HooksArmed(ctx context.Context) (bool, error)
}

// Confirmer tells SNS that we want a subscription.
type Confirmer interface {
	Confirm(ctx context.Context, topic Topic, token string) error
}

// Receiver takes envelopes that anybody may have posted.
type Receiver struct {
	Verifier  *Verifier
	Taker     Taker
	Arming    Arming
	Confirmer Confirmer
	Log       *slog.Logger
}

// Receive returns nil when what the envelope says is kept, and SNS needs not bring it again.
// Forbidden, TooLarge and Invalid errors will be the same however often it is brought; all others
// may pass.
func (r *Receiver) Receive(ctx context.Context, body []byte) error {
	e, err := r.Verifier.Open(ctx, body)
	if err != nil {
		return err
	}
	switch e.Type {
	case TypeConfirmation:
		return r.confirm(ctx, e)
	case TypeUnsubscribed:
		r.Log.WarnContext(ctx, "a subscription of SNS was ended: events of its topic stop coming", slog.String("topic", e.TopicARN))
		return nil
	}
	feedback, err := e.Feedback()
	if err != nil {
		return domain.Invalid("Message", "Notification %s can't be read: %v.", e.MessageID, err)
	}
	if len(feedback) == 0 {
		return nil
	}
	if err := r.Taker.TakeFeedback(ctx, feedback); err != nil {
		return later("take feedback of SES", err)
	}
	return nil
}

// confirm answers SNS only while somebody expects it, and only by its API: the address in the
// envelope is never called.
func (r *Receiver) confirm(ctx context.Context, e Envelope) error {
	armed, err := r.Arming.HooksArmed(ctx)
	switch {
	case err != nil:
		return later("look whether a subscription is expected", err)
	case !armed:
		r.Log.WarnContext(ctx, "SNS asks to confirm a subscription that nobody expects; `mauntic hooks arm` expects it for a while", slog.String("topic", e.TopicARN))
		return forged("no subscription is expected")
	}
	topic, _ := find(r.Verifier.topics, e.TopicARN)
	if err := r.Confirmer.Confirm(ctx, topic, e.Token); err != nil {
		return later("confirm subscription", err)
	}
	r.Log.InfoContext(ctx, "subscription of SNS confirmed", slog.String("topic", e.TopicARN))
	return nil
}

// later says that it may go better another time, whatever kind the error has where it comes from.
func later(what string, err error) error { return errors.New(what + ": " + err.Error()) }
