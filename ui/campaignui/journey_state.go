package campaignui

import (
	"context"
	"fmt"
	"strings"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
)

// journeyBadge is the state of a journey in two words.
func journeyBadge(j campaign.Journey) (component.Tone, string) {
	switch {
	case j.State == campaign.JourneyEnded:
		return component.Neutral, "Finished"
	case j.State == campaign.JourneyPending:
		return component.Info, "Starting"
	case j.Parked:
		return component.Caution, "On hold"
	case j.Answer != nil && j.Answer.Do == campaign.DoRun:
		if j.Answer.Call != 0 {
			return component.Primary, "Calling"
		}
		return component.Primary, "Sending"
	}
	return component.Good, "Waiting"
}

// journeySentence says what the journey does now, or how it ended.
func journeySentence(ctx context.Context, j campaign.JourneyItem) string {
	switch {
	case j.State == campaign.JourneyEnded:
		return endSentence(ctx, j.Journey)
	case j.State == campaign.JourneyPending && j.Seq > 0:
		return "Goes on in a moment, where it stopped."
	case j.State == campaign.JourneyPending:
		return "Starts in a moment."
	case j.Answer == nil:
		return "On the way."
	}
	answer := *j.Answer
	switch answer.Do {
	case campaign.DoSleep:
		return fmt.Sprintf("Waits until %s: %s.", component.Until(ctx, answer.Until), unpunctuated(answer.Summary))
	case campaign.DoWait:
		return fmt.Sprintf("Waits for the contact to %s, until %s at the latest.", awaited(answer), component.Until(ctx, answer.Until))
	case campaign.DoRun:
		doing := unpunctuated(answer.Summary) + "."
		if j.Call != nil {
			doing = strings.TrimSpace(doing + " " + j.Call.Tries())
		}
		return doing
	case campaign.DoPark:
		return "Stands still while the campaign is paused."
	}
	return "On the way."
}

func endSentence(ctx context.Context, j campaign.Journey) string {
	outcome := unpunctuated(j.Outcome)
	if outcome == "" {
		outcome = "Completed"
	}
	if j.EndedAt == nil {
		return outcome + "."
	}
	return fmt.Sprintf("%s on %s.", outcome, component.DateTime(ctx, *j.EndedAt))
}

func awaited(answer campaign.Instruction) string {
	if answer.Awaits != nil && answer.Awaits.Type == crm.EventEmailClicked {
		return "click in the email"
	}
	return "open the email"
}

func unpunctuated(sentence string) string { return strings.TrimRight(sentence, ".") }

// logIcon is the icon of a line of the log.
func logIcon(e campaign.LogEntry) string {
	if kind, ok := campaign.KindNamed(e.Kind); ok {
		return kind.Icon
	}
	return "circle-check"
}

// branchLabel is the way that was taken, "" for steps with one way on.
func branchLabel(e campaign.LogEntry) string {
	if kind, ok := campaign.KindNamed(e.Kind); ok {
		for _, branch := range kind.Branches {
			if branch.ID == e.Branch {
				return branch.Label
			}
		}
	}
	return e.Branch
}

func branchTone(e campaign.LogEntry) component.Tone {
	if e.Branch == campaign.No {
		return component.Bad
	}
	return component.Good
}

// whereWords is the step that somebody stands at, or how the journey ended.
func whereWords(j campaign.JourneyItem) string {
	if j.State == campaign.JourneyEnded {
		return j.Outcome
	}
	return j.StepTitle
}
