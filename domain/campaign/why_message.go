package campaign

import (
	"github.com/mauntic/mauntic/domain"
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
	{WhyComplained, deliveryIs(messaging.DeliveryComplained), func(k *known) *domain.Phrase {
		return domain.Say("%s was sent to %s, who called it spam%s.", k.what(), k.name(), k.reported())
	}},
	{WhyBounced, deliveryIs(messaging.DeliveryBounced), func(k *known) *domain.Phrase {
		return domain.Say("%s was sent to %s at %s but came back%s: %s.", k.what(), k.name(), k.message.Address, k.reported(), bounceWords[k.message.BounceClass])
	}},
	{WhyRejected, deliveryIs(messaging.DeliveryRejected), func(k *known) *domain.Phrase {
		return domain.Say("The provider took %s for %s but did not send it on%s.", k.mail(), k.name(), k.reported())
	}},
	{WhyDelivered, deliveryIs(messaging.DeliveryDelivered), func(k *known) *domain.Phrase {
		return domain.Say("%s was delivered to %s at %s%s.", k.what(), k.name(), k.message.Address, k.reported())
	}},
	{WhySent, stateIs(messaging.StateSent), saySent},
	{WhySkipped, stateIs(messaging.StateSkipped), func(k *known) *domain.Phrase {
		return domain.Say("%s was not sent to %s on %s: %s.", k.what(), k.name(), k.when(k.message.UpdatedAt), k.skipReason())
	}},
	{WhyFailed, stateIs(messaging.StateFailed), func(k *known) *domain.Phrase {
		return domain.Say("%s to %s failed for good on %s: %s.", k.what(), k.name(), k.when(k.message.UpdatedAt), clause(k.message.Reason))
	}},
	{WhyUnknown, stateIs(messaging.StateUnknown), func(k *known) *domain.Phrase {
		return domain.Say("Nobody knows whether %s reached %s: the provider's answer was lost on %s, and it is not sent again by itself.",
			k.mail(), k.name(), k.when(k.message.UpdatedAt))
	}},
	{WhyCalling, stateIs(messaging.StateCalling), func(k *known) *domain.Phrase {
		return domain.Say("%s is being handed to the provider for %s at this moment.", k.what(), k.name())
	}},
	{WhySendingPaused, func(k *known) bool { return k.pause != nil }, func(k *known) *domain.Phrase {
		return domain.Say("%s for %s waits because sending is paused for everybody since %s: %s.",
			k.what(), k.name(), k.when(k.pause.Since), clause(k.pause.Reason))
	}},
	{WhyPaused, func(k *known) bool { return k.campaign != nil && k.campaign.State == StatePaused }, func(k *known) *domain.Phrase {
		return domain.Say("%s for %s waits because the campaign %s is paused%s.", k.what(), k.name(), k.camp(), k.since())
	}},
	{WhyPutOff, func(k *known) bool {
		return k.message.NotBefore != nil && k.message.NotBefore.After(k.query.Now)
	}, func(k *known) *domain.Phrase {
		return domain.Say("%s for %s waits until %s: %s.", k.what(), k.name(), k.when(*k.message.NotBefore), clause(k.message.Reason))
	}},
	{WhyRefusedForNow, func(k *known) bool { return k.message.WaitsFor == messaging.WaitsForProvider }, func(k *known) *domain.Phrase {
		return domain.Say("%s for %s waits for the provider%s, was tried %s and is tried again by itself: %s.",
			k.what(), k.name(), k.waits(), times(k.message.Attempts), clause(k.message.Reason))
	}},
	{WhyHeldBack, func(k *known) bool { return k.message.Reason != "" }, func(k *known) *domain.Phrase {
		return domain.Say("%s for %s is held back%s: %s.", k.what(), k.name(), k.waits(), clause(k.message.Reason))
	}},
	{WhyQueued, always, func(k *known) *domain.Phrase {
		return domain.Say("%s for %s is waiting for its turn to be sent since %s.", k.what(), k.name(), k.when(k.message.CreatedAt))
	}},
}

func always(*known) bool { return true }

func deliveryIs(status messaging.DeliveryStatus) func(*known) bool {
	return func(k *known) bool { return k.message.Delivery == status }
}

var bounceWords = map[messaging.BounceClass]*domain.Phrase{
	messaging.BounceHard:       domain.Say("the address does not exist"),
	messaging.BounceSoft:       domain.Say("the mailbox did not take it this time"),
	messaging.BounceSender:     domain.Say("the other side does not trust our sender"),
	messaging.BounceMessage:    domain.Say("the other side did not want this message"),
	messaging.BounceSuppressed: domain.Say("the address is on a list of the provider"),
	messaging.BounceOptOut:     domain.Say("the recipient has opted out at the provider"),
	"":                         domain.Say("the provider did not say why"),
}

// reported says when the provider reported it.
func (k *known) reported() *domain.Phrase {
	if k.message.DeliveryAt == nil {
		return nil
	}
	return domain.Say(" on %s", k.when(*k.message.DeliveryAt))
}

// waits says since when the message waits.
func (k *known) waits() *domain.Phrase {
	if k.message.WaitsSince == nil {
		return nil
	}
	return domain.Say(" since %s", k.when(*k.message.WaitsSince))
}

func sayTest(k *known) *domain.Phrase {
	if k.message.State == messaging.StateSent {
		return domain.Say("%s was a test message, sent to %s on %s.", k.what(), k.message.Address, k.when(k.message.UpdatedAt))
	}
	return domain.Say("%s was a test message to %s and was not sent: %s.", k.what(), k.message.Address, clause(k.message.Reason))
}

func saySent(k *known) *domain.Phrase {
	at := k.message.UpdatedAt
	if k.message.SentAt != nil {
		at = *k.message.SentAt
	}
	return domain.Say("%s was sent to %s at %s on %s.", k.what(), k.name(), k.message.Address, k.when(at))
}

// skipReason names the mark that forbade the message, if it is still there, with who made it.
func (k *known) skipReason() any {
	why := clause(k.message.Reason)
	for _, mark := range k.marks {
		if string(mark.Channel) == string(k.message.Channel) && k.message.Class == messaging.ClassMarketing && !mark.At.After(k.message.UpdatedAt) {
			return domain.Say("%s, on %s%s", why, k.when(mark.At), mark.by())
		}
	}
	if s := k.suppression; s != nil && s.Skip() == k.message.Reason {
		return domain.Say("%s, since %s", why, k.when(s.CreatedAt))
	}
	return why
}

// by says who made a mark, as far as it is known.
func (m Mark) by() *domain.Phrase {
	switch {
	case m.ByMessage != nil && (m.Reason == crm.Bounced || m.Comment != ""):
		return domain.Say(", after what the provider reported of a message")
	case m.ByMessage != nil:
		return domain.Say(", with the link in a message")
	case m.ByUser != "":
		return domain.Say(", by %s", m.ByUser)
	case m.Origin == "api":
		return domain.Say(", through the API")
	}
	return nil
}

func times(n int) *domain.Phrase { return domain.SayN(n, "%s time", "%s times") }
