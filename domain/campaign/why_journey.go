package campaign

import (
	"fmt"
	"strings"

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
	{WhyNoSender, func(k *known) bool { return k.text != nil && len(k.senders) == 0 }, func(k *known) string {
		return sentence("no published campaign sends %s, so %s could not get it", k.mail(), k.name())
	}},
	{WhyNotSender, (*known).wrongCampaign, sayWrongCampaign},
	{WhyNoneOfMany, func(k *known) bool { return k.campaign == nil }, func(k *known) string {
		var names []string
		for _, s := range k.sendingCampaigns() {
			names = append(names, inQuotes(s.Name))
		}
		return sentence("%s was never added to a campaign that sends %s: %s", k.name(), k.mail(), listed(names))
	}},
	{WhyNotPublished, func(k *known) bool { return k.campaign.Version == 0 }, func(k *known) string {
		return sentence("%s was never published, so nobody can enter it", k.camp())
	}},
	{WhyNotTaken, func(k *known) bool { return k.refusal != nil && k.refusal.whileClosed() }, func(k *known) string {
		return sentence("%s was added to %s on %s but not taken, because the campaign was %s then",
			k.name(), k.camp(), k.when(k.refusal.At), stateWords[State(k.refusal.Why)])
	}},
	{WhyNobodyEntered, func(k *known) bool { return k.lastEntry.IsZero() }, func(k *known) string {
		return sentence("nobody has been added to %s yet", k.camp())
	}},
	{WhyCreatedLater, func(k *known) bool { return k.contact.CreatedAt.After(k.lastEntry) }, func(k *known) string {
		return sentence("%s became a contact on %s, after the last people had entered %s on %s",
			k.name(), k.when(k.contact.CreatedAt), k.camp(), k.when(k.lastEntry))
	}},
	{WhyNeverAdded, always, func(k *known) string { return sentence("%s was never added to %s", k.name(), k.camp()) }},
}

// journeyRules explain where a journey is.
var journeyRules = []rule{
	{WhyReentry, (*known).refusedSince, sayRefused},
	{WhyEnded, func(k *known) bool { return k.journey.State == JourneyEnded }, sayEnded},
	{WhyArchived, campaignIs(StateArchived), func(k *known) string {
		return sentence("%s is archived%s, so %s leaves it within minutes and gets nothing more", k.camp(), k.since(), k.name())
	}},
	{WhyPaused, campaignIs(StatePaused), func(k *known) string {
		return sentence("%s stands still%s because %s is paused%s", k.name(), k.at(), k.camp(), k.since())
	}},
	{WhyStarting, func(k *known) bool { return k.journey.State == JourneyPending && k.journey.Seq == 0 }, func(k *known) string {
		return sentence("%s was added to %s on %s and has not started yet: the workflow waits for its turn",
			k.name(), k.camp(), k.when(k.journey.CreatedAt))
	}},
	{WhyGoesOn, func(k *known) bool { return k.journey.State == JourneyPending }, func(k *known) string {
		return sentence("%s goes on%s in a moment: the workflow is being started again", k.name(), k.at())
	}},
	{WhyWebhook, func(k *known) bool { return k.journey.Call != nil && k.journey.Call.Reason != "" }, func(k *known) string {
		return sentence("%s waits%s for a webhook to succeed: it was tried %s, the last time in vain: %s",
			k.name(), k.at(), times(k.journey.Call.Attempts), clause(k.journey.Call.Reason))
	}},
	{WhyOverdue, func(k *known) bool {
		return k.journey.Due != nil && k.journey.Due.Add(overdueGrace).Before(k.query.Now)
	}, func(k *known) string {
		return sentence("%s should have gone on%s on %s but has not: its workflow is late or lost, and is started again by itself if it is lost",
			k.name(), k.at(), k.when(*k.journey.Due))
	}},
	{WhyAwaiting, doing(DoWait), func(k *known) string {
		return sentence("%s waits%s until %s at the latest for the contact to %s",
			k.name(), k.at(), k.when(k.journey.Answer.Until), awaitedAct(k.journey.Answer))
	}},
	{WhyWaiting, doing(DoSleep), func(k *known) string {
		return sentence("%s waits%s until %s", k.name(), k.at(), k.when(k.journey.Answer.Until))
	}},
	{WhyBusy, always, func(k *known) string { return sentence("%s is on the way%s at this moment", k.name(), k.at()) }},
}

func campaignIs(state State) func(*known) bool {
	return func(k *known) bool { return k.campaign != nil && k.campaign.State == state }
}

func doing(what Do) func(*known) bool {
	return func(k *known) bool { return k.journey.Answer != nil && k.journey.Answer.Do == what }
}

// at is the step where the journey stands.
func (k *known) at() string {
	if k.journey.StepTitle == "" {
		return ""
	}
	return " at the step " + inQuotes(k.journey.StepTitle)
}

func awaitedAct(answer *Instruction) string {
	if answer.Awaits != nil {
		switch answer.Awaits.Type {
		case crm.EventEmailClicked:
			return "click in the email"
		case crm.EventSMSClicked:
			return "click in the SMS"
		case crm.EventSMSReceived:
			return "reply to the SMS"
		}
	}
	return "open the email"
}

// whileClosed says that the campaign took nobody at that time.
func (r Refusal) whileClosed() bool { return r.Why != BeenBefore && r.Why != StillInside }

// refusedSince says that the contact was added once more after its journey had ended, in vain.
func (k *known) refusedSince() bool {
	return k.refusal != nil && k.journey.EndedAt != nil && k.refusal.At.After(*k.journey.EndedAt) && k.refusal.Campaign == k.journey.Campaign
}

func sayRefused(k *known) string {
	if k.refusal.whileClosed() {
		return sentence("%s was added to %s again on %s but not taken, because the campaign was %s then",
			k.name(), k.camp(), k.when(k.refusal.At), stateWords[State(k.refusal.Why)])
	}
	return sentence("%s was added to %s again on %s but not taken: %s, since %s",
		k.name(), k.camp(), k.when(k.refusal.At), reentryWords[k.campaign.Reentry], k.been())
}

var reentryWords = map[Reentry]string{
	ReentryNever:     "it takes everybody only once",
	ReentryAfterExit: "it takes nobody who is still inside",
	ReentryAlways:    "its rule was another one then",
}

func (k *known) been() string {
	if k.refusal.Why == StillInside {
		return "this contact was still inside"
	}
	return "this contact first entered on " + k.when(k.journey.CreatedAt)
}

func sayEnded(k *known) string {
	end := fmt.Sprintf("%s entered %s on %s", k.name(), k.camp(), k.when(k.journey.CreatedAt))
	if k.journey.EndedAt != nil {
		end += " and left it on " + k.when(*k.journey.EndedAt)
	}
	end += ": " + clause(k.journey.Outcome)
	if worst := k.notSent(); worst != nil {
		end += fmt.Sprintf("; the step %s: %s", inQuotes(worst.Label), clause(worst.Outcome))
	}
	return sentence("%s", end)
}

// notSent is the last message on the way that did not go out.
func (k *known) notSent() (found *LogEntry) {
	for i, entry := range k.log {
		if entry.MessageID != nil && (strings.HasPrefix(entry.Outcome, "Not sent") || strings.HasPrefix(entry.Outcome, "Failed") || strings.HasPrefix(entry.Outcome, "The provider")) {
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

func sayWrongCampaign(k *known) string {
	return sentence("no published version of %s sends %s", k.camp(), k.mail())
}

func listed(names []string) string {
	switch n := len(names); {
	case n > 4:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), n-3)
	case n > 1:
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}
