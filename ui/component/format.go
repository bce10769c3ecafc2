package component

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/mauntic/mauntic/ui/page"
	"github.com/mauntic/mauntic/ui/words"
)

// Count writes a number with thousands set apart: 12 482.
func Count(n int) string { return words.Number(n) }

// DateTime writes t in the organization's zone: "25 Nov 2026, 09:00". This year's dates lose the year.
func DateTime(ctx context.Context, t time.Time) string {
	p := page.From(ctx)
	local := t.In(p.Zone)
	if local.Year() == p.Now.In(p.Zone).Year() {
		return words.Time(ctx, local, words.ThisYear)
	}
	return words.Time(ctx, local, words.DayTime)
}

// Date writes the day of t in the organization's zone.
func Date(ctx context.Context, t time.Time) string {
	return words.Time(ctx, t.In(page.From(ctx).Zone), words.Day)
}

// Ago writes how long before now t was: "5 minutes ago". Beyond a week it is the date.
func Ago(ctx context.Context, t time.Time) string {
	now := page.From(ctx).Now
	d := now.Sub(t)
	switch {
	case d < 0:
		return DateTime(ctx, t)
	case d < time.Minute:
		return words.T(ctx, "just now")
	case d < time.Hour:
		return words.N(ctx, int(d.Minutes()), "{{.Count}} minute ago", "{{.Count}} minutes ago")
	case d < 24*time.Hour:
		return words.N(ctx, int(d.Hours()), "{{.Count}} hour ago", "{{.Count}} hours ago")
	case d < 7*24*time.Hour:
		return words.N(ctx, int(d.Hours()/24), "{{.Count}} day ago", "{{.Count}} days ago")
	}
	return DateTime(ctx, t)
}

// Until writes a time to come: the time itself, and within the hour also how long that is.
func Until(ctx context.Context, t time.Time) string {
	left := t.Sub(page.From(ctx).Now)
	if left <= 0 || left > time.Hour {
		return DateTime(ctx, t)
	}
	return words.F(ctx, "{{.Time}} (in {{.Span}})", words.Data{"Time": DateTime(ctx, t), "Span": Duration(ctx, left.Round(time.Second))})
}

// Duration writes a span as people say it: "2 days", "1 hour 30 minutes", "45 seconds".
func Duration(ctx context.Context, d time.Duration) string {
	days, hours, minutes, seconds := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60, int(d/time.Second)%60
	var parts []string
	add := func(n int, said string) {
		if n > 0 && len(parts) < 2 {
			parts = append(parts, said)
		}
	}
	add(days, words.N(ctx, days, "{{.Count}} day", "{{.Count}} days"))
	add(hours, words.N(ctx, hours, "{{.Count}} hour", "{{.Count}} hours"))
	add(minutes, words.N(ctx, minutes, "{{.Count}} minute", "{{.Count}} minutes"))
	add(seconds, words.N(ctx, seconds, "{{.Count}} second", "{{.Count}} seconds"))
	if len(parts) == 0 {
		return words.T(ctx, "a moment")
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return words.F(ctx, "{{.Long}} {{.Short}}", words.Data{"Long": parts[0], "Short": parts[1]})
}

func utcTitle(t time.Time) string {
	return fmt.Sprintf("%s UTC", t.UTC().Format("2006-01-02 15:04:05"))
}

var signsOfTypes = strings.NewReplacer(".", " ", "_", " ", "-", " ")

// EventName writes the type of an event that a program sent, such as order.paid, as words: "order paid".
func EventName(kind string) string { return signsOfTypes.Replace(kind) }
