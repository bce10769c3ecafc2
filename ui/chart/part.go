package chart

import (
	"context"
	"math"
	"strconv"

	"github.com/mauntic/mauntic/ui/words"
)

// PartsProps describe a Donut or a Funnel.
type PartsProps struct {
	ID     string // unique on the page
	Title  string
	Desc   string // the one thing to see, as a sentence
	Axis   string // what the parts are, heads their column of the table
	Value  string // what is counted, heads the other one: "Contacts"
	Slices []Slice
}

func (p PartsProps) sum() float64 {
	sum := 0.0
	for _, s := range p.Slices {
		sum += math.Max(s.Value, 0)
	}
	return sum
}

// first is what the steps of a funnel are compared with.
func (p PartsProps) first() float64 {
	if len(p.Slices) == 0 {
		return 0
	}
	return p.Slices[0].Value
}

// arc is a part of a ring whose way around is 100.
type arc struct{ dash, offset, class string }

// ringGap keeps the parts of a ring apart.
const ringGap = 0.6

func (p PartsProps) arcs() []arc {
	var all []arc
	at, sum := 0.0, p.sum()
	for i, s := range p.Slices {
		share := math.Max(s.Value, 0) / sum * 100
		if share > 0 {
			drawn := share
			if share < 100 {
				drawn = math.Max(share-ringGap, 0.2)
			}
			all = append(all, arc{exact(drawn) + " " + exact(100-drawn), exact(25 - at), classOf(i)})
		}
		at += share
	}
	return all
}

// Percent writes a share of a whole: "12 %", "0.4 %", and "–" of nothing.
func Percent(ctx context.Context, part, whole float64) string {
	if whole <= 0 {
		return "–"
	}
	share := part / whole * 100
	if share > 0 && share < 9.95 && math.Round(share) != share {
		return words.Percent(ctx, share, 1)
	}
	return words.Percent(ctx, share, 0)
}

func whole(v float64) string { return words.Number(int(math.Round(v))) }

func exact(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
