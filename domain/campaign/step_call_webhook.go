package campaign

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/url"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// CallWebhook calls another system by HTTP, and goes on by what it answers. Both branches may be
// empty: then it makes no difference. What was answered can be used by the steps after it, as
// {{ webhook.name_of_the_step.field }}.
type CallWebhook struct {
	Method      string            `json:"method,omitempty"` // POST when empty
	URL         string            `json:"url"`              // with merge tags behind the host
	Headers     map[string]string `json:"headers,omitempty"`
	ContentType string            `json:"contentType,omitempty"` // application/json when empty
	Body        string            `json:"body,omitempty"`        // with merge tags
	Timeout     int               `json:"timeout,omitempty"`     // seconds, 1 to 15; 10 when 0
	TryFor      Span              `json:"tryFor,omitzero"`       // how long to go on trying; 24 hours when zero
	Success     []int             `json:"success,omitempty"`     // statuses; 200 to 299 when empty
}

// CallWebhookActivity is the activity that makes the call.
const CallWebhookActivity = "CallWebhook"

var webhookBranches = []Branch{{ID: Yes, Label: domain.Mark("Succeeded")}, {ID: No, Label: domain.Mark("Failed")}}

func (s CallWebhook) method() string {
	if s.Method == "" {
		return "POST"
	}
	return s.Method
}

func (s CallWebhook) contentType() string {
	if s.ContentType == "" {
		return typeJSON
	}
	return s.ContentType
}

func (s CallWebhook) timeout() time.Duration {
	if s.Timeout == 0 {
		return 10 * time.Second
	}
	return time.Duration(s.Timeout) * time.Second
}

func (s CallWebhook) tryFor() Span {
	if s.TryFor == (Span{}) {
		return Span{Amount: 24, Unit: "hours"}
	}
	return s.TryFor
}

// Describe implements Settings. It names the host only: paths and queries may hold secrets.
func (s CallWebhook) Describe() *domain.Phrase {
	fixed := s.URL
	if at := firstTag(fixed); at >= 0 {
		fixed = fixed[:at]
	}
	if address, err := url.Parse(fixed); err == nil && address.Host != "" {
		return domain.Say("Call %s", address.Host)
	}
	return domain.Say("Call a webhook")
}

// Walk implements Settings. The call's row, not the activity's answer, says how it went.
func (s CallWebhook) Walk(ctx context.Context, w *Walker) (Move, error) {
	call, err := s.call(ctx, w)
	if err != nil {
		return Move{}, err
	}
	switch call.State {
	case CallSucceeded:
		return Take(Yes, domain.Keep("Succeeded. %s", call.Reason.Phrase())), nil
	case CallFailed:
		return Take(No, domain.Keep("Failed. %s", call.Reason.Phrase())), nil
	}
	return MakeCall(call.ID, domain.Say("Call webhook: %s", w.Step.Phrase())), nil
}

func (s CallWebhook) call(ctx context.Context, w *Walker) (Call, error) {
	memory := &w.Journey.Memory
	if memory.Call != 0 {
		return w.Store.Call(ctx, w.Journey.Org, memory.Call)
	}
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails: the program stops instead
	call, err := w.Store.InsertCall(ctx, w.Journey.Org, Call{
		JourneyID: w.Journey.ID, StepID: w.Step.ID, Visit: w.Journey.Visit, Key: hex.EncodeToString(random[:]),
	})
	memory.Call = call.ID
	return call, err
}
