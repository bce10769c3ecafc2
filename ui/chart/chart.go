// Package chart draws figures as SVG on the server: they need no script to be seen, follow the theme by
// classes, and each can be read as a table. js/charttip.js adds a cursor for pointer and arrow keys.
//
// The plot stretches to its place while its labels are text beside it, so that they stay readable on a
// phone. Give each chart of a page an ID of its own.
package chart

import (
	"math"
	"strconv"

	"github.com/mauntic/mauntic/ui/words"
)

// The plot's own coordinates; the style sheet says how large it is on the page.
const (
	plotWidth  = 1000
	plotHeight = 200
	maxLabels  = 6 // along the axis, so that they do not meet on a phone
)

// Props describe a chart over points on an axis.
type Props struct {
	ID     string               // unique on the page
	Title  string               // what is shown: "Emails sent by day"
	Desc   string               // the one thing to see, as a sentence; read aloud with the title
	Axis   string               // what the points are, heads their column of the table: "Day"
	Labels []string             // of the points, in order
	Series []Series             // at most six; each with one value for each label
	Format func(float64) string // writes a value; nil: a whole number with thousands set apart
}

// Series is one line, or one colour of bars.
type Series struct {
	Label  string
	Values []float64 // a missing value is math.NaN()
}

// Slice is one part of a Donut, or one step of a Funnel.
type Slice struct {
	Label string
	Value float64
	Href  string // where it leads, "" for nowhere
}

// seriesClass colours series by their place; see src/chart.css.
var seriesClass = []string{"chart-s1", "chart-s2", "chart-s3", "chart-s4", "chart-s5", "chart-s6"}

func classOf(i int) string { return seriesClass[i%len(seriesClass)] }

func (p Props) format(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case p.Format != nil:
		return p.Format(v)
	}
	return words.Number(int(math.Round(v)))
}

// value is the i-th of a series, missing when the series is shorter.
func (s Series) value(i int) float64 {
	if i >= len(s.Values) {
		return math.NaN()
	}
	return s.Values[i]
}

// largest is the highest value that the axis has to hold.
func (p Props) largest(stacked bool) float64 {
	highest := 0.0
	for i := range p.Labels {
		sum := 0.0
		for _, s := range p.Series {
			v := s.value(i)
			if math.IsNaN(v) || v < 0 {
				continue
			}
			sum += v
			if !stacked {
				highest = max(highest, v)
			}
		}
		if stacked {
			highest = max(highest, sum)
		}
	}
	return highest
}

// empty says that there is nothing to draw.
func (p Props) empty() bool { return len(p.Labels) == 0 || len(p.Series) == 0 || p.largest(false) == 0 }

// shown says whether the i-th label stands under the axis: the last one does, and others at equal
// distances before it.
func (p Props) shown(i int) bool {
	step := (len(p.Labels) + maxLabels - 1) / maxLabels
	return (len(p.Labels)-1-i)%max(step, 1) == 0
}

// n writes a coordinate as briefly as a picture of this size needs.
func n(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }
