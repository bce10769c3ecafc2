package listing

import (
	"context"

	"github.com/mauntic/mauntic/domain/search"
	"github.com/mauntic/mauntic/ui/component"
	"github.com/mauntic/mauntic/ui/words"
)

// Pill is a filter that writes into the search of its list.
type Pill struct {
	Term  string // as String prints it: state:failed; "" takes the others out
	Label string // words.Mark: the page says it
}

// tabs are the pills of a list. One takes the place of another; the rest of the search stays.
func tabs(ctx context.Context, l component.List, commands search.Commands, pills []Pill) []component.Tab {
	x, err := search.Parse(l.Query.Search, commands)
	if err != nil {
		x = nil // a pill leads out of what can't be read
	}
	known := make(map[string]bool, len(pills))
	for _, pill := range pills {
		known[pill.Term] = true
	}
	chosen, rest := "", []search.Expr{}
	for _, part := range search.Parts(x) {
		if text := search.String(part); known[text] {
			chosen = text
		} else {
			rest = append(rest, part)
		}
	}
	shown := make([]component.Tab, len(pills))
	for i, pill := range pills {
		text := search.String(search.Join(rest...))
		if text != "" && pill.Term != "" {
			text += " "
		}
		shown[i] = component.Tab{Label: words.Say(ctx, pill.Label), Href: l.Searching(text + pill.Term), Active: pill.Term == chosen}
	}
	return shown
}
