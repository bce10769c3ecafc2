package chart

import (
	"math"
	"slices"
)

// scale is an axis from 0 up to a round number.
type scale struct {
	step float64
	top  float64
}

// nice are the steps that people count in.
var nice = []float64{1, 2, 2.5, 5, 10}

// scaleFor chooses three to five round steps that hold a value. Where all values are whole, so are the
// steps.
func scaleFor(highest float64, whole bool) scale {
	if highest <= 0 {
		return scale{step: 1, top: 1}
	}
	const steps = 4
	rough := highest / steps
	magnitude := math.Pow(10, math.Floor(math.Log10(rough)))
	at := slices.IndexFunc(nice, func(s float64) bool { return s*magnitude >= rough*(1-1e-9) })
	step := nice[at] * magnitude
	if whole {
		step = math.Max(1, math.Ceil(step-1e-9))
	}
	return scale{step: step, top: math.Ceil(highest/step-1e-9) * step}
}

// ticks are the values at the lines across the plot, from the top down to 0.
func (s scale) ticks() []float64 {
	var all []float64
	for i := int(math.Round(s.top / s.step)); i >= 0; i-- {
		all = append(all, float64(i)*s.step)
	}
	return all
}

// y is where a value stands in the plot.
func (s scale) y(v float64) float64 { return plotHeight * (1 - v/s.top) }

// scale is the axis of the chart.
func (p Props) scale(stacked bool) scale {
	return scaleFor(p.largest(stacked), p.Format == nil)
}

// x is the middle of the i-th of several bands, and band their width.
func (p Props) x(i int) float64 { return (float64(i) + 0.5) * p.band() }

func (p Props) band() float64 { return plotWidth / float64(len(p.Labels)) }
