package crm

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Show writes a value in words, for people: labels instead of values, dates as they are read, and
// moments in zone. What is empty is "".
func (f Field) Show(value any, zone *time.Location) string {
	if value == nil {
		return ""
	}
	switch v := value.(type) {
	case bool:
		yes, no := f.yesNo()
		if v {
			return yes
		}
		return no
	case []any:
		labels := texts(v)
		for i, member := range labels {
			labels[i] = f.label(member)
		}
		return strings.Join(labels, ", ")
	case string:
		return f.showText(v, zone)
	}
	return f.Text(value)
}

func (f Field) showText(text string, zone *time.Location) string {
	switch f.Type {
	case FieldSelect:
		return f.label(text)
	case FieldDate:
		if day, err := time.Parse(dateForm, text); err == nil {
			return day.Format("2 January 2006")
		}
	case FieldDatetime:
		if moment, err := time.Parse(time.RFC3339, text); err == nil {
			return moment.In(orUTC(zone)).Format("2 January 2006, 15:04")
		}
	case FieldCountry:
		if name := countryNames[text]; name != "" {
			return name
		}
	case FieldLocale:
		return LocaleName(text)
	}
	return text
}

// label is how people read an option; its value when the option is gone.
func (f Field) label(value string) string {
	i := slices.IndexFunc(f.Options, func(o FieldOption) bool { return o.Value == value })
	if i < 0 {
		return value
	}
	return f.Options[i].Label
}

// LocaleName is the English name of a language: "German" for de. What is no tag stays as it is.
func LocaleName(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.English.Tags().Name(parsed); name != "" {
		return name
	}
	return tag
}

// merged is a value for messages: numbers stay numbers, so that they can be compared and counted with.
func (f Field) merged(value any, zone *time.Location) any {
	if number, ok := value.(float64); ok {
		return wholeNumber(number)
	}
	return f.Show(value, zone)
}

func orUTC(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}
