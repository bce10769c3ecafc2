package campaign

import (
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// What can have become of an entry or a journey.
const (
	WhyNotPublished  WhyKind = "not_published"   // nobody can enter
	WhyNotTaken      WhyKind = "not_taken"       // it was added while the campaign took nobody
	WhyReentry       WhyKind = "reentry_refused" // it had been there before, or still was
	WhyNobodyEntered WhyKind = "nobody_entered"
	WhyCreatedLater  WhyKind = "created_later" // than the last people entered
	WhyNeverAdded    WhyKind = "never_added"
	WhyNotSender     WhyKind = "not_sent_by_campaign" // the campaign does not send the email
	WhyNoSender      WhyKind = "sent_by_no_campaign"
	WhyNoneOfMany    WhyKind = "in_none_of_the_campaigns" // that send the email
	WhyStarting      WhyKind = "starting"
	WhyGoesOn        WhyKind = "goes_on" // starts again where it stood
	WhyArchived      WhyKind = "archived"
	WhyOverdue       WhyKind = "overdue"
	WhyWaiting       WhyKind = "waiting"         // for a time
	WhyAwaiting      WhyKind = "waiting_for_act" // of the contact, until a time
	WhyWebhook       WhyKind = "calling_webhook" // perhaps again and again
	WhyBusy          WhyKind = "busy"            // something is being done for it now
	WhyEnded         WhyKind = "ended"
)

// entryRules explain why there is no journey.
var entryRules = []rule{
	{WhyNoSender, func(k *known) bool { return k.text != nil && len(k.senders) == 0 }, func(k *known) *domain.Phrase {
		return domain.Say("No published campaign sends %s, so %s could not get it.", k.mail(), k.name())
	}},
	{WhyNotSender, (*known).wrongCampaign, sayWrongCampaign},
	{WhyNoneOfMany, func(k *known) bool { return k.campaign == nil }, func(k *known) *domain.Phrase {
		var names domain.List
		for _, s := range k.sendingCampaigns() {
			names = append(names, inQuotes(s.Name))
		}
		return domain.Say("%s was never added to a campaign that sends %s: %s.", k.who(), k.mail(), listed(names))
	}},
	{WhyNotPublished, func(k *known) bool { return k.campaign.Version == 0 }, func(k *known) *domain.Phrase {
		return domain.Say("%s was never published, so nobody can enter it.", k.camp())
	}},
	{WhyNotTaken, func(k *known) bool { return k.refusal != nil && k.refusal.whileClosed() }, func(k *known) *domain.Phrase {
		return domain.Say("%s was added to %s on %s but not taken, because the campaign was %s then.",
			k.who(), k.camp(), k.when(k.refusal.At), stateWords[State(k.refusal.Why)])
	}},
	{WhyNobodyEntered, func(k *known) bool { return k.lastEntry.IsZero() }, func(k *known) *domain.Phrase {
		return domain.Say("Nobody has been added to %s yet.", k.camp())
	}},
	{WhyCreatedLater, func(k *known) bool { return k.contact.CreatedAt.After(k.lastEntry) }, func(k *known) *domain.Phrase {
		return domain.Say("%s became a contact on %s, after the last people had entered %s on %s.",
			k.who(), k.when(k.contact.CreatedAt), k.camp(), k.when(k.lastEntry))
	}},
	{WhyNeverAdded, always, func(k *known) *domain.Phrase { return domain.Say("%s was never added to %s.", k.who(), k.camp()) }},
}

// journeyRules explain where a journey is.
var journeyRules = []rule{
	{WhyReentry, (*known).refusedSince, sayRefused},
	{WhyEnded, func(k *known) bool { return k.journey.State == JourneyEnded }, sayEnded},
	{WhyArchived, campaignIs(StateArchived), func(k *known) *domain.Phrase {
		return domain.Say("%s is archived%s, so %s leaves it within minutes and gets nothing more.", k.camp(), k.since(), k.name())
	}},
	{WhyPaused, campaignIs(StatePaused), func(k *known) *domain.Phrase {
		return domain.Say("%s stands still%s because %s is paused%s.", k.who(), k.at(), k.camp(), k.since())
	}},
	{WhyStarting, func(k *known) bool { return k.journey.State == JourneyPending && k.journey.Seq == 0 }, func(k *known) *domain.Phrase {
		return domain.Say("%s was added to %s on %s and has not started yet: the workflow waits for its turn.",
			k.who(), k.camp(), k.when(k.journey.CreatedAt))
	}},
	{WhyGoesOn, func(k *known) bool { return k.journey.State == JourneyPending }, func(k *known) *domain.Phrase {
		return domain.Say("%s goes on%s in a moment: the workflow is being started again.", k.who(), k.at())
	}},
	{WhyWebhook, func(k *known) bool { return k.journey.Call != nil && k.journey.Call.Reason != "" }, func(k *known) *domain.Phrase {
		return domain.Say("%s waits%s for a webhook to succeed: it was tried %s, the last time in vain: %s.",
			k.who(), k.at(), times(k.journey.Call.Attempts), clause(k.journey.Call.Reason))
	}},
	{WhyOverdue, func(k *known) bool {
		return k.journey.Due != nil && k.journey.Due.Add(overdueGrace).Before(k.query.Now)
	}, func(k *known) *domain.Phrase {
		return domain.Say("%s should have gone on%s on %s but has not: its workflow is late or lost, and is started again by itself if it is lost.",
			k.who(), k.at(), k.when(*k.journey.Due))
	}},
	{WhyAwaiting, doing(DoWait), func(k *known) *domain.Phrase {
		return domain.Say("%s waits%s until %s at the latest for the contact to %s.",
			k.who(), k.at(), k.when(k.journey.Answer.Until), awaitedAct(k.journey.Answer))
	}},
	{WhyWaiting, doing(DoSleep), func(k *known) *domain.Phrase {
		return domain.Say("%s waits%s until %s.", k.who(), k.at(), k.when(k.journey.Answer.Until))
	}},
	{WhyBusy, always, func(k *known) *domain.Phrase {
		return domain.Say("%s is on the way%s at this moment.", k.who(), k.at())
	}},
}

func campaignIs(state State) func(*known) bool {
	return func(k *known) bool { return k.campaign != nil && k.campaign.State == state }
}

func doing(what Do) func(*known) bool {
	return func(k *known) bool { return k.journey.Answer != nil && k.journey.Answer.Do == what }
}

// at is the step where the journey stands.
func (k *known) at() *domain.Phrase {
	if k.journey.StepTitle == nil {
		return nil
	}
	return domain.Say(" at the step %s", inQuotes(k.journey.StepTitle))
}

func awaitedAct(answer *Instruction) *domain.Phrase {
	if answer.Awaits != nil {
		switch answer.Awaits.Type {
		case crm.EventEmailClicked:
			return domain.Say("click in the email")
		case crm.EventSMSClicked:
			return domain.Say("click in the SMS")
		case crm.EventSMSReceived:
			return domain.Say("reply to the SMS")
		}
	}
	return domain.Say("open the email")
}

// whileClosed says that the campaign took nobody at that time.
func (r Refusal) whileClosed() bool { return r.Why != BeenBefore && r.Why != StillInside }

// refusedSince says that the contact was added once more after its journey had ended, in vain.
func (k *known) refusedSince() bool {
	return k.refusal != nil && k.journey.EndedAt != nil && k.refusal.At.After(*k.journey.EndedAt) && k.refusal.Campaign == k.journey.Campaign
}

func sayRefused(k *known) *domain.Phrase {
	if k.refusal.whileClosed() {
		return domain.Say("%s was added to %s again on %s but not taken, because the campaign was %s then.",
			k.who(), k.camp(), k.when(k.refusal.At), stateWords[State(k.refusal.Why)])
	}
	return domain.Say("%s was added to %s again on %s but not taken: %s, since %s.",
		k.who(), k.camp(), k.when(k.refusal.At), reentryWords[k.campaign.Reentry], k.been())
}

var reentryWords = map[Reentry]*domain.Phrase{
	ReentryNever:     domain.Say("it takes everybody only once"),
	ReentryAfterExit: domain.Say("it takes nobody who is still inside"),
	ReentryAlways:    domain.Say("its rule was another one then"),
}

func (k *known) been() *domain.Phrase {
	if k.refusal.Why == StillInside {
		return domain.Say("this contact was still inside")
	}
	return domain.Say("this contact first entered on %s", k.when(k.journey.CreatedAt))
}

func sayEnded(k *known) *domain.Phrase {
	var left, missed *domain.Phrase
	if k.journey.EndedAt != nil {
		left = domain.Say(" and left it on %s", k.when(*k.journey.EndedAt))
	}
	if worst := k.notSent(); worst != nil {
		missed = domain.Say("; the step %s: %s", quotedLabel(worst), clause(worst.Outcome))
	}
	return domain.Say("%s entered %s on %s%s: %s%s.",
		k.who(), k.camp(), k.when(k.journey.CreatedAt), left, clause(k.journey.Outcome), missed)
}

// notSent is the last message on the way that did not go out.
func (k *known) notSent() (found *LogEntry) {
	for i, entry := range k.log {
		if entry.MessageID != nil && (strings.HasPrefix(string(entry.Outcome), "Not sent") || strings.HasPrefix(string(entry.Outcome), "Failed") || strings.HasPrefix(string(entry.Outcome), "The provider")) {
			found = &k.log[i]
		}
	}
	return found
}

// wrongCampaign says that the campaign that was asked about has nothing to do with the email.
func (k *known) wrongCampaign() bool {
	if k.text == nil || k.campaign == nil {
		return false
	}
	for _, s := range k.senders {
		if s.Campaign == k.campaign.ID {
			return false
		}
	}
	return true
}

func sayWrongCampaign(k *known) *domain.Phrase {
	return domain.Say("No published version of %s sends %s.", k.camp(), k.mail())
}

func listed(names domain.List) *domain.Phrase {
	switch n := len(names); {
	case n > 4:
		return domain.Say("%s and %s more", names[:3], domain.Number(n-3))
	case n > 1:
		return domain.Say("%s or %s", names[:n-1], names[n-1])
	}
	return domain.Quote(names.String())
}
