package fakeses

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"slices"
	"time"
)

// OutcomeKind is what becomes of an accepted message.
type OutcomeKind string

// The outcomes.
const (
	Deliver  OutcomeKind = "deliver"
	Bounce   OutcomeKind = "bounce"
	Complain OutcomeKind = "complain"
	Delay    OutcomeKind = "delay"
	Refuse   OutcomeKind = "reject" // taken, then found to hold a virus
)

// eventTypes are the names of the outcomes' events.
var eventTypes = map[OutcomeKind]string{
	Deliver: "Delivery", Bounce: "Bounce", Complain: "Complaint", Delay: "DeliveryDelay", Refuse: "Reject",
}

// Outcome is one event after the Send event. What is "" is what SES would most likely say.
type Outcome struct {
	Kind       OutcomeKind `json:"kind"`
	Type       string      `json:"type"`       // of a bounce: Permanent, Transient, Undetermined; of a complaint: abuse, …
	SubType    string      `json:"subType"`    // of a bounce: General, MailboxFull, …
	Status     string      `json:"status"`     // of a bounce or delay: 5.1.1
	Diagnostic string      `json:"diagnostic"` // what the recipient's server said
}

// Events says what is told about the next accepted messages: a Send event for each, and what Outcomes
// say. Plans are used up in the order in which they were made; without one, nothing is told but Send.
type Events struct {
	Times    int           `json:"times"`    // for how many accepted messages; 0: for all that come
	Outcomes []Outcome     `json:"outcomes"` // in their order
	Doubled  bool          `json:"doubled"`  // every event comes twice
	Shuffled bool          `json:"shuffled"` // in any order
	Dropped  []string      `json:"dropped"`  // types of events that get lost: Send, Bounce, …
	After    time.Duration `json:"after"`    // from acceptance to the events
}

// PlanEvents appends to what is told about the next accepted messages.
func (s *Server) PlanEvents(plans ...Events) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, plans...)
}

// nextEvents uses up one message of the first plan, if anybody hears of it.
func (s *Server) nextEvents() (plan Events, heard bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook == nil && !s.queue.on {
		return Events{}, false
	}
	if len(s.events) == 0 {
		return Events{}, true
	}
	plan = s.events[0]
	switch plan.Times {
	case 0:
	case 1:
		s.events = s.events[1:]
	default:
		s.events[0].Times--
	}
	return plan, true
}

func (s *Server) planEvents(w http.ResponseWriter, r *http.Request) {
	var plans []Events
	if err := json.NewDecoder(r.Body).Decode(&plans); err != nil {
		refuse(w, http.StatusBadRequest, "BadRequestException", "A list of plans is expected: "+err.Error())
		return
	}
	for _, plan := range plans {
		for _, o := range plan.Outcomes {
			if eventTypes[o.Kind] == "" {
				refuse(w, http.StatusBadRequest, "BadRequestException", "There is no outcome "+string(o.Kind)+".")
				return
			}
		}
	}
	s.PlanEvents(plans...)
	w.WriteHeader(http.StatusNoContent)
}

// tell brings the events of an accepted message to hook and queue, in its own time.
func (s *Server) tell(entry Entry, org string) {
	plan, heard := s.nextEvents()
	if !heard {
		return
	}
	events := plan.list(entry, org)
	s.telling.Go(func() {
		pause(s.ctx, plan.After)
		for _, event := range events {
			if s.ctx.Err() == nil {
				s.Publish(event)
			}
		}
	})
}

// list makes the events of a message.
func (p Events) list(entry Entry, org string) []string {
	outcomes := append([]Outcome{{}}, p.Outcomes...)
	var events []string
	for i, o := range outcomes {
		kind := "Send"
		if i > 0 {
			kind = eventTypes[o.Kind]
		}
		if slices.Contains(p.Dropped, kind) {
			continue
		}
		event := o.event(kind, entry, org)
		events = append(events, event)
		if p.Doubled {
			events = append(events, event)
		}
	}
	if p.Shuffled {
		mathrand.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] }) //nolint:gosec // any order will do
	}
	return events
}

// event writes one event as SES does.
func (o Outcome) event(kind string, entry Entry, org string) string {
	type fields map[string]any
	now := stamp(time.Now())
	to := fields{"emailAddress": entry.To}
	if o.Status != "" {
		to["status"] = o.Status
	}
	if o.Diagnostic != "" {
		to["diagnosticCode"] = o.Diagnostic
	}
	event := fields{"eventType": kind, "mail": fields{
		"timestamp": stamp(entry.At), "messageId": entry.MessageID, "destination": []string{entry.To},
		"tags": fields{"sid": []string{entry.Sid}, "org": []string{org}, "ses:configuration-set": []string{"fake"}},
	}}
	switch kind {
	case "Send":
		event["send"] = fields{}
	case "Delivery":
		event["delivery"] = fields{"timestamp": now, "recipients": []string{entry.To}, "smtpResponse": "250 OK", "processingTimeMillis": 500}
	case "DeliveryDelay":
		event["deliveryDelay"] = fields{"timestamp": now, "delayType": "TransientCommunicationFailure", "delayedRecipients": []fields{to}}
	case "Bounce":
		event["bounce"] = fields{
			"timestamp": now, "bounceType": or(o.Type, "Permanent"), "bounceSubType": or(o.SubType, "General"),
			"bouncedRecipients": []fields{to}, "feedbackId": rand.Text(),
		}
	case "Complaint":
		event["complaint"] = fields{
			"timestamp": now, "complaintFeedbackType": or(o.Type, "abuse"), "complainedRecipients": []fields{{"emailAddress": entry.To}},
			"feedbackId": rand.Text(),
		}
	case "Reject":
		event["reject"] = fields{"reason": "Bad content"}
	}
	written, err := json.Marshal(event)
	if err != nil {
		panic(fmt.Sprintf("write event: %v", err)) // it holds texts only
	}
	return string(written)
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
