package messaging

import (
	"testing"
	"time"
)

// clock is a time that stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// away fails as many calls as it takes until nobody calls any more.
func away(t *testing.T) (*outage, *clock) {
	t.Helper()
	c := &clock{at: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)}
	o := &outage{now: c.now}
	for range outageAfter {
		if refused := o.enter(); refused != nil {
			t.Fatalf("refused before the provider was known to be away: %v", refused)
		}
		o.done(answer{state: StateReady, reason: "It can't be reached."})
	}
	return o, c
}

func TestNobodyCallsAProviderThatIsAway(t *testing.T) {
	t.Parallel()
	o, _ := away(t)
	refused := o.enter()
	if refused == nil || refused.Reason != "It can't be reached." || refused.After <= 0 || refused.After > longestRetry {
		t.Errorf("refused = %+v, want a wait of at most a minute and the reason", refused)
	}
}

func TestOneCallAtATimeFindsOutWhetherTheOutageIsOver(t *testing.T) {
	t.Parallel()
	o, c := away(t)
	c.at = c.at.Add(outageFirst)
	if refused := o.enter(); refused != nil {
		t.Fatalf("nobody may try again: %v", refused)
	}
	if o.enter() == nil {
		t.Error("a second call is let in beside the one that tries")
	}
	o.done(answer{state: StateSent})
	for range 3 {
		if refused := o.enter(); refused != nil {
			t.Errorf("still refused after a success: %v", refused)
		}
	}
}

func TestATryThatLeadsToNoCallMakesRoomForTheNext(t *testing.T) {
	t.Parallel()
	o, c := away(t)
	c.at = c.at.Add(outageFirst)
	if o.enter() != nil {
		t.Fatal("nobody may try again")
	}
	o.leave()
	if o.enter() != nil {
		t.Error("the next one may not try")
	}
}

func TestATenMinuteOutageCostsFewTries(t *testing.T) {
	t.Parallel()
	o, c := away(t)
	tries := 0
	for end := c.at.Add(10 * time.Minute); c.at.Before(end); c.at = c.at.Add(time.Second) {
		if o.enter() == nil {
			tries++
			o.done(answer{state: StateUnknown})
		}
	}
	if tries < 10 || tries > 25 {
		t.Errorf("%d tries in ten minutes, want about two a minute", tries)
	}
}

func TestMessagesComeBackWithinAMinuteAndOneAfterTheOther(t *testing.T) {
	t.Parallel()
	o, c := away(t)
	var last time.Duration
	for range 1000 {
		refused := o.enter()
		if refused.After <= last {
			t.Fatalf("comes back after %v, as the one before it", refused.After)
		}
		last = refused.After
	}
	if last > longestRetry {
		t.Errorf("the thousandth comes back after %v", last)
	}
	c.at = c.at.Add(outageFirst)
	for range 100_000 {
		last = max(last, o.queue())
	}
	if last != queueLongest {
		t.Errorf("the hundred thousandth comes back after %v", last)
	}
}

func TestAQuotaThatIsUsedUpIsAskedAboutEveryHalfMinute(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.Now()}
	o := &outage{now: c.now}
	var after time.Duration
	for range outageAfter {
		after = o.done(answer{state: StateReady, retryAfter: 10 * time.Minute})
	}
	c.at = c.at.Add(outageLongest)
	if o.enter() != nil || after > longestRetry {
		t.Errorf("the message comes back after %v", after)
	}
}

func TestAThrottledProviderThatTakesSomeIsNotAway(t *testing.T) {
	t.Parallel()
	o := &outage{now: time.Now}
	for range 10 {
		for range outageAfter - 1 {
			if after := o.done(answer{state: StateReady, retryAfter: 7 * time.Second}); after != 7*time.Second {
				t.Errorf("comes back after %v", after)
			}
		}
		o.done(answer{state: StateFailed}) // a message that is refused for good proves that it speaks
	}
	if refused := o.enter(); refused != nil {
		t.Errorf("refused: %v", refused)
	}
}
