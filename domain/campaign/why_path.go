package campaign

import (
	"slices"

	"github.com/mauntic/mauntic/domain"
)

// What can keep a contact who is or was in a campaign from an email of it.
const (
	WhyOtherVersion WhyKind = "other_version" // the contact's version does not send it
	WhyOtherBranch  WhyKind = "other_branch"  // a decision led past it
	WhyPassed       WhyKind = "passed"        // the step was passed, but there is no message
	WhyNotYet       WhyKind = "not_yet"       // it is still ahead
	WhyLeftBefore   WhyKind = "left_before"   // the journey ended before
)

// pathRules explain why a journey has not led to an email.
var pathRules = []rule{
	{WhyReentry, func(k *known) bool {
		return k.refusedSince() && len(k.sendingSteps()) > 0 && k.passed() == nil && k.turn() == nil
	}, sayRefused},
	{WhyNotSender, (*known).wrongCampaign, sayWrongCampaign},
	{WhyOtherVersion, func(k *known) bool { return len(k.sendingSteps()) == 0 }, func(k *known) *domain.Phrase {
		return domain.Say("%s goes by version %d of %s, which does not send %s; version %d does, since %s.",
			k.who(), k.journey.Version, k.camp(), k.mail(), k.sender().Version, k.when(k.sender().PublishedAt))
	}},
	{WhyPassed, func(k *known) bool { return k.passed() != nil }, func(k *known) *domain.Phrase {
		return domain.Say("%s came by the step %s on %s, and this came of it: %s.",
			k.who(), quotedLabel(k.passed()), k.when(k.passed().OccurredAt), clause(k.passed().Outcome))
	}},
	{WhyNotYet, (*known).ahead, func(k *known) *domain.Phrase {
		return domain.Say("%s has not come to %s yet: %s.", k.who(), k.mail(), k.where())
	}},
	{WhyOtherBranch, func(k *known) bool { return k.turn() != nil }, func(k *known) *domain.Phrase {
		turn := k.turn()
		return domain.Say("%s never came to %s: at %s the answer on %s was “%s”, and %s is on the branch “%s”.",
			k.who(), k.mail(), quotedLabel(&turn.taken), k.when(turn.taken.OccurredAt), turn.label(turn.taken.Branch), k.mail(), turn.label(turn.needed))
	}},
	{WhyLeftBefore, always, func(k *known) *domain.Phrase {
		var on *domain.Phrase
		if k.journey.EndedAt != nil {
			on = domain.Say(", on %s", k.when(*k.journey.EndedAt))
		}
		return domain.Say("%s left %s before coming to %s%s: %s.", k.who(), k.camp(), k.mail(), on, clause(k.journey.Outcome))
	}},
}

// sending is a step that sends something that a marketer wrote.
type sending interface{ sends(text) bool }

func (s SendEmail) sends(t text) bool { return s.Email != 0 && s.Email == t.email }
func (s SendSMS) sends(t text) bool   { return s.SMS != 0 && s.SMS == t.sms }

// sendingSteps are the steps of the journey's version that send the email.
func (k *known) sendingSteps() []Step {
	return slices.DeleteFunc(k.flow.Steps(), func(step Step) bool {
		sender, ok := step.Settings.(sending)
		return !ok || !sender.sends(*k.text)
	})
}

// sender is the newest version of the journey's campaign that sends the email.
func (k *known) sender() Sender {
	i := slices.IndexFunc(k.senders, func(s Sender) bool { return s.Campaign == k.journey.Campaign })
	return k.senders[max(i, 0)]
}

// passed is what the log says of a step that sends the email.
func (k *known) passed() *LogEntry {
	for _, step := range k.sendingSteps() {
		if entry := k.logged(step.ID); entry != nil {
			return entry
		}
	}
	return nil
}

func (k *known) logged(id StepID) (found *LogEntry) {
	for i := range k.log {
		if k.log[i].StepID == id {
			found = &k.log[i]
		}
	}
	return found
}

// ahead says whether the journey may still come to the email.
func (k *known) ahead() bool {
	if k.journey.State == JourneyEnded || k.campaign.State == StateArchived {
		return false
	}
	route := newRoute(k.flow)
	from := k.journey.Cursor
	if from == "" {
		from = route.first
	}
	reachable := map[StepID]bool{}
	route.reach(from, reachable)
	return slices.ContainsFunc(k.sendingSteps(), func(s Step) bool { return reachable[s.ID] })
}

// reach notes all steps that can be come to from one step, itself included.
func (r *route) reach(from StepID, seen map[StepID]bool) {
	step, ok := r.steps[from]
	if !ok || seen[from] {
		return
	}
	seen[from] = true
	switch {
	case step.Kind == "exit":
	case len(step.Branches) > 0:
		for _, first := range r.into[from] {
			r.reach(first, seen)
		}
	default:
		r.reach(r.after[from], seen)
	}
}

// where tells where the journey is, as part of a sentence about the contact.
func (k *known) where() domain.Clause {
	for _, rule := range journeyRules {
		if rule.holds(k) {
			return domain.Clause{Of: rule.say(k)}
		}
	}
	return domain.Clause{}
}

// turn is a decision that led away from the email.
type turn struct {
	taken  LogEntry
	step   Step
	needed string // the branch that leads to the email
}

func (t turn) label(branch string) *domain.Phrase {
	for _, b := range t.step.Branches {
		if b.ID == branch && b.Label != "" {
			return domain.Kept(b.Label).Phrase()
		}
	}
	return domain.Quote(branch)
}

// turn finds the first decision on the way to the email that was answered otherwise.
func (k *known) turn() *turn {
	for _, sending := range k.sendingSteps() {
		for _, fork := range forksTo(k.flow.Root, sending.ID) {
			if entry := k.logged(fork.step.ID); entry != nil && entry.Branch != fork.needed {
				fork.taken = *entry
				return &fork
			}
		}
	}
	return nil
}

// forksTo are the decisions on the way to a step, the first one first; nil when it is not there.
func forksTo(steps []Step, id StepID) []turn {
	for _, step := range steps {
		if step.ID == id {
			return []turn{}
		}
		for _, branch := range step.Branches {
			if rest := forksTo(branch.Steps, id); rest != nil {
				return append([]turn{{step: step, needed: branch.ID}}, rest...)
			}
		}
	}
	return nil
}
