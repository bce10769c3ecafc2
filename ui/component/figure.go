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
	Per    string // in which time, beside the number: "in 30 days"
	Icon   string
	Href   string    // leads to what was counted, "" for nowhere
	Means  string    // what exactly is counted, shown on hover and on focus
	Note   string    // one short line under the number, instead of a comparison
	Before *int      // the number of the time before, to compare with; nil: no comparison
	Span   string    // which time that was: "the 30 days before"
	Trend  []float64 // drawn as a small line, oldest first; nil: none
}

// compared says whether there is something to compare: nothing after nothing is not worth a line.
func (p FigureProps) compared() bool { return p.Before != nil && (p.Value != 0 || *p.Before != 0) }

// change is how far a number has moved from the one before, in words and as a direction: -1, 0, 1.
func (p FigureProps) change(ctx context.Context) (text string, direction int) {
	before := *p.Before
	data := words.Data{"Span": p.Span}
	switch {
	case p.Value == before:
		return words.F(ctx, "as many as in {{.Span}}", data), 0
	case before == 0:
		return words.F(ctx, "none in {{.Span}}", data), 1
	}
	share := math.Abs(float64(p.Value-before)) / float64(before) * 100
	data["Percent"] = words.Number(int(math.Round(math.Max(share, 1))))
	if p.Value > before {
		return words.F(ctx, "{{.Percent}}\u202f% more than in {{.Span}}", data), 1
	}
	return words.F(ctx, "{{.Percent}}\u202f% less than in {{.Span}}", data), -1
}
