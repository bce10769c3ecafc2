package campaign

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
)

// JourneyID names a journey.
type JourneyID int64

// JourneyState says whether a journey runs.
type JourneyState string

// The states of a journey.
const (
	JourneyPending JourneyState = "pending" // its workflow is to be started, or started again at the cursor
	JourneyOpen    JourneyState = "open"
	JourneyEnded   JourneyState = "ended"
)

// Engine is the version of the workflow loop that new journeys run. Open ones keep theirs.
const Engine = 1

// Journey is one contact's pass through one campaign.
type Journey struct {
	ID         JourneyID
	Org        domain.OrgID
	Campaign   ID
	Version    int
	Contact    crm.ContactID
	Entry      int // 1 for the contact's first pass
	WorkflowID string
	RunID      string
	Engine     int
	State      JourneyState
	Source     string      // manual, api, …
	Reason     domain.Kept // why the contact entered
	Bulk       bool        // entered with many others
	Seq        int         // how many times Advance has answered
	Cursor     StepID
	Visit      int
	Memory     Memory
	Answer     *Instruction
	Due        *time.Time
	Parked     bool
	Outcome    domain.Kept
	CreatedAt  time.Time
	StartedAt  *time.Time
	EndedAt    *time.Time
}

// forgotten is how long Temporal remembers a workflow that has ended.
const forgotten = 7 * 24 * time.Hour

// Workflow is the id of the journey's workflow; "" before it starts and when Temporal has forgotten it.
func (j Journey) Workflow(now time.Time) string {
	if j.State == JourneyPending || j.EndedAt != nil && now.Sub(*j.EndedAt) > forgotten {
		return ""
	}
	return j.WorkflowID
}

// Memory is what a journey remembers between wakes.
type Memory struct {
	// Of the step at the cursor; forgotten when it moves on.
	Due     time.Time           `json:"due,omitzero"`
	Message messaging.MessageID `json:"message,omitempty"`
	Waits   bool                `json:"waits,omitempty"` // a wait is registered
	Call    CallID              `json:"call,omitempty"`
	Doing   domain.Kept         `json:"doing,omitempty"` // the summary of the answer, where it has places
	// Of the whole journey: the message that each step sent, for the decisions that ask about it.
	Sent map[StepID]messaging.MessageID `json:"sent,omitempty"`
}

func (m *Memory) remember(step StepID, message messaging.MessageID) {
	if m.Sent == nil {
		m.Sent = map[StepID]messaging.MessageID{}
	}
	m.Sent[step] = message
	m.Message = message
}

// Doing is what the journey was told to do, in words; nil when it was told nothing yet.
func (j Journey) Doing() *domain.Phrase {
	switch {
	case j.Answer == nil:
		return nil
	case j.Memory.Doing.English() == j.Answer.Summary:
		return j.Memory.Doing.Phrase()
	}
	return domain.Kept(j.Answer.Summary).Phrase()
}

// moveOn forgets what belongs to the step that is left.
func (m *Memory) moveOn() {
	*m = Memory{Sent: m.Sent, Waits: m.Waits}
}

// JourneyQuery selects journeys for a list, newest first.
type JourneyQuery struct {
	domain.PageQuery
	Campaign ID            // 0: any
	Contact  crm.ContactID // 0: any
	Step     StepID        // at this step; "": any
	State    JourneyState  // "": any
}

// JourneyItem is a journey in a list, with the names that people know.
type JourneyItem struct {
	Journey
	CampaignName string
	ContactName  crm.ContactName
	StepTitle    *domain.Phrase // where it stands; nil when it has ended or not begun
	Call         *Call          // of the webhook that it calls; nil in lists, and when it calls none
}

// LogEntry is one line of what happened on a journey.
type LogEntry struct {
	ID         int64
	Seq        int
	StepID     StepID
	Kind       Kind
	Label      domain.Kept
	Outcome    domain.Kept
	Branch     string
	MessageID  *messaging.MessageID
	OccurredAt time.Time
}

// Count says how many people are at a step now, and how many have come by it.
type Count struct {
	Here   int `json:"here"`
	Passed int `json:"passed"`
}

// Journeys is the port for journeys.
type Journeys interface {
	Journey(ctx context.Context, org domain.OrgID, id JourneyID) (JourneyItem, error)
	Journeys(ctx context.Context, org domain.OrgID, q JourneyQuery) (domain.Page[JourneyItem], error)
	StepLog(ctx context.Context, org domain.OrgID, id JourneyID) ([]LogEntry, error)
	People(ctx context.Context, org domain.OrgID, id ID) (map[StepID]Count, error)
	// InsertJourneys enters contacts into the campaign's newest version by its re-entry rule.
	InsertJourneys(ctx context.Context, org domain.OrgID, campaign Campaign, entry Entry) (Added, error)
	// LockJourney reads a journey and its campaign's state and organization's time zone for one
	// Advance; nobody else advances it until the transaction ends.
	LockJourney(ctx context.Context, org domain.OrgID, id JourneyID) (LockedJourney, error)
	// SaveAdvance writes everything that one Advance changed, in one round trip.
	SaveAdvance(ctx context.Context, journey Journey, change Change) error
	// ClaimPending leases journeys whose workflow is to be started, live ones before bulk ones.
	ClaimPending(ctx context.Context, limit int, lease time.Duration) ([]Journey, error)
	// MarkStarted notes the run of each workflow; the first Advance may have come before it.
	MarkStarted(ctx context.Context, started []Started) error
	// GiveBack ends the leases of claimed journeys that could not be started, so that nobody has
	// to wait for the leases' end.
	GiveBack(ctx context.Context, journeys []Journey) error
	// ClaimParked leases parked journeys whose campaign has been resumed.
	ClaimParked(ctx context.Context, limit int, lease time.Duration) ([]Journey, error)
	// ClaimArchived leases journeys of archived campaigns that have not ended.
	ClaimArchived(ctx context.Context, limit int, lease time.Duration) ([]Journey, error)
	// Now is the time by the database's clock, which all processes share.
	Now(ctx context.Context) (time.Time, error)
	// ClaimOverdue leases open journeys that should have come back by themselves before a time.
	ClaimOverdue(ctx context.Context, before time.Time, limit int, lease time.Duration) ([]Journey, error)
	// ToRestart makes an open journey pending, to start again at its cursor.
	ToRestart(ctx context.Context, org domain.OrgID, id JourneyID) error
	// Postpone puts off the time at which an open journey counts as overdue.
	Postpone(ctx context.Context, org domain.OrgID, id JourneyID, until time.Time) error
	// RestartAll makes all open journeys pending: Temporal has forgotten them.
	RestartAll(ctx context.Context) (int64, error)
	Fact(ctx context.Context, name string) (string, error)
	SetFact(ctx context.Context, name, value string) error
}

// LockedJourney is a journey that is being advanced.
type LockedJourney struct {
	Journey
	CampaignState State
	TimeZone      string
	ContactGone   bool // the contact is in the trash
}

// Started pairs a journey with the run of its workflow.
type Started struct {
	Org     domain.OrgID
	Journey JourneyID
	Run     string
}

// Change is what one Advance writes besides the journey itself.
type Change struct {
	Log      []LogEntry
	Counters map[StepID]Count // differences; the step "" is the whole campaign
	Wait     *EventWait       // register this wait, of the step at the cursor
	Unwait   bool             // remove the registered ones
}

// Journeys lists journeys, newest first.
func (s *Service) Journeys(ctx context.Context, org domain.OrgID, q JourneyQuery) (domain.Page[JourneyItem], error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return domain.Page[JourneyItem]{}, err
	}
	page, err := s.Store.Journeys(ctx, org, q)
	if err != nil {
		return page, err
	}
	for i := range page.Items {
		page.Items[i].StepTitle = s.stepTitle(ctx, page.Items[i].Journey)
	}
	return page, nil
}

func (s *Service) stepTitle(ctx context.Context, j Journey) *domain.Phrase {
	if j.State == JourneyEnded || j.Cursor == "" {
		return nil
	}
	route, err := s.route(ctx, versionKey{org: j.Org, campaign: j.Campaign, version: j.Version})
	if err != nil {
		return nil
	}
	if step, ok := route.steps[j.Cursor]; ok {
		return step.Phrase()
	}
	return nil
}

// queryDeadline bounds how long a page waits for a workflow's own word.
const queryDeadline = time.Second

// Journey returns one journey. An open one is asked by query what it does; when its workflow does
// not answer within a second, the row's word stands.
func (s *Service) Journey(ctx context.Context, org domain.OrgID, id JourneyID) (JourneyItem, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return JourneyItem{}, err
	}
	item, err := s.Store.Journey(ctx, org, id)
	if err != nil {
		return JourneyItem{}, err
	}
	item.StepTitle = s.stepTitle(ctx, item.Journey)
	if item.State == JourneyOpen {
		ctx, cancel := context.WithTimeout(ctx, queryDeadline)
		defer cancel()
		if doing, err := s.Workflows.Doing(ctx, item.WorkflowID); err == nil && doing.Seq >= item.Seq {
			item.Answer = &doing
		}
	}
	err = s.learnCall(ctx, org, &item)
	return item, err
}

// StepLog returns what happened on a journey, oldest first.
func (s *Service) StepLog(ctx context.Context, org domain.OrgID, id JourneyID) ([]LogEntry, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return nil, err
	}
	return s.Store.StepLog(ctx, org, id)
}

// People returns how many people are at each step.
func (s *Service) People(ctx context.Context, org domain.OrgID, id ID) (map[StepID]Count, error) {
	if err := identity.Require(ctx, org, identity.ViewCampaigns); err != nil {
		return nil, err
	}
	return s.Store.People(ctx, org, id)
}
