package campaign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// CallID names a call of a webhook.
type CallID int64

// CallState is how far a call has come.
type CallState string

// The states.
const (
	CallReady     CallState = "ready" // decided, perhaps tried already
	CallSucceeded CallState = "succeeded"
	CallFailed    CallState = "failed" // for good
)

// Call is one call of a webhook, decided by a step of a journey. It is made at least once: each
// attempt carries the same key, by which the other side can tell a repetition.
type Call struct {
	ID           CallID
	JourneyID    JourneyID
	StepID       StepID
	Visit        int
	Key          string
	State        CallState
	Attempts     int
	Status       int             // of the last answer; 0: there was none
	Reason       domain.Kept     // a sentence: what came of it, or of the last attempt
	Answer       json.RawMessage // nil: none that can be used
	FirstAt      *time.Time      // the first attempt
	CallDeadline *time.Time      // an attempt may be under way until then
	CreatedAt    time.Time
	EndedAt      *time.Time
}

// LockedCall is a call of which one attempt is about to be made.
type LockedCall struct {
	Call
	CampaignID    ID
	CampaignName  string
	CampaignState State
	Version       int
	ContactID     crm.ContactID
	Now           time.Time // by the database's clock
}

// CallResult is what came of an attempt. The state ready means that there will be another one.
type CallResult struct {
	State  CallState
	Status int
	Reason domain.Kept
	Answer json.RawMessage
}

// JourneyCall is a call that has ended, with the version that knows its step.
type JourneyCall struct {
	Call
	CampaignID ID
	Version    int
}

// Calls is the port for calls of webhooks.
type Calls interface {
	// InsertCall decides a call, or returns the one that the journey's visit to the step has.
	InsertCall(ctx context.Context, org domain.OrgID, n Call) (Call, error)
	Call(ctx context.Context, org domain.OrgID, id CallID) (Call, error)
	// LockCall reads a call; nobody else begins an attempt until the transaction ends.
	LockCall(ctx context.Context, org domain.OrgID, id CallID) (LockedCall, error)
	// BeginCall notes that an attempt is under way, for at most that long.
	BeginCall(ctx context.Context, org domain.OrgID, id CallID, deadline time.Duration) error
	// RecordCall writes what came of an attempt, unless the call has ended.
	RecordCall(ctx context.Context, org domain.OrgID, id CallID, result CallResult) error
	// EndedCalls returns the calls of a journey that have ended, oldest first.
	EndedCalls(ctx context.Context, org domain.OrgID, id JourneyID) ([]JourneyCall, error)
}

// Web is how webhooks reach other systems.
type Web interface {
	// Call makes one attempt. A *WebError says why there is no answer.
	Call(ctx context.Context, r WebRequest) (WebAnswer, error)
}

// WebRequest is one attempt.
type WebRequest struct {
	Method  string
	URL     string
	Header  map[string]string
	Body    []byte
	Timeout time.Duration
	MaxBody int64 // bytes of the answer that are of interest
}

// WebAnswer is what the other system said.
type WebAnswer struct {
	Status      int
	ContentType string
	RetryAfter  time.Duration // its wish; 0: none
	Body        []byte
	Cut         bool // the body was longer
}

// WebError says in a sentence, which holds nothing of the other system's words, why there is no answer.
type WebError struct {
	Final  bool // trying again is pointless
	Reason domain.Kept
}

func (e *WebError) Error() string { return e.Reason.English() }

// CallRetry says that a call was not made, or did not succeed, and must be tried again.
type CallRetry struct {
	After  time.Duration
	Reason domain.Kept // a sentence without personal data
}

func (e *CallRetry) Error() string { return e.Reason.English() }

const (
	maxCallTime   = 15 * time.Second
	callDeadline  = maxCallTime + 5*time.Second // leaves time to record
	maxCallAnswer = 64 << 10                    // bytes
)

// MakeCall makes the next attempt of a call that a journey has decided. It returns nil when the
// call has ended, or its campaign is not active: then the journey, asked again, knows what to do. A
// *CallRetry says when to come back.
func (s *Service) MakeCall(ctx context.Context, org domain.OrgID, id CallID) (CallState, error) {
	if err := identity.Require(ctx, org, identity.EditCampaigns); err != nil {
		return "", err
	}
	call, begun, err := s.beginCall(ctx, org, id)
	if err != nil || !begun {
		return call.State, err
	}
	result, after, err := s.attempt(ctx, org, call)
	if err != nil {
		return "", err
	}
	// The answer matters, also to a worker that wants to stop.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callDeadline-maxCallTime)
	defer cancel()
	if err := s.Store.RecordCall(ctx, org, id, result); err != nil {
		return "", fmt.Errorf("record call: %w", err)
	}
	if result.State == CallReady {
		return "", &CallRetry{After: after, Reason: result.Reason}
	}
	return result.State, nil
}

// beginCall takes the call for one attempt, if there is to be one.
func (s *Service) beginCall(ctx context.Context, org domain.OrgID, id CallID) (call LockedCall, begun bool, err error) {
	err = s.Tx.InTx(ctx, org, func(ctx context.Context) error {
		if call, err = s.Store.LockCall(ctx, org, id); err != nil {
			return err
		}
		switch {
		case call.State != CallReady, call.CampaignState != StateActive:
			return nil
		case call.CallDeadline != nil && call.CallDeadline.After(call.Now):
			return &CallRetry{After: call.CallDeadline.Sub(call.Now) + time.Second, Reason: domain.Keep("An earlier attempt may still be under way.")}
		}
		begun = true
		call.Attempts++
		if call.FirstAt == nil {
			call.FirstAt = &call.Now
		}
		return s.Store.BeginCall(ctx, org, id, callDeadline)
	})
	return call, begun, err
}

// attempt calls the webhook once. An error is ours, not the webhook's.
func (s *Service) attempt(ctx context.Context, org domain.OrgID, call LockedCall) (CallResult, time.Duration, error) {
	route, err := s.route(ctx, versionKey{org: org, campaign: call.CampaignID, version: call.Version})
	if err != nil {
		return CallResult{}, 0, err
	}
	settings, ok := route.steps[call.StepID].Settings.(CallWebhook)
	if !ok {
		return CallResult{State: CallFailed, Reason: domain.Keep("The step does not call a webhook any more.")}, 0, nil
	}
	var refused *domain.Error
	request, err := s.webRequest(ctx, org, call, settings)
	switch {
	case errors.As(err, &refused) && refused.Kind != domain.KindUnavailable:
		return CallResult{State: CallFailed, Reason: domain.Keep("It was not called. %s", refused.Phrase())}, 0, nil
	case err != nil:
		return CallResult{}, 0, err
	}
	answer, err := s.Web.Call(ctx, request)
	result, after := settings.judge(call, answer, err)
	return result, after, nil
}

// learnCall reads the call that a journey is making now.
func (s *Service) learnCall(ctx context.Context, org domain.OrgID, item *JourneyItem) error {
	if item.State == JourneyEnded || item.Answer == nil || item.Answer.Call == 0 {
		return nil
	}
	call, err := s.Store.Call(ctx, org, item.Answer.Call)
	if domain.KindOf(err) == domain.KindNotFound || err == nil && call.State != CallReady {
		return nil
	}
	item.Call = &call
	return err
}

// Tries says how often the call was tried, and what came of the last attempt; nil before the first.
func (c Call) Tries() *domain.Phrase {
	switch {
	case c.Reason == "":
		return nil
	case c.Attempts == 1:
		return domain.Say("Tried once: %s", c.Reason.Phrase())
	}
	return domain.Say("Tried %s, the last time: %s", times(c.Attempts), c.Reason.Phrase())
}
