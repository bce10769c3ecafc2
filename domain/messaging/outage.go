package messaging

import (
	"sync"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// How a process treats a provider that takes nothing. An outage burns no message: nobody calls, each
// message keeps its place in the ledger, and one call at a time finds out whether it is over.
const (
	// outageAfter is how many calls in a row must come to nothing before nobody calls any more. An
	// answer that is lost makes an unknown message, so it must not be many.
	outageAfter = 5
	// outageFirst and outageLongest are the pauses before a call that tries again: the first, and
	// the longest, which each failed try doubles up to.
	outageFirst, outageLongest = 5 * time.Second, 30 * time.Second
	// outageSpacing is between two messages that come back after an outage.
	outageSpacing = 20 * time.Millisecond
	// longestRetry bounds how long one message stays away: when the provider is back, everything
	// that waits goes out within about a minute. Only many thousands take longer to come by.
	longestRetry = time.Minute
	queueLongest = 10 * time.Minute
	// shortestRetry is for a refusal that names no time.
	shortestRetry = 5 * time.Second
)

// outage watches the calls of one process to one provider.
type outage struct {
	now func() time.Time

	mu     sync.Mutex
	failed int           // calls in a row that came to nothing
	pause  time.Duration // before the next try; 0: the provider works
	next   time.Time     // of the next try
	trying bool          // the one call that tries is under way
	waits  int           // messages that were told to come back after next
	reason domain.Kept   // of the last call, for marketers
}

// enter asks for a call. Refused, it says when to come back and why nobody calls. Whoever was let in
// must call done or leave.
func (o *outage) enter() (refused *RetryError) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pause == 0 {
		return nil
	}
	if !o.trying && !o.now().Before(o.next) {
		o.trying, o.waits = true, 0
		return nil
	}
	return &RetryError{After: o.queue(), Reason: o.reason}
}

// queue returns the wait of the next message in line. The line is as long as the messages are many,
// so that an outage with a hundred thousand of them does not keep the machine busy with asking.
func (o *outage) queue() time.Duration {
	left := max(o.next.Sub(o.now()), time.Second)
	o.waits++
	return min(left+time.Duration(o.waits-1)*outageSpacing, queueLongest)
}

// leave takes back an enter that led to no call.
func (o *outage) leave() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trying = false
}

// done tells how a call went. It returns when a message that was refused for now should come back.
func (o *outage) done(a answer) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trying = false
	if a.state == StateSent || a.state == StateFailed { // it speaks with us
		o.failed, o.pause, o.waits = 0, 0, 0
		return 0
	}
	o.failed++
	after := min(max(a.retryAfter, shortestRetry), longestRetry)
	if o.failed < outageAfter {
		return after
	}
	o.reason = a.reason
	if known := o.pause > 0 && o.now().Before(o.next); !known { // calls that were under way change nothing
		o.pause = min(max(2*o.pause, outageFirst), outageLongest)
		o.next = o.now().Add(min(max(o.pause, a.retryAfter), outageLongest))
		o.waits = 0
	}
	return min(max(a.retryAfter, o.queue()), longestRetry)
}
