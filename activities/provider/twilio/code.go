package twilio

import (
	_ "embed"
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain/messaging"
)

// action is what an error code leads to; codes.txt explains them.
type action string

const (
	suppress action = "suppress"
	optOut   action = "optout"
	soft     action = "soft"
	retry    action = "retry"
	lane     action = "lane"
	message  action = "message"
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

//go:embed codes.txt
var codeList string

type code struct {
	action action
	reason string
}

// codes is the list by code.
var codes = func() map[int]code {
	list := map[int]code{}
	for line := range strings.Lines(codeList) {
		number, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		does, reason, _ := strings.Cut(rest, " ")
		if n, err := strconv.Atoi(number); err == nil {
			list[n] = code{action(does), reason}
		}
	}
	return list
}()

// meaning returns what a code means. An unknown one is the message's.
func meaning(number int) code {
	if known, ok := codes[number]; ok {
		return known
	}
	return code{message, "Twilio refused the SMS."}
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
