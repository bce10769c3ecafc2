package campaign

import (
	"github.com/mauntic/mauntic/domain/messaging"
)

// WhyKind names a situation, for programs.
type WhyKind string

// What can have become of a message.
const (
	WhyTest          WhyKind = "test"            // it was a test message
	WhySent          WhyKind = "sent"            // the provider took it
	WhySkipped       WhyKind = "skipped"         // it was not wanted any more
	WhyFailed        WhyKind = "failed"          // it was refused for good
	WhyUnknown       WhyKind = "unknown"         // the provider's answer was lost
	WhyCalling       WhyKind = "calling"         // a provider is being called
	WhyPaused        WhyKind = "campaign_paused" // also of journeys
	WhyPutOff        WhyKind = "put_off"         // until a time: quiet hours, a cap
	WhyRefusedForNow WhyKind = "refused_for_now" // the provider refuses it, and it is tried again
	WhyHeldBack      WhyKind = "held_back"       // until somebody lets it go
	WhyQueued        WhyKind = "queued"          // its turn has not come
)

func stateIs(state messaging.State) func(*known) bool {
	return func(k *known) bool { return k.message.State == state }
}

// messageRules explain a message of the ledger.
var messageRules = []rule{
	{WhyTest, func(k *known) bool { return k.message.Class == messaging.ClassTest }, sayTest},
	{WhySent, stateIs(messaging.StateSent), saySent},
	{WhySkipped, stateIs(messaging.StateSkipped), func(k *known) string {
		return sentence("%s was not sent to %s on %s: %s", k.mail(), k.name(), k.when(k.message.UpdatedAt), clause(k.skipReason()))
	}},
	{WhyFailed, stateIs(messaging.StateFailed), func(k *known) string {
		return sentence("%s to %s failed for good on %s: %s", k.mail(), k.name(), k.when(k.message.UpdatedAt), clause(k.message.Reason))
	}},
	{WhyUnknown, stateIs(messaging.StateUnknown), func(k *known) string {
		return sentence("nobody knows whether %s reached %s: the provider's answer was lost on %s, and it is not sent again by itself",
			k.mail(), k.name(), k.when(k.message.UpdatedAt))
	}},
	{WhyCalling, stateIs(messaging.StateCalling), func(k *known) string {
		return sentence("%s is being handed to the provider for %s at this moment", k.mail(), k.name())
	}},
	{WhyPaused, func(k *known) bool { return k.campaign != nil && k.campaign.State == StatePaused }, func(k *known) string {
		return sentence("%s waits for %s because the campaign %s is paused%s", k.mail(), k.name(), k.camp(), k.since())
	}},
	{WhyPutOff, func(k *known) bool {
		return k.message.NotBefore != nil && k.message.NotBefore.After(k.query.Now)
	}, func(k *known) string {
		return sentence("%s for %s waits until %s: %s", k.mail(), k.name(), k.when(*k.message.NotBefore), clause(k.message.Reason))
	}},
	{WhyRefusedForNow, func(k *known) bool { return k.message.Attempts > 0 && k.message.Reason != "" }, func(k *known) string {
		return sentence("%s for %s was refused for now %s since %s and is tried again: %s",
			k.mail(), k.name(), times(k.message.Attempts), k.when(k.message.CreatedAt), clause(k.message.Reason))
	}},
	{WhyHeldBack, func(k *known) bool { return k.message.Reason != "" }, func(k *known) string {
		return sentence("%s for %s is held back: %s", k.mail(), k.name(), clause(k.message.Reason))
	}},
	{WhyQueued, always, func(k *known) string {
		return sentence("%s for %s is waiting for its turn to be sent since %s", k.mail(), k.name(), k.when(k.message.CreatedAt))
	}},
}

func always(*known) bool { return true }

func sayTest(k *known) string {
	if k.message.State == messaging.StateSent {
		return sentence("%s was a test message, sent to %s on %s", k.mail(), k.message.Address, k.when(k.message.UpdatedAt))
	}
	return sentence("%s was a test message to %s and was not sent: %s", k.mail(), k.message.Address, clause(k.message.Reason))
}

func saySent(k *known) string {
	at := k.message.UpdatedAt
	if k.message.SentAt != nil {
		at = *k.message.SentAt
	}
	return sentence("%s was sent to %s at %s on %s", k.mail(), k.name(), k.message.Address, k.when(at))
}

// skipReason names the mark that forbade the message, if it is still there, with who made it.
func (k *known) skipReason() string {
	for _, mark := range k.marks {
		if string(mark.Channel) == string(k.message.Channel) && k.message.Class == messaging.ClassMarketing && !mark.At.After(k.message.UpdatedAt) {
			return clause(k.message.Reason) + ", on " + k.when(mark.At) + mark.by()
		}
	}
	return k.message.Reason
}

// by says who made a mark, as far as it is known.
func (m Mark) by() string {
	switch {
	case m.ByMessage != nil:
		return ", with the link in a message"
	case m.ByUser != "":
		return ", by " + m.ByUser
	case m.Origin == "api":
		return ", through the API"
	}
	return ""
}

func times(n int) string { return plural(n, "time", "times") }
