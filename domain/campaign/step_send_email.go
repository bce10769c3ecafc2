package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain/messaging"
)

// SendEmail sends one email to the contact, effectively once.
type SendEmail struct {
	Email messaging.EmailID `json:"email"`
}

// SendEmailActivity is the activity that delivers it.
const SendEmailActivity = "SendEmail"

// holdRetry is how long a message waits that is held back until somebody lets it go.
const holdRetry = time.Minute

// Describe implements Settings.
func (SendEmail) Describe() string { return "Send email" }

// Validate implements Settings.
func (s SendEmail) Validate(v *Validation) {
	if s.Email == 0 {
		v.Problem("email", "Choose the email to send.")
	} else if problem := v.Unsendable[s.Email]; problem != "" {
		v.Problem("email", "%s", problem)
	}
}

// Walk implements Settings. The ledger's row, not the activity's answer, says how it went: a
// journey that is woken or restarted at any moment finds the same row.
func (s SendEmail) Walk(ctx context.Context, w *Walker) (Move, error) {
	message, err := s.message(ctx, w)
	if err != nil {
		return Move{}, err
	}
	switch message.State {
	case messaging.StateSent:
		return Next("Sent.").About(message.ID), nil
	case messaging.StateUnknown:
		return Next("The provider's answer was lost. It counts as sent until we know.").About(message.ID), nil
	case messaging.StateSkipped:
		return Next("Not sent: " + message.Reason).About(message.ID), nil
	case messaging.StateFailed:
		return Next("Failed: " + message.Reason).About(message.ID), nil
	}
	if message.NotBefore != nil && message.NotBefore.After(w.Now) {
		return SleepUntil(*message.NotBefore, message.Reason).About(message.ID), nil
	}
	if w.Happened.What == HappenedActivity {
		// It was held back with no end in sight: look again in a while.
		return SleepUntil(w.Now.Add(holdRetry), "Held back: "+message.Reason).About(message.ID), nil
	}
	return Send(SendEmailActivity, message.ID, "Send email: "+w.Step.Title()), nil
}

func (s SendEmail) message(ctx context.Context, w *Walker) (messaging.Message, error) {
	memory := &w.Journey.Memory
	if memory.Message != 0 {
		return w.Messaging.Message(ctx, w.Journey.Org, memory.Message)
	}
	message, err := w.Messaging.Decide(ctx, w.Journey.Org, messaging.Decision{
		Key:      fmt.Sprintf("journey/%d/%s/%d", w.Journey.ID, w.Step.ID, w.Journey.Visit),
		Channel:  messaging.ChannelEmail,
		Class:    messaging.ClassMarketing,
		Contact:  w.Journey.Contact,
		Email:    s.Email,
		Campaign: int64(w.Journey.Campaign),
		Journey:  int64(w.Journey.ID),
		Step:     string(w.Step.ID),
	})
	if err != nil {
		return messaging.Message{}, err
	}
	memory.remember(w.Step.ID, message.ID)
	return message, nil
}
