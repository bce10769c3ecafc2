package campaignui

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// journeyBadge is the state of a journey in two words.
func journeyBadge(ctx context.Context, j campaign.Journey) (component.Tone, string) {
	switch {
	case j.State == campaign.JourneyEnded:
		return component.Neutral, words.T(ctx, "Finished")
	case j.State == campaign.JourneyPending:
		return component.Info, words.T(ctx, "Starting")
	case j.Parked:
		return component.Caution, words.T(ctx, "On hold")
	case j.Answer != nil && j.Answer.Do == campaign.DoRun:
		if j.Answer.Call != 0 {
			return component.Primary, words.T(ctx, "Calling")
		}
		return component.Primary, words.T(ctx, "Sending")
	}
	return component.Good, words.T(ctx, "Waiting")
}

// journeySentence says what the journey does now, or how it ended.
func journeySentence(ctx context.Context, j campaign.JourneyItem) string {
	switch {
	case j.State == campaign.JourneyEnded:
		return endSentence(ctx, j.Journey)
	case j.State == campaign.JourneyPending && j.Seq > 0:
		return words.T(ctx, "Goes on in a moment, where it stopped.")
	case j.State == campaign.JourneyPending:
		return words.T(ctx, "Starts in a moment.")
	case j.Answer == nil:
		return words.T(ctx, "On the way.")
	}
	answer := *j.Answer
	switch answer.Do {
	case campaign.DoSleep:
		return words.F(ctx, "Waits until {{.Time}}: {{.Summary}}.", words.Data{"Time": component.Until(ctx, answer.Until), "Summary": unpunctuated(words.Phrase(ctx, j.Doing()))})
	case campaign.DoWait:
		return awaited(ctx, answer)
	case campaign.DoRun:
		doing := unpunctuated(words.Phrase(ctx, j.Doing())) + "."
		if j.Call != nil {
			doing = strings.TrimSpace(doing + " " + words.Phrase(ctx, j.Call.Tries()))
		}
		return doing
	case campaign.DoPark:
		return words.T(ctx, "Stands still while the campaign is paused.")
	}
	return words.T(ctx, "On the way.")
}

func endSentence(ctx context.Context, j campaign.Journey) string {
	outcome := unpunctuated(words.Kept(ctx, j.Outcome))
	if outcome == "" {
		outcome = words.T(ctx, "Completed")
	}
	if j.EndedAt == nil {
		return outcome + "."
	}
	return words.F(ctx, "{{.Outcome}} on {{.Time}}.", words.Data{"Outcome": outcome, "Time": component.DateTime(ctx, *j.EndedAt)})
}

func awaited(ctx context.Context, answer campaign.Instruction) string {
	until := words.Data{"Time": component.Until(ctx, answer.Until)}
	if answer.Awaits != nil {
		switch answer.Awaits.Type {
		case crm.EventEmailClicked:
			return words.F(ctx, "Waits for the contact to click in the email, until {{.Time}} at the latest.", until)
		case crm.EventSMSClicked:
			return words.F(ctx, "Waits for the contact to click in the SMS, until {{.Time}} at the latest.", until)
		case crm.EventSMSReceived:
			return words.F(ctx, "Waits for the contact to reply to the SMS, until {{.Time}} at the latest.", until)
		}
	}
	return words.F(ctx, "Waits for the contact to open the email, until {{.Time}} at the latest.", until)
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
func branchLabel(ctx context.Context, e campaign.LogEntry) string {
	if kind, ok := campaign.KindNamed(e.Kind); ok {
		for _, branch := range kind.Branches {
			if branch.ID == e.Branch {
				return words.Say(ctx, branch.Label)
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
func whereWords(ctx context.Context, j campaign.JourneyItem) string {
	if j.State == campaign.JourneyEnded {
		return words.Kept(ctx, j.Outcome)
	}
	return words.Phrase(ctx, j.StepTitle)
}
