package component

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/ui/page"
)

// Count writes a number with thousands set apart: 12 482.
func Count(n int) string {
	if n < 0 {
		return "−" + Count(-n)
	}
	digits := strconv.Itoa(n)
	var out strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString("\u202f") // narrow no-break space
		}
		out.WriteRune(d)
	}
	return out.String()
}

// Plural writes "1 contact" or "3 contacts".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// DateTime writes t in the organization's zone: "25 Nov 2026, 09:00". This year's dates lose the year.
func DateTime(ctx context.Context, t time.Time) string {
	p := page.From(ctx)
	local := t.In(p.Zone)
	if local.Year() == p.Now.In(p.Zone).Year() {
		return local.Format("2 Jan, 15:04")
	}
	return local.Format("2 Jan 2006, 15:04")
}

// Date writes the day of t in the organization's zone.
func Date(ctx context.Context, t time.Time) string {
	return t.In(page.From(ctx).Zone).Format("2 Jan 2006")
}

// Ago writes how long before now t was: "5 minutes ago". Beyond a week it is the date.
func Ago(ctx context.Context, t time.Time) string {
	now := page.From(ctx).Now
	d := now.Sub(t)
	switch {
	case d < 0:
		return DateTime(ctx, t)
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return Plural(int(d.Minutes()), "minute", "minutes") + " ago"
	case d < 24*time.Hour:
		return Plural(int(d.Hours()), "hour", "hours") + " ago"
	case d < 7*24*time.Hour:
		return Plural(int(d.Hours()/24), "day", "days") + " ago"
	}
	return DateTime(ctx, t)
}

// Until writes a time to come: the time itself, and within the hour also how long that is.
func Until(ctx context.Context, t time.Time) string {
	left := t.Sub(page.From(ctx).Now)
	if left <= 0 || left > time.Hour {
		return DateTime(ctx, t)
	}
	return fmt.Sprintf("%s (in %s)", DateTime(ctx, t), Duration(left.Round(time.Second)))
}

// Duration writes a span as people say it: "2 days", "1 hour 30 minutes", "45 seconds".
func Duration(d time.Duration) string {
	units := []struct {
		size      time.Duration
		one, many string
	}{
		{24 * time.Hour, "day", "days"},
		{time.Hour, "hour", "hours"},
		{time.Minute, "minute", "minutes"},
		{time.Second, "second", "seconds"},
	}
	var parts []string
	for _, u := range units {
		if n := d / u.size; n > 0 && len(parts) < 2 {
			parts = append(parts, Plural(int(n), u.one, u.many))
			d %= u.size
		}
	}
	if len(parts) == 0 {
		return "a moment"
	}
	return strings.Join(parts, " ")
}

func utcTitle(t time.Time) string {
	return fmt.Sprintf("%s UTC", t.UTC().Format("2006-01-02 15:04:05"))
}
