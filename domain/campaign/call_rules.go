package campaign

import (
	"errors"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// callPauses are the pauses between attempts; the last one goes on.
var callPauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour}

// judge says what came of an attempt, and when the next one is due.
func (s CallWebhook) judge(call LockedCall, answer WebAnswer, err error) (CallResult, time.Duration) {
	result := CallResult{State: CallFailed, Status: answer.Status}
	failure, known := errors.AsType[*WebError](err)
	if err != nil && !known {
		failure = &WebError{Reason: domain.Keep("The connection to the host broke.")}
	}
	if failure == nil {
		result.Reason = domain.Keep("It answered with status %dxx.", answer.Status/100)
		result.Answer = usable(answer)
	} else {
		result.Reason = failure.Reason
	}
	switch {
	case failure == nil && s.succeeded(answer.Status):
		result.State = CallSucceeded
		if len(answer.Body) > 0 && result.Answer == nil {
			result.Reason = domain.Keep("%s What it said is not kept: it is no JSON, or too much.", result.Reason.Phrase())
		}
		return result, 0
	case failure != nil && failure.Final, failure == nil && !temporary(answer.Status):
		return result, 0
	}
	pause := callPauses[min(call.Attempts, len(callPauses))-1]
	// Many calls that fail together are not to come back together.
	pause += pause * time.Duration(call.ID%21) / 100
	if answer.RetryAfter > 0 {
		pause = min(max(answer.RetryAfter, time.Second), callPauses[len(callPauses)-1])
	}
	if call.Now.Add(pause).After(s.tryFor().From(*call.FirstAt, time.UTC)) {
		if call.Attempts > 1 {
			result.Reason = domain.Keep("%s It was tried %s.", result.Reason.Phrase(), times(call.Attempts))
		}
		return result, 0
	}
	result.State = CallReady
	return result, pause
}

func (s CallWebhook) succeeded(status int) bool {
	if len(s.Success) > 0 {
		return slices.Contains(s.Success, status)
	}
	return status >= 200 && status < 300
}

// temporary says whether the same call may fare better later: time-outs, "too many requests" and
// whatever the other side calls its own fault.
func temporary(status int) bool { return status == 408 || status == 429 || status >= 500 }
