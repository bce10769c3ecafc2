package messaging

import (
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// Period is the span in which a cap counts: the one that ends now, not one of the calendar, so that
// nobody gets twice as many around midnight.
type Period string

// The periods.
const (
	PerDay   Period = "day"   // 24 hours
	PerWeek  Period = "week"  // 7 days
	PerMonth Period = "month" // 30 days
)

var periods = map[Period]struct {
	span  time.Duration
	words *domain.Phrase
}{
	PerDay: {24 * time.Hour, domain.Say("24 hours")}, PerWeek: {7 * 24 * time.Hour, domain.Say("7 days")}, PerMonth: {30 * 24 * time.Hour, domain.Say("30 days")},
}

// maxCap is the highest cap that makes sense to anybody.
const maxCap = 1000

func (in RuleInput) validateCap(found *domain.Findings) {
	if in.Messages < 1 || in.Messages > maxCap {
		found.Add("messages", "Choose a number between 1 and %d.", maxCap)
	}
	if _, known := periods[in.Per]; !known {
		found.Add("per", "Choose a day, a week or a month.")
	}
}

// counted is so many messages as the cap allows: "3 marketing emails".
func (in RuleInput) counted() *domain.Phrase {
	switch in.Channel {
	case ChannelEmail:
		return domain.SayN(in.Messages, "%s marketing email", "%s marketing emails")
	case ChannelSMS:
		return domain.SayN(in.Messages, "%s marketing SMS", "%s marketing SMS")
	case ChannelPush:
		return domain.SayN(in.Messages, "%s marketing push message", "%s marketing push messages")
	}
	return domain.SayN(in.Messages, "%s marketing message", "%s marketing messages")
}

func (in RuleInput) capSummary() *domain.Phrase {
	if in.Action == ActionSkip {
		return domain.Say("A contact gets at most %s in any %s. Further ones are not sent.", in.counted(), periods[in.Per].words)
	}
	return domain.Say("A contact gets at most %s in any %s. Further ones wait until it is their turn.", in.counted(), periods[in.Per].words)
}

// CapQuery asks which caps a contact has reached.
type CapQuery struct {
	Contact crm.ContactID
	Except  MessageID // is not counted: the one that wants to go out
	Now     time.Time
	Caps    []Cap
}

// Cap is how many messages may go out in a span.
type Cap struct {
	Channel  Channel // "": all of them
	Messages int
	Span     time.Duration
}

func (in RuleInput) cap() Cap {
	return Cap{Channel: in.Channel, Messages: in.Messages, Span: periods[in.Per].span}
}

// caps are the caps that concern a message on a channel to a contact. What a contact asks for
// itself would be joined to the organization's here.
func caps(rules []RuleInput, channel Channel) []RuleInput {
	var list []RuleInput
	for _, rule := range rules {
		if rule.Kind == RuleCap && rule.concerns(channel) {
			list = append(list, rule)
		}
	}
	return list
}
