package crm

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DateOrder says what the numbers of a date stand for: 03/04/2026 is in April or in March.
type DateOrder string

// The orders.
const (
	DayFirst   DateOrder = "dmy"
	MonthFirst DateOrder = "mdy"
	YearFirst  DateOrder = "ymd"
)

// DateOrders lists all orders.
var DateOrders = []DateOrder{DayFirst, MonthFirst, YearFirst}

// numericDate is three numbers with signs between them, and perhaps a time behind.
var numericDate = regexp.MustCompile(`^(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{1,4})(?:[T ,]+(.+))?$`)

// unorderedDate writes a date of numbers as 2026-03-31, with its time if it has one, by the order in
// which they are meant. Other texts stay as they are.
func unorderedDate(text string, order DateOrder) string {
	parts := numericDate.FindStringSubmatch(text)
	if parts == nil {
		return text
	}
	year, month, day := parts[3], parts[2], parts[1]
	switch {
	case len(parts[1]) == 4: // a number of four digits is a year wherever it stands
		year, day = parts[1], parts[3]
	case order == MonthFirst && !strings.Contains(parts[0][:6], "."): // points put the day first wherever they are used
		month, day = parts[1], parts[2]
	case order == YearFirst && len(parts[3]) < 4:
		year, day = parts[1], parts[3]
	}
	moment, err := time.Parse("2006-1-2", fullYear(year)+"-"+month+"-"+day)
	if err != nil {
		return text
	}
	written := moment.Format("2006-01-02")
	if parts[4] != "" {
		written += " " + parts[4]
	}
	return written
}

// fullYear reads years of two digits as people mean them: up to 49 they are of this century.
func fullYear(year string) string {
	number, err := strconv.Atoi(year)
	if err != nil || len(year) > 2 {
		return year
	}
	if number < 50 {
		return fmt.Sprintf("20%02d", number)
	}
	return fmt.Sprintf("19%02d", number)
}

// guessDateOrder looks for a number that can only be a day. Dates that begin with four digits of a year
// are clear by themselves and decide only where there are no others. Otherwise nothing is known, and the
// day comes first in most of the world.
func guessDateOrder(values []string) DateOrder {
	first, second, whole, others := 0, 0, 0, 0
	for _, value := range values {
		parts := numericDate.FindStringSubmatch(strings.TrimSpace(value))
		if parts == nil {
			continue
		}
		if len(parts[1]) == 4 {
			whole++
			continue
		}
		others++
		a, _ := strconv.Atoi(parts[1]) // digits, by the pattern
		b, _ := strconv.Atoi(parts[2])
		if a > 12 {
			first++
		}
		if b > 12 {
			second++
		}
	}
	switch {
	case second > first:
		return MonthFirst
	case whole > 0 && others == 0:
		return YearFirst
	}
	return DayFirst
}

// momentLayouts are the forms of createdAt once the order of its numbers is settled.
var momentLayouts = []string{
	time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02 3:04 PM", "2006-01-02 3:04:05 PM", "2006-01-02",
	"2 Jan 2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006", "2006-01-02T15:04:05", "2006-01-02 15:04:05.999999",
}

// readMoment reads when something was; a text without a zone is a time of zone.
func readMoment(text string, order DateOrder, zone *time.Location) (time.Time, bool) {
	text = unorderedDate(text, order)
	for _, layout := range momentLayouts {
		if moment, err := time.ParseInLocation(layout, text, orUTC(zone)); err == nil && moment.Year() >= 1900 {
			return moment.UTC(), true
		}
	}
	return time.Time{}, false
}
