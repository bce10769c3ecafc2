package campaign

import (
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// Do names what a workflow is told to do.
type Do string

// The instructions.
const (
	DoSleep Do = "sleep" // until a time
	DoWait  Do = "wait"  // for an event, until a time
	DoRun   Do = "run"   // an activity
	DoPark  Do = "park"  // until the campaign is resumed; looks again at a time
	DoEnd   Do = "end"
)

// Instruction is Advance's answer to the workflow. It reads as the contact's path in Temporal UI
// and holds no personal data.
type Instruction struct {
	Seq      int                 `json:"seq"` // the number of this answer; the next question has the number after it
	Do       Do                  `json:"do"`
	Summary  string              `json:"summary,omitempty"` // for people: "Send email: Welcome"
	Until    time.Time           `json:"until,omitzero"`
	Activity string              `json:"activity,omitempty"`
	Message  messaging.MessageID `json:"message,omitempty"`
	Call     CallID              `json:"call,omitempty"`
	Awaits   *EventWait          `json:"awaits,omitempty"` // with DoWait
	Walked   []Walked            `json:"walked,omitempty"`
	Outcome  string              `json:"outcome,omitempty"` // of the journey, with DoEnd
	// Found is an awaited event that had come before the wait was registered. The workflow
	// treats it as the signal it would have been.
	Found crm.EventID `json:"found,omitempty"`
}

// Walked is one step that was passed.
type Walked struct {
	Step    StepID `json:"step"`
	Label   string `json:"label"`
	Outcome string `json:"outcome"`
}

// Happened tells Advance why it is called. It explains; what is true is read from the database.
type Happened struct {
	What   string      `json:"what"`             // started, time, event, activity, wake
	Event  crm.EventID `json:"event,omitempty"`  // with event
	Reason string      `json:"reason,omitempty"` // with wake: resumed, archived, overdue
}

// The reasons to call Advance.
const (
	HappenedStart    = "started"
	HappenedTime     = "time"
	HappenedEvent    = "event"
	HappenedActivity = "activity"
	HappenedWake     = "wake"
)

// Advance is a workflow's question: what now?
type Advance struct {
	Org      domain.OrgID `json:"org"`
	Journey  JourneyID    `json:"journey"`
	Seq      int          `json:"seq"`
	Now      time.Time    `json:"now"`
	Happened Happened     `json:"happened"`
}
