package component

import (
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
)

var badgeTones = map[Tone]string{
	Neutral: "badge badge-sm border-base-300 bg-base-200",
	Primary: "badge badge-sm badge-soft badge-primary",
	Info:    "badge badge-sm badge-soft badge-info",
	Good:    "badge badge-sm badge-soft badge-success",
	Caution: "badge badge-sm border-transparent bg-warning/35 text-base-content dark:bg-warning/15 dark:text-warning",
	Bad:     "badge badge-sm badge-soft badge-error",
}

var alertTones = map[Tone]string{
	Neutral: "alert border-base-300 bg-base-200",
	Primary: "alert alert-soft alert-info",
	Info:    "alert alert-soft alert-info",
	Good:    "alert alert-soft alert-success",
	Caution: "alert border-warning/60 bg-warning/20 text-base-content dark:border-warning/30 dark:bg-warning/10",
	Bad:     "alert alert-soft alert-error",
}

var alertIcons = map[Tone]string{
	Neutral: "info", Primary: "info", Info: "info", Good: "circle-check", Caution: "triangle-alert", Bad: "circle-alert",
}

var dotTones = map[Tone]string{
	Neutral: "bg-base-content/40",
	Primary: "bg-primary",
	Info:    "bg-info",
	Good:    "bg-success",
	Caution: "bg-warning",
	Bad:     "bg-error",
}

// HeaderProps describe the head of a page.
type HeaderProps struct {
	Title     string
	Sub       string // one line under the title
	BackHref  string // where the page belongs, "" at the top
	BackLabel string
	Badge     templ.Component // state chip beside the title, nil for none
}

// Tab is one of several views of a record; each has its own address.
type Tab struct {
	Label  string
	Href   string
	Count  int // shown when above 0
	Active bool
}

// Fact is a line of a Facts list.
type Fact struct {
	Label string
	Value templ.Component // see Text
}

// initials of a name, for an Avatar.
func initials(name string) string {
	var out strings.Builder
	for word := range strings.FieldsSeq(name) {
		if r, _ := utf8.DecodeRuneInString(word); out.Len() < 8 && r != utf8.RuneError {
			out.WriteRune(r)
		}
		if utf8.RuneCountInString(out.String()) == 2 {
			break
		}
	}
	return strings.ToUpper(out.String())
}
