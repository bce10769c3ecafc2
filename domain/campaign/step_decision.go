package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Decision asks what the contact did with a message of this campaign: at once, or waiting for it
// with a limit.
type Decision struct {
	Did    string `json:"did"`             // "opened", "clicked" or "replied"
	Step   StepID `json:"step"`            // the step that sent the message
	Within Span   `json:"within,omitzero"` // zero: look now, wait for nothing
}

// decisionEvents say, for each kind of step that sends, which events answer the question what
// the contact did.
var decisionEvents = map[Kind]map[string]string{
	"send_email": {"opened": crm.EventEmailOpened, "clicked": crm.EventEmailClicked},
	"send_sms":   {"clicked": crm.EventSMSClicked, "replied": crm.EventSMSReceived},
}

// Describe implements Settings.
func (s Decision) Describe() *domain.Phrase {
	question := domain.Say("Opened the email?")
	switch s.Did {
	case "clicked":
		question = domain.Say("Clicked a link?")
	case "replied":
		question = domain.Say("Replied to the SMS?")
	}
	if s.Within != (Span{}) {
		question = domain.Say("%s (waits up to %s)", question, s.Within)
	}
	return question
}

// Validate implements Settings.
func (s Decision) Validate(v *Validation) {
	step, above := v.before[s.Step]
	events := decisionEvents[step.Kind]
	switch {
	case s.Step == "":
		v.Problem("step", "Choose the step whose email or SMS this decision asks about.")
	case !above || events == nil:
		v.Problem("step", "The decision must ask about a “Send email” or “Send SMS” step above it.")
	case events[s.Did] != "":
	case step.Kind == "send_sms":
		v.Problem("did", "Choose what to ask for: clicked or replied.")
	default:
		v.Problem("did", "Choose what to ask for: opened or clicked.")
	}
	if s.Within != (Span{}) {
		s.Within.validate(v, "within")
	}
}

// Walk implements Settings.
func (s Decision) Walk(ctx context.Context, w *Walker) (Move, error) {
	message, sent := w.Journey.Memory.Sent[s.Step]
	if !sent {
		return Take(No, domain.Keep("No: the message was never on this contact's path.")), nil
	}
	event := decisionEvents[w.route.steps[s.Step].Kind][s.Did]
	about := int64(message)
	_, happened, err := w.CRM.FindEvent(ctx, w.Journey.Org, crm.EventMatch{
		Contact: w.Journey.Contact, Type: event, MessageID: &about,
	})
	if err != nil {
		return Move{}, err
	}
	if happened {
		return Take(Yes, domain.Keep("Yes, %s.", didWord(s.Did))).About(message), nil
	}
	if s.Within == (Span{}) {
		return Take(No, domain.Keep("No, not %s.", didWord(s.Did))).About(message), nil
	}
	return s.await(ctx, w, EventWait{Type: event, Message: message})
}

func (s Decision) await(ctx context.Context, w *Walker, event EventWait) (Move, error) {
	memory, message := &w.Journey.Memory, event.Message
	if memory.Due.IsZero() {
		row, err := w.Messaging.Message(ctx, w.Journey.Org, message)
		if err != nil {
			return Move{}, err
		}
		if row.State == messaging.StateSkipped || row.State == messaging.StateFailed {
			return Take(No, domain.Keep("No: the message was not sent, so there is nothing to wait for.")).About(message), nil
		}
		memory.Due = s.Within.From(w.Now, w.Zone)
	}
	if !w.Now.Before(memory.Due) {
		return Take(No, domain.Keep("No, not %s within %s.", didWord(s.Did), s.Within)).About(message), nil
	}
	return WaitFor(event, memory.Due, w.Step.Phrase()), nil
}

// didWord is what the contact did, within a sentence.
func didWord(did string) *domain.Phrase {
	switch did {
	case "opened":
		return domain.Say("opened")
	case "clicked":
		return domain.Say("clicked")
	case "replied":
		return domain.Say("replied")
	}
	return domain.Quote(did)
}
