package messaging

import (
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Days is a set of weekdays: bit 0 is Monday, bit 6 Sunday.
type Days int16

// EveryDay is the whole week.
const EveryDay Days = 1<<7 - 1

const weekdays Days = 1<<5 - 1

// DaysOf returns the set of some weekdays.
func DaysOf(days ...time.Weekday) Days {
	var set Days
	for _, day := range days {
		set |= 1 << fromMonday(day)
	}
	return set
}

func fromMonday(day time.Weekday) int { return (int(day) + 6) % 7 }

// Has says whether a weekday is in the set.
func (d Days) Has(day time.Weekday) bool { return d&(1<<fromMonday(day)) != 0 }

// List returns the weekdays of the set, Monday first.
func (d Days) List() []time.Weekday {
	var list []time.Weekday
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); d.Has(day) {
			list = append(list, day)
		}
	}
	return list
}

// Phrase is the set within a sentence.
func (d Days) Phrase() *domain.Phrase {
	switch d {
	case EveryDay:
		return domain.Say("every day")
	case weekdays:
		return domain.Say("Monday to Friday")
	case EveryDay &^ weekdays:
		return domain.Say("Saturday and Sunday")
	}
	var names []*domain.Phrase
	for _, day := range d.List() {
		names = append(names, dayNames[day])
	}
	switch last := len(names) - 1; last {
	case -1:
		return nil
	case 0:
		return names[0]
	default:
		return domain.Say("%s and %s", domain.ListOf(names[:last]), names[last])
	}
}

// dayNames are in the order of package time.
var dayNames = []*domain.Phrase{
	domain.Say("Sunday"), domain.Say("Monday"), domain.Say("Tuesday"), domain.Say("Wednesday"), domain.Say("Thursday"), domain.Say("Friday"), domain.Say("Saturday"),
}

// Clock is a time of day in minutes after midnight.
type Clock int16

const dayMinutes = 24 * 60

// ParseClock reads "21:00".
func ParseClock(text string) (Clock, bool) {
	t, err := time.Parse("15:04", text)
	return Clock(t.Hour()*60 + t.Minute()), err == nil
}

func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

func (in RuleInput) validateQuiet(found *domain.Findings) {
	if in.Days < 1 || in.Days > EveryDay {
		found.Add("days", "Choose at least one day.")
	}
	if in.Starts < 0 || in.Starts >= dayMinutes {
		found.Add("from", "Write a time such as 21:00.")
	}
	if in.Ends < 0 || in.Ends >= dayMinutes {
		found.Add("to", "Write a time such as 08:00.")
	}
}

func (in RuleInput) quietSummary() *domain.Phrase {
	when := domain.Say("Between %s and %s", in.Starts, in.Ends)
	if in.Starts == 0 && in.Ends == 0 {
		when = domain.Say("All day")
	} else if in.Ends <= in.Starts {
		when = domain.Say("Between %s and %s of the next day", in.Starts, in.Ends)
	}
	if in.Days != EveryDay || in.Starts == in.Ends {
		when = domain.Say("%s, %s", when, in.Days.Phrase())
	}
	if in.Action == ActionSkip {
		return domain.Say("%s, %s are not sent at all.", when, in.messages())
	}
	return domain.Say("%s, %s wait until it is over.", when, in.messages())
}

// span is how many minutes the quiet time lasts.
func (in RuleInput) span() int {
	if in.Ends > in.Starts {
		return int(in.Ends - in.Starts)
	}
	return int(in.Ends-in.Starts) + dayMinutes
}

// quietFor is how long the clock on the wall must go on until the quiet time is over; 0 when it is
// not quiet at local. It goes by the wall clock alone, so that an hour that a change of the clocks
// repeats is quiet twice, and one that it leaves out matters to nobody.
func (in RuleInput) quietFor(local time.Time) time.Duration {
	midnight := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
		time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	for daysAgo := range 2 { // it may have begun yesterday
		begun := midnight + time.Duration(daysAgo)*24*time.Hour - time.Duration(in.Starts)*time.Minute
		left := time.Duration(in.span())*time.Minute - begun
		if begun >= 0 && left > 0 && in.Days.Has((local.Weekday()+7-time.Weekday(daysAgo))%7) {
			return left
		}
	}
	return 0
}

// quietHours are the quiet hours of a channel.
func quietHours(rules []RuleInput, channel Channel) []RuleInput {
	var quiet []RuleInput
	for _, rule := range rules {
		if rule.Kind == RuleQuiet && rule.concerns(channel) {
			quiet = append(quiet, rule)
		}
	}
	return quiet
}

// quietNow returns the rule that asks for quiet at local, and how long the wall clock must go on
// until that one allows to send.
func quietNow(quiet []RuleInput, local time.Time) (RuleInput, time.Duration) {
	for _, rule := range quiet {
		if left := rule.quietFor(local); left > 0 {
			return rule, left
		}
	}
	return RuleInput{}, 0
}

// quietUntil returns the first time from now on at which no quiet hours hold in zone.
func quietUntil(quiet []RuleInput, now time.Time, zone *time.Location) time.Time {
	at := now
	for limit := now.Add(15 * 24 * time.Hour); at.Before(limit); {
		_, left := quietNow(quiet, at.In(zone))
		if left == 0 {
			break
		}
		next := at.Add(left)
		// A change of the clocks on the way: the wall clock does not go on evenly across it.
		if _, change := at.In(zone).ZoneBounds(); !change.IsZero() && change.Before(next) {
			next = change
		}
		at = next
	}
	return at
}

// quietAlways says that a week has no minute left to send.
func quietAlways(quiet []RuleInput) bool {
	monday := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	return quietUntil(quiet, monday, time.UTC).After(monday.Add(7 * 24 * time.Hour))
}
