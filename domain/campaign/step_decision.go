package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Decision asks what the contact did with an email of this campaign: at once, or waiting for it
// with a limit.
type Decision struct {
	Did    string `json:"did"`             // "opened" or "clicked"
	Step   StepID `json:"step"`            // the step that sent the email
	Within Span   `json:"within,omitzero"` // zero: look now, wait for nothing
}

var decisionEvents = map[string]string{"opened": crm.EventEmailOpened, "clicked": crm.EventEmailClicked}

// Describe implements Settings.
func (s Decision) Describe() string {
	question := "Opened the email?"
	if s.Did == "clicked" {
		question = "Clicked in the email?"
	}
	if s.Within != (Span{}) {
		question += " (waits up to " + s.Within.String() + ")"
	}
	return question
}

// Validate implements Settings.
func (s Decision) Validate(v *Validation) {
	if decisionEvents[s.Did] == "" {
		v.Problem("did", "Choose what to ask for: opened or clicked.")
	}
	switch step, ok := v.before[s.Step]; {
	case s.Step == "":
		v.Problem("step", "Choose the email step that this decision asks about.")
	case !ok || step.Kind != "send_email":
		v.Problem("step", "The decision must ask about a “Send email” step above it.")
	}
	if s.Within != (Span{}) {
		s.Within.validate(v, "within")
	}
}

// Walk implements Settings.
func (s Decision) Walk(ctx context.Context, w *Walker) (Move, error) {
	message, sent := w.Journey.Memory.Sent[s.Step]
	if !sent {
		return Take(No, "No: the email was never on this contact's path."), nil
	}
	about := int64(message)
	_, happened, err := w.CRM.FindEvent(ctx, w.Journey.Org, crm.EventMatch{
		Contact: w.Journey.Contact, Type: decisionEvents[s.Did], MessageID: &about,
	})
	if err != nil {
		return Move{}, err
	}
	if happened {
		return Take(Yes, "Yes, "+s.Did+".").About(message), nil
	}
	if s.Within == (Span{}) {
		return Take(No, "No, not "+s.Did+".").About(message), nil
	}
	return s.await(ctx, w, message)
}

func (s Decision) await(ctx context.Context, w *Walker, message messaging.MessageID) (Move, error) {
	memory := &w.Journey.Memory
	if memory.Due.IsZero() {
		row, err := w.Messaging.Message(ctx, w.Journey.Org, message)
		if err != nil {
			return Move{}, err
		}
		if row.State == messaging.StateSkipped || row.State == messaging.StateFailed {
			return Take(No, "No: the email was not sent, so there is nothing to wait for.").About(message), nil
		}
		memory.Due = s.Within.From(w.Now, w.Zone)
	}
	if !w.Now.Before(memory.Due) {
		return Take(No, "No, not "+s.Did+" within "+s.Within.String()+".").About(message), nil
	}
	event := EventWait{Type: decisionEvents[s.Did], Message: message}
	return WaitFor(event, memory.Due, w.Step.Title()), nil
}
