package listing

import (
	"context"
	"strings"

	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// Pill is a filter that writes into the search of its list.
type Pill struct {
	Term  string // as String prints it: state:failed; "" takes the others out
	Label string // words.Mark: the page says it
}

// command is what stands before the colon.
func (p Pill) command() string {
	command, _, _ := strings.Cut(p.Term, ":")
	return command
}

// tabs are the pills of a list. One takes the place of another; the rest of the search stays.
func tabs(ctx context.Context, l component.List, commands search.Commands, pills []Pill) []component.Tab {
	x, err := search.Parse(l.Query.Search, commands)
	if err != nil {
		x = nil // a pill leads out of what can't be read
	}
	filters := filtersOf(pills)
	chosen, filtered := "", err != nil
	for _, part := range search.Parts(x) {
		if text := search.String(part); filters.known[text] {
			chosen = text
		}
		filtered = filtered || filters.stands(part)
	}
	shown := make([]component.Tab, len(pills))
	for i, pill := range pills {
		active := pill.Term != "" && pill.Term == chosen || pill.Term == "" && !filtered
		shown[i] = component.Tab{Label: words.Say(ctx, pill.Label), Href: l.Searching(filters.instead(x, pill)), Active: active}
	}
	return shown
}

// filters know which terms of a search stand for the choice of a pill.
type filters struct {
	known map[string]bool // the terms of the pills
	uses  map[string]int  // by command, how many pills are about it
}

func filtersOf(pills []Pill) filters {
	f := filters{known: map[string]bool{}, uses: map[string]int{}}
	for _, pill := range pills {
		f.known[pill.Term] = true
		f.uses[pill.command()]++
	}
	return f
}

// stands says whether a part of a search does what the pills do: state:sent is one more state, while
// is:test has nothing to do with the only pill is:overdue.
func (f filters) stands(part search.Expr) bool {
	term, ok := part.(search.Term)
	return ok && (f.known[search.String(part)] || f.uses[term.Command] > 1)
}

// instead is the search with a pill in the place of what it narrows already.
func (f filters) instead(x search.Expr, pill Pill) string {
	var rest []search.Expr
	for _, part := range search.Parts(x) {
		if term, ok := part.(search.Term); !f.stands(part) && (!ok || term.Command != pill.command()) {
			rest = append(rest, part)
		}
	}
	if command, value, ok := strings.Cut(pill.Term, ":"); ok {
		rest = append(rest, search.Term{Command: command, Value: value})
	}
	return search.String(search.Join(rest...))
}
