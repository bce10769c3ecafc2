package campaign

import (
	"context"
	"encoding/json"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Kind names a kind of step in flow documents.
type Kind string

// Settings are what makes a step of its kind: its data and its one method. Adding a kind means a
// file with its Settings, a form in the UI, and one line in each of their lists.
type Settings interface {
	// Describe says what the step does, as a card's title: "Wait 2 days".
	Describe() *domain.Phrase
	// Validate notes what keeps the step from being published.
	Validate(v *Validation)
	// Walk acts at once, or says what to wait for. It is called again at every wake until it
	// moves on, so it reads what is true now instead of trusting what it is told.
	Walk(ctx context.Context, w *Walker) (Move, error)
}

// StepKind describes a kind to those who draw, parse and document flows.
type StepKind struct {
	Kind     Kind
	Label    string
	Icon     string
	Branches []Branch // the ways on, in order; none for a step that has just one
	read     func(json.RawMessage) (Settings, error)
}

func kind[T Settings](name Kind, label, icon string, branches ...Branch) StepKind {
	return StepKind{Kind: name, Label: label, Icon: icon, Branches: branches, read: func(raw json.RawMessage) (Settings, error) {
		var settings T
		if len(raw) == 0 || string(raw) == "null" {
			return settings, nil
		}
		err := strictDecode(raw, &settings)
		return settings, err
	}}
}

func (k StepKind) hasBranch(id string) bool {
	for _, branch := range k.Branches {
		if branch.ID == id {
			return true
		}
	}
	return false
}

// The branches of steps that ask a question.
const (
	Yes = "yes"
	No  = "no"
)

var yesNo = []Branch{{ID: Yes, Label: domain.Mark("Yes")}, {ID: No, Label: domain.Mark("No")}}

// Move is what a step answers when it is walked.
type Move struct {
	do       Do // "" moves on
	branch   string
	outcome  domain.Kept
	message  messaging.MessageID // what the step log links to
	call     CallID
	until    time.Time
	doing    *domain.Phrase
	awaits   EventWait
	activity string
}

// Next moves on to the step that follows. The outcome says in words what was done.
func Next(outcome domain.Kept) Move { return Move{outcome: outcome} }

// Take moves on into a branch.
func Take(branch string, outcome domain.Kept) Move { return Move{branch: branch, outcome: outcome} }

// SleepUntil waits for a time. Doing is what people read meanwhile: "Wait 2 days".
func SleepUntil(until time.Time, doing *domain.Phrase) Move {
	return Move{do: DoSleep, until: until, doing: doing}
}

// WaitFor waits for an event of the contact, at most until a time.
func WaitFor(event EventWait, until time.Time, doing *domain.Phrase) Move {
	return Move{do: DoWait, awaits: event, until: until, doing: doing}
}

// Send has an activity deliver a message of the ledger.
func Send(activity string, message messaging.MessageID, doing *domain.Phrase) Move {
	return Move{do: DoRun, activity: activity, message: message, doing: doing}
}

// MakeCall has an activity make a call of a webhook, as often as it takes.
func MakeCall(call CallID, doing *domain.Phrase) Move {
	return Move{do: DoRun, activity: CallWebhookActivity, call: call, doing: doing}
}

// Leave ends the journey.
func Leave(outcome domain.Kept) Move { return Move{do: DoEnd, outcome: outcome} }

// About makes the step log link to a message.
func (m Move) About(message messaging.MessageID) Move {
	m.message = message
	return m
}

// EventWait is the event that a step waits for.
type EventWait struct {
	Contact crm.ContactID       `json:"contact"`
	Type    string              `json:"type"`
	Message messaging.MessageID `json:"message,omitempty"` // 0: about any
	Since   crm.EventID         `json:"since,omitempty"`   // only an event with a higher id
}

// Walker is what a step sees of the journey while it is walked.
type Walker struct {
	*Service
	Journey  *Journey
	Step     Step
	Now      time.Time // the workflow's clock, the only one there is
	Zone     *time.Location
	Happened Happened // why the step at the cursor is walked again; zero for the steps after it

	route   *route
	contact *crm.Contact
}

// Contact reads the journey's contact, once a walk.
func (w *Walker) Contact(ctx context.Context) (crm.Contact, error) {
	if w.contact == nil {
		contact, err := w.CRM.Contact(ctx, w.Journey.Org, w.Journey.Contact)
		if err != nil {
			return crm.Contact{}, err
		}
		w.contact = &contact
	}
	return *w.contact, nil
}

// Forget drops what is known of the contact, after a step changed it.
func (w *Walker) Forget() { w.contact = nil }
