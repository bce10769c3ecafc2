package chart

import (
	"math"
	"strings"
)

// line is the path of a series; a missing value leaves a gap.
func (p Props) line(s Series, on scale) string {
	var out strings.Builder
	pen := "M"
	for i := range p.Labels {
		v := s.value(i)
		if math.IsNaN(v) {
			pen = "M"
			continue
		}
		out.WriteString(pen + n(p.x(i)) + " " + n(on.y(v)))
		if pen == "M" {
			out.WriteString("h0") // a point alone is a dot
		}
		pen = "L"
	}
	return out.String()
}

// area is the ground under a series without gaps, "" for one that has some.
func (p Props) area(s Series, on scale) string {
	for i := range p.Labels {
		if math.IsNaN(s.value(i)) {
			return ""
		}
	}
	last := len(p.Labels) - 1
	return p.line(s, on) + "L" + n(p.x(last)) + " " + n(plotHeight) + "L" + n(p.x(0)) + " " + n(plotHeight) + "Z"
}

// bar is one rectangle of a bar chart.
type bar struct {
	x, y, width, height string
	class               string
}

const (
	barShare = 0.7 // of a band
	barGap   = 2.0 // between bars of one band
)

// bars are the rectangles of a chart with the bars of a band side by side.
func (p Props) bars(on scale) []bar {
	var all []bar
	width := p.band()*barShare/float64(len(p.Series)) - barGap
	for i := range p.Labels {
		left := p.x(i) - p.band()*barShare/2
		for j, s := range p.Series {
			if v := s.value(i); v > 0 {
				x := left + float64(j)*(width+barGap)
				all = append(all, bar{n(x), n(on.y(v)), n(math.Max(width, 1)), n(plotHeight - on.y(v)), classOf(j)})
			}
		}
	}
	return all
}

// stacks are the rectangles of a chart with the bars of a band on top of each other.
func (p Props) stacks(on scale) []bar {
	var all []bar
	width := p.band() * barShare
	for i := range p.Labels {
		below := 0.0
		for j, s := range p.Series {
			if v := s.value(i); v > 0 {
				top := on.y(below + v)
				all = append(all, bar{n(p.x(i) - width/2), n(top), n(width), n(on.y(below) - top), classOf(j)})
				below += v
			}
		}
	}
	return all
}
