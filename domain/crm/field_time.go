package crm

import (
	"regexp"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Forms in which values are kept.
const (
	dateForm = "2006-01-02"
	timeForm = "15:04"
)

// dateLayouts are the forms of a date that mean one day only. A date such as 03/04/2026 is not
// among them: it is in March or in April.
var dateLayouts = []string{
	dateForm, "2006/01/02", "2006/1/2", "2006-1-2", "20060102", "02.01.2006", "2.1.2006", "2 Jan 2006", "2 January 2006",
	"2. January 2006", "Jan 2, 2006", "January 2, 2006", "2-Jan-2006", "02-Jan-2006",
}

var clockLayouts = []string{timeForm, "15:04:05", "3:04 PM", "3:04PM", "3:04:05 PM", "3 PM", "3PM"}

var slashedDate = regexp.MustCompile(`^\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b`)

var (
	datesAreUnclear = domain.Say("Write the date as year-month-day, such as 2026-03-31: with slashes, some countries put the month first and others the day.")
	noDate          = domain.Say("This is not a date. Write it like 2026-03-31.")
	noDatetime      = domain.Say("This is not a date with a time. Write it like 2026-03-31 15:04.")
	noTime          = domain.Say("This is not a time of day. Write it like 15:04.")
)

func readDate(text string) (value string, problem *domain.Phrase) {
	for _, layout := range dateLayouts {
		if day, err := time.Parse(layout, text); err == nil && day.Year() > 0 {
			return day.Format(dateForm), nil
		}
	}
	if moment, err := time.Parse(time.RFC3339, text); err == nil {
		return moment.Format(dateForm), nil
	}
	// Spreadsheets export a date as midnight.
	if day, clock, ok := strings.Cut(text, " "); ok && (clock == "00:00" || clock == "00:00:00") {
		return readDate(day)
	}
	if slashedDate.MatchString(text) {
		return "", datesAreUnclear
	}
	return "", noDate
}

// readDatetime returns a moment in UTC. A text without a zone is a time of zone.
func readDatetime(text string, zone *time.Location) (value string, problem *domain.Phrase) {
	if zone == nil {
		zone = time.UTC
	}
	kept := func(moment time.Time) (string, *domain.Phrase) {
		if utc := moment.UTC(); utc.Year() > 0 && utc.Year() < 10_000 {
			return utc.Format(time.RFC3339), nil
		}
		return "", noDatetime
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04Z07:00"} {
		if moment, err := time.Parse(layout, text); err == nil {
			return kept(moment)
		}
	}
	day, clock, hasClock := strings.Cut(text, "T")
	if !hasClock || len(day) != len(dateForm) {
		day, clock = cutClock(text)
	}
	date, problem := readDate(day)
	if problem != nil {
		if problem == noDate {
			problem = noDatetime
		}
		return "", problem
	}
	if clock == "" {
		clock = "00:00"
	}
	for _, layout := range clockLayouts {
		if moment, err := time.ParseInLocation(dateForm+" "+layout, date+" "+strings.ToUpper(clock), zone); err == nil {
			return kept(moment)
		}
	}
	return "", noDatetime
}

// cutClock separates the day from the time, which begins with the last word that has a colon.
func cutClock(text string) (day, clock string) {
	before, _, timed := strings.Cut(text, ":")
	if !timed {
		return text, ""
	}
	space := strings.LastIndex(before, " ")
	if space < 0 {
		return text, ""
	}
	return strings.TrimRight(strings.TrimSpace(text[:space]), ","), strings.TrimSpace(text[space+1:])
}

func readTime(text string) (value string, problem *domain.Phrase) {
	for _, layout := range clockLayouts {
		if clock, err := time.Parse(layout, strings.ToUpper(text)); err == nil {
			return clock.Format(timeForm), nil
		}
	}
	return "", noTime
}
