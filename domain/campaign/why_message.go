package campaign

import (
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

// WhyKind names a situation, for programs.
type WhyKind string

// What can have become of a message.
const (
	WhyTest          WhyKind = "test"            // it was a test message
	WhyComplained    WhyKind = "complained"      // it was sent, and called spam
	WhyBounced       WhyKind = "bounced"         // it was sent, and came back
	WhyRejected      WhyKind = "rejected"        // the provider took it, but did not send it on
	WhyDelivered     WhyKind = "delivered"       // the recipient's side took it
	WhySent          WhyKind = "sent"            // the provider took it
	WhySkipped       WhyKind = "skipped"         // it was not wanted any more
	WhyFailed        WhyKind = "failed"          // it was refused for good
	WhyUnknown       WhyKind = "unknown"         // the provider's answer was lost
	WhyCalling       WhyKind = "calling"         // a provider is being called
	WhyPaused        WhyKind = "campaign_paused" // also of journeys
	WhySendingPaused WhyKind = "sending_paused"  // of the whole installation
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
	{WhyComplained, deliveryIs(messaging.DeliveryComplained), func(k *known) string {
		return sentence("%s was sent to %s, who called it spam%s", k.mail(), k.name(), k.reported())
	}},
	{WhyBounced, deliveryIs(messaging.DeliveryBounced), func(k *known) string {
		return sentence("%s was sent to %s at %s but came back%s: %s", k.mail(), k.name(), k.message.Address, k.reported(), bounceWords[k.message.BounceClass])
	}},
	{WhyRejected, deliveryIs(messaging.DeliveryRejected), func(k *known) string {
		return sentence("the provider took %s for %s but did not send it on%s", k.mail(), k.name(), k.reported())
	}},
	{WhyDelivered, deliveryIs(messaging.DeliveryDelivered), func(k *known) string {
		return sentence("%s was delivered to %s at %s%s", k.mail(), k.name(), k.message.Address, k.reported())
	}},
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
	{WhySendingPaused, func(k *known) bool { return k.pause != nil }, func(k *known) string {
		return sentence("%s for %s waits because sending is paused for everybody since %s: %s",
			k.mail(), k.name(), k.when(k.pause.Since), clause(k.pause.Reason))
	}},
	{WhyPaused, func(k *known) bool { return k.campaign != nil && k.campaign.State == StatePaused }, func(k *known) string {
		return sentence("%s for %s waits because the campaign %s is paused%s", k.mail(), k.name(), k.camp(), k.since())
	}},
	{WhyPutOff, func(k *known) bool {
		return k.message.NotBefore != nil && k.message.NotBefore.After(k.query.Now)
	}, func(k *known) string {
		return sentence("%s for %s waits until %s: %s", k.mail(), k.name(), k.when(*k.message.NotBefore), clause(k.message.Reason))
	}},
	{WhyRefusedForNow, func(k *known) bool { return k.message.WaitsFor == messaging.WaitsForProvider }, func(k *known) string {
		return sentence("%s for %s waits for the provider%s, was tried %s and is tried again by itself: %s",
			k.mail(), k.name(), k.waits(), times(k.message.Attempts), clause(k.message.Reason))
	}},
	{WhyHeldBack, func(k *known) bool { return k.message.Reason != "" }, func(k *known) string {
		return sentence("%s for %s is held back%s: %s", k.mail(), k.name(), k.waits(), clause(k.message.Reason))
	}},
	{WhyQueued, always, func(k *known) string {
		return sentence("%s for %s is waiting for its turn to be sent since %s", k.mail(), k.name(), k.when(k.message.CreatedAt))
	}},
}

func always(*known) bool { return true }

func deliveryIs(status messaging.DeliveryStatus) func(*known) bool {
	return func(k *known) bool { return k.message.Delivery == status }
}

var bounceWords = map[messaging.BounceClass]string{
	messaging.BounceHard:       "the address does not exist",
	messaging.BounceSoft:       "the mailbox did not take it this time",
	messaging.BounceSender:     "the other side does not trust our sender",
	messaging.BounceMessage:    "the other side did not want this message",
	messaging.BounceSuppressed: "the address is on a list of the provider",
	messaging.BounceOptOut:     "the recipient has opted out at the provider",
	"":                         "the provider did not say why",
}

// reported says when the provider reported it.
func (k *known) reported() string {
	if k.message.DeliveryAt == nil {
		return ""
	}
	return " on " + k.when(*k.message.DeliveryAt)
}

// waits says since when the message waits.
func (k *known) waits() string {
	if k.message.WaitsSince == nil {
		return ""
	}
	return " since " + k.when(*k.message.WaitsSince)
}

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
	if s := k.suppression; s != nil && s.Skip() == k.message.Reason {
		return clause(k.message.Reason) + ", since " + k.when(s.CreatedAt)
	}
	return k.message.Reason
}

// by says who made a mark, as far as it is known.
func (m Mark) by() string {
	switch {
	case m.ByMessage != nil && (m.Reason == crm.Bounced || m.Comment != ""):
		return ", after what the provider reported of a message"
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
