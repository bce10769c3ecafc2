package campaign

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Wait lets time pass: for a duration, or until a date and time in the organization's time zone.
type Wait struct {
	For   Span   `json:"for,omitzero"`
	Until string `json:"until,omitempty"` // "2026-12-01T09:00"
}

// Span is a length of time as people say it. Days, weeks and months follow the calendar: two days
// after 9:00 is 9:00, also when the clocks change.
type Span struct {
	Amount int    `json:"amount"`
	Unit   string `json:"unit"` // seconds, minutes, hours, days, weeks, months
}

// untilLayout is how a date and time is written without a zone.
const untilLayout = "2006-01-02T15:04"

// maxWaitYears bounds every wait.
const maxWaitYears = 10

// From returns the time that lies the span after t, in the time zone of zone.
func (s Span) From(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	switch s.Unit {
	case "seconds":
		return t.Add(time.Duration(s.Amount) * time.Second)
	case "minutes":
		return t.Add(time.Duration(s.Amount) * time.Minute)
	case "hours":
		return t.Add(time.Duration(s.Amount) * time.Hour)
	case "weeks":
		return local.AddDate(0, 0, 7*s.Amount).UTC()
	case "months":
		return local.AddDate(0, s.Amount, 0).UTC()
	default:
		return local.AddDate(0, 0, s.Amount).UTC()
	}
}

// String says the span in English: "2 days".
func (s Span) String() string { return s.Phrase().String() }

// Phrase says the span in words: "2 days".
func (s Span) Phrase() *domain.Phrase {
	switch s.Unit {
	case "seconds":
		return domain.SayN(s.Amount, "%s second", "%s seconds")
	case "minutes":
		return domain.SayN(s.Amount, "%s minute", "%s minutes")
	case "hours":
		return domain.SayN(s.Amount, "%s hour", "%s hours")
	case "days":
		return domain.SayN(s.Amount, "%s day", "%s days")
	case "weeks":
		return domain.SayN(s.Amount, "%s week", "%s weeks")
	case "months":
		return domain.SayN(s.Amount, "%s month", "%s months")
	}
	return domain.Quote(fmt.Sprintf("%d %s", s.Amount, s.Unit))
}

func (s Span) validate(v *Validation, field string) {
	limits := map[string]int{"seconds": 86_400, "minutes": 525_600, "hours": 87_600, "days": 3_650, "weeks": 520, "months": 120}
	limit, known := limits[s.Unit]
	switch {
	case !known:
		v.Problem(field+".unit", "Say how long in seconds, minutes, hours, days, weeks or months.")
	case s.Amount < 1:
		v.Problem(field+".amount", "The time to wait must be at least %s.", Span{1, s.Unit})
	case s.Amount > limit:
		v.Problem(field+".amount", "The time to wait must be at most %s.", Span{limit, s.Unit})
	}
}

// Describe implements Settings.
func (s Wait) Describe() *domain.Phrase {
	if s.Until == "" {
		return domain.Say("Wait %s", s.For)
	}
	if until, err := time.Parse(untilLayout, s.Until); err == nil {
		return domain.Say("Wait until %s", domain.Moment{At: until, Layout: "2 Jan 2006, 15:04"})
	}
	return domain.Say("Wait until a date")
}

// Validate implements Settings.
func (s Wait) Validate(v *Validation) {
	if s.Until == "" {
		s.For.validate(v, "for")
		return
	}
	until, err := time.Parse(untilLayout, s.Until)
	switch {
	case s.For != Span{}:
		v.Problem("until", "Wait either for a duration or until a date, not both.")
	case err != nil:
		v.Problem("until", "Write the date and time as 2026-12-01T09:00.")
	case until.After(v.Now.AddDate(maxWaitYears, 0, 0)):
		v.Problem("until", "The date is more than %d years away.", maxWaitYears)
	case until.Before(v.Now.AddDate(0, 0, -1)):
		v.Warn("until", "This date has passed: people go straight on.")
	}
}

// Walk implements Settings.
func (s Wait) Walk(_ context.Context, w *Walker) (Move, error) {
	memory := &w.Journey.Memory
	if memory.Due.IsZero() {
		due, err := s.due(w.Now, w.Zone)
		if err != nil {
			return Move{}, err
		}
		if !due.After(w.Now) {
			return Next(domain.Keep("Did not wait: the date had passed.")), nil
		}
		memory.Due = due
	}
	if w.Now.Before(memory.Due) {
		return SleepUntil(memory.Due, w.Step.Phrase()), nil
	}
	return Next(domain.Keep("Waited.")), nil
}

func (s Wait) due(now time.Time, zone *time.Location) (time.Time, error) {
	if s.Until == "" {
		return s.For.From(now, zone), nil
	}
	due, err := time.ParseInLocation(untilLayout, s.Until, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("read date of wait step: %w", err)
	}
	return due.UTC(), nil
}
