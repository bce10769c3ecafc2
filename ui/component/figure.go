package component

import (
	"context"
	"math"

	"github.com/mauntic/mauntic/ui/words"
)

// FigureProps describe one number with its name, meaning and history.
type FigureProps struct {
	ID     string // unique on the page
	Label  string
	Value  int
	Icon   string
	Href   string    // leads to what was counted, "" for nowhere
	Means  string    // what exactly is counted, shown on hover and on focus
	Note   string    // one short line under the number, instead of a comparison
	Before *int      // the number of the time before, to compare with; nil: no comparison
	Span   string    // which time that was: "the 30 days before"
	Trend  []float64 // drawn as a small line, oldest first; nil: none
}

// change is how far a number has moved from the one before, in words and as a direction: -1, 0, 1.
func (p FigureProps) change(ctx context.Context) (text string, direction int) {
	before := *p.Before
	switch {
	case p.Value == before:
		return words.T(ctx, "unchanged"), 0
	case before == 0:
		return words.F(ctx, "{{.Number}} more", words.Data{"Number": words.Number(p.Value)}), 1
	}
	share := math.Abs(float64(p.Value-before)) / float64(before) * 100
	percent := words.F(ctx, "{{.Percent}}\u202f%", words.Data{"Percent": words.Number(int(math.Round(math.Max(share, 1))))})
	if p.Value > before {
		return percent, 1
	}
	return percent, -1
}
