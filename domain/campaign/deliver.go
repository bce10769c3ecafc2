package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// holdRetry is how long a message waits that is held back until somebody lets it go.
const holdRetry = time.Minute

// deliver is what all steps do that send a message: decide it in the ledger, let the activity
// deliver it, and move on when it has ended. The ledger's row, not the activity's answer, says how
// it went: a journey that is woken or restarted at any moment finds the same row.
func (w *Walker) deliver(ctx context.Context, d messaging.Decision, activity string, doing *domain.Phrase) (Move, error) {
	message, err := w.decide(ctx, d)
	if err != nil {
		return Move{}, err
	}
	switch message.State {
	case messaging.StateSent:
		return Next(domain.Keep("Sent.")).About(message.ID), nil
	case messaging.StateUnknown:
		return Next(domain.Keep("The provider's answer was lost. It counts as sent until we know.")).About(message.ID), nil
	case messaging.StateSkipped:
		return Next(domain.Keep("Not sent: %s", message.Reason.Phrase())).About(message.ID), nil
	case messaging.StateFailed:
		return Next(domain.Keep("Failed: %s", message.Reason.Phrase())).About(message.ID), nil
	}
	return w.hand(message, activity, doing), nil
}

// hand has the activity deliver a message that has not ended, at its time.
func (w *Walker) hand(message messaging.Message, activity string, doing *domain.Phrase) Move {
	if message.NotBefore != nil && message.NotBefore.After(w.Now) {
		return SleepUntil(*message.NotBefore, message.Reason.Phrase()).About(message.ID)
	}
	if w.Happened.What == HappenedActivity {
		// It was held back with no end in sight: look again in a while.
		return SleepUntil(w.Now.Add(holdRetry), domain.Say("Held back: %s", message.Reason.Phrase())).About(message.ID)
	}
	return Send(activity, message.ID, doing)
}

// decide notes the message of the step in the ledger, once for each time the journey comes by.
func (w *Walker) decide(ctx context.Context, d messaging.Decision) (messaging.Message, error) {
	memory := &w.Journey.Memory
	if memory.Message != 0 {
		return w.Messaging.Message(ctx, w.Journey.Org, memory.Message)
	}
	d.Key = fmt.Sprintf("journey/%d/%s/%d", w.Journey.ID, w.Step.ID, w.Journey.Visit)
	d.Class, d.Contact = messaging.ClassMarketing, w.Journey.Contact
	d.Campaign, d.Journey, d.Step = int64(w.Journey.Campaign), int64(w.Journey.ID), string(w.Step.ID)
	message, err := w.Messaging.Decide(ctx, w.Journey.Org, d)
	if err != nil {
		return messaging.Message{}, err
	}
	memory.remember(w.Step.ID, message.ID)
	return message, nil
}
