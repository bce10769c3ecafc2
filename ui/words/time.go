package words

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Layouts of times, which a translation may put into another order. Write them as package time does.
var (
	Day         = Mark("2 Jan 2006")
	DayTime     = Mark("2 Jan 2006, 15:04")
	ThisYear    = Mark("2 Jan, 15:04")
	LongDay     = Mark("2 January 2006")
	LongDayTime = Mark("2 January 2006, 15:04")
)

// nameParts are the parts of a layout that are words, longer ones first.
var nameParts = []string{"January", "Jan", "Monday", "Mon"}

// months and days are in the order of package time.
var (
	months = []string{
		Mark("January"), Mark("February"), Mark("March"), Mark("April"), Mark("May"), Mark("June"),
		Mark("July"), Mark("August"), Mark("September"), Mark("October"), Mark("November"), Mark("December"),
	}
	shortMonths = []string{
		Mark("Jan"), Mark("Feb"), Mark("Mar"), Mark("Apr"), Mark("May"), Mark("Jun"),
		Mark("Jul"), Mark("Aug"), Mark("Sep"), Mark("Oct"), Mark("Nov"), Mark("Dec"),
	}
	days      = []string{Mark("Sunday"), Mark("Monday"), Mark("Tuesday"), Mark("Wednesday"), Mark("Thursday"), Mark("Friday"), Mark("Saturday")}
	shortDays = []string{Mark("Sun"), Mark("Mon"), Mark("Tue"), Mark("Wed"), Mark("Thu"), Mark("Fri"), Mark("Sat")}
)

// Time writes a time in its own zone by a layout of package time, with the names of months and days
// in the language of the context. Layouts that Mark has put into the catalogue are translated too.
func Time(ctx context.Context, t time.Time, layout string) string {
	if from(ctx).tag == language.English {
		return t.Format(layout)
	}
	layout = Say(ctx, layout)
	var out strings.Builder
	for layout != "" {
		at, part := len(layout), ""
		for _, name := range nameParts {
			if i := strings.Index(layout, name); i >= 0 && i < at {
				at, part = i, name
			}
		}
		out.WriteString(t.Format(layout[:at]))
		if part != "" {
			out.WriteString(Say(ctx, name(t, part)))
		}
		layout = layout[at+len(part):]
	}
	return out.String()
}

// Weekday names a day of the week.
func Weekday(ctx context.Context, day time.Weekday) string { return Say(ctx, days[day]) }

func name(t time.Time, part string) string {
	switch part {
	case "January":
		return months[t.Month()-1]
	case "Jan":
		return shortMonths[t.Month()-1]
	case "Monday":
		return days[t.Weekday()]
	}
	return shortDays[t.Weekday()]
}
