package twilio

import (
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
)

// action is what an error code leads to.
type action string

const (
	suppress action = "suppress" // the number can't get SMS, ever
	optOut   action = "optout"   // the recipient has opted out at Twilio
	soft     action = "soft"     // it may work another time
	retry    action = "retry"    // not now: nothing is held against anybody
	lane     action = "lane"     // the account, its sender or our access must be repaired by somebody
	message  action = "message"  // this message's fault
)

// bounceClasses say what an action means when Twilio reports the code of an SMS that it had taken. It
// can't be sent again by itself then: what is Twilio's or our fault is not held against the contact.
var bounceClasses = map[action]messaging.BounceClass{
	suppress: messaging.BounceHard, optOut: messaging.BounceOptOut, soft: messaging.BounceSoft,
	retry: messaging.BounceSender, lane: messaging.BounceSender, message: messaging.BounceMessage,
}

// Pauses after refusals for now.
const (
	retryWait = 30 * time.Second
	laneWait  = 5 * time.Minute
)

type code struct {
	action action
	reason domain.Kept
}

// meaning returns what a code means. An unknown one is the message's.
func meaning(number int) code {
	if known, ok := codes[number]; ok {
		return known
	}
	return code{message, domain.Keep("Twilio refused the SMS.")}
}

// refusal is the answer to a call that Twilio refused with a code and a text.
func refusal(number int, detail string) *messaging.Refused {
	known := meaning(number)
	refused := &messaging.Refused{Reason: known.reason, Detail: strings.TrimSpace(strconv.Itoa(number) + " " + detail)}
	switch known.action {
	case retry:
		refused.RetryAfter = retryWait
	case lane:
		refused.RetryAfter = laneWait
	case suppress, optOut:
		refused.Permanent, refused.Class = true, bounceClasses[known.action]
	default:
		refused.Permanent = true
	}
	return refused
}
