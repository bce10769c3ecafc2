package search

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// check refuses a value that is not of the command's kind, and brings it into its normal form.
func (c *Command) check(t *Term, at int) *Error {
	if t.Op != Is && c.Kind != Number && c.Kind != Date {
		return wrong(at, "The search command “%s:” knows no more or less, as at position %d. Write it like %s.", c.Name, at+1, c.Example)
	}
	if t.Any() && t.Op == Is && c.Kind != IDs {
		return nil
	}
	switch c.Kind {
	case Text:
		return nil
	case Choice:
		value, ok := c.choice(t.Value)
		if !ok {
			return c.noChoice(t.Value, at)
		}
		t.Value, t.Literal = value, !plainValue(value)
		return nil
	case Number:
		if !isNumber(t.Value) {
			return wrong(at, "“%s” at position %d is not a number. Write it like %s.", short(t.Value), at+1, c.Example)
		}
	case Date:
		if _, ok := ParseDay(t.Value); !ok {
			return wrong(at, "“%s” at position %d is not a date. Write it like 2026-01-31, today, yesterday, or -7d for seven days ago.", short(t.Value), at+1)
		}
	case IDs:
		if len(ParseIDs(t.Value)) == 0 {
			return wrong(at, "“%s” at position %d is not a list of numbers. Write it like %s.", short(t.Value), at+1, c.Example)
		}
	}
	t.Literal = false
	return nil
}

func (c *Command) noChoice(value string, at int) *Error {
	names := make([]string, len(c.Values))
	for i, v := range c.Values {
		names[i] = v.Value
	}
	problem := wrong(at, "The search command “%s:” does not know “%s”, at position %d.", c.Name, short(value), at+1)
	if near := nearest(value, names); near != "" {
		problem.Suggest = c.Name + ":" + near
		problem.Said = domain.Say("%s Did you mean “%s”?", problem.Said, problem.Suggest)
	} else if len(names) <= 12 {
		problem.Said = domain.Say("%s It knows %s.", problem.Said, domain.ListOf(names))
	}
	return problem
}

func (c Commands) unknown(name string, at int) *Error {
	names := make([]string, len(c))
	for i, command := range c {
		names[i] = command.Name
	}
	problem := wrong(at, "There is no search command “%s:” here, at position %d.", short(name), at+1)
	if near := nearest(name, names); near != "" {
		problem.Suggest = near + ":"
		problem.Said = domain.Say("%s Did you mean “%s”?", problem.Said, problem.Suggest)
	} else {
		problem.Said = domain.Say("%s To look for the text itself, put it into quotation marks.", problem.Said)
	}
	return problem
}

// short keeps a message readable, whatever was typed.
func short(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}

var numberPattern = regexp.MustCompile(`^-?\d{1,15}(\.\d{1,10})?$`)

func isNumber(text string) bool { return numberPattern.MatchString(text) }

// maxIDs bounds how many records one search names.
const maxIDs = 100

// ParseIDs reads 1,2,3; nil when the text is no such list.
func ParseIDs(text string) []int64 {
	pieces := strings.Split(text, ",")
	if len(pieces) > maxIDs {
		return nil
	}
	ids := make([]int64, len(pieces))
	for i, piece := range pieces {
		id, err := strconv.ParseInt(piece, 10, 64)
		if err != nil || id < 1 {
			return nil
		}
		ids[i] = id
	}
	return ids
}

// Day is a day of a calendar: a date, or so many days before today where Date is "".
type Day struct {
	Date string // 2026-01-31
	Ago  int
}

var agoPattern = regexp.MustCompile(`^-(\d{1,4})d$`)

// ParseDay reads a date, today, yesterday or -7d.
func ParseDay(text string) (Day, bool) {
	switch strings.ToLower(text) {
	case "today":
		return Day{}, true
	case "yesterday":
		return Day{Ago: 1}, true
	}
	if match := agoPattern.FindStringSubmatch(text); match != nil {
		ago, err := strconv.Atoi(match[1])
		return Day{Ago: ago}, err == nil
	}
	date, err := time.Parse(time.DateOnly, text)
	return Day{Date: text}, err == nil && date.Year() >= 1
}
