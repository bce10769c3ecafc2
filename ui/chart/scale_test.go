package chart

import (
	"math"
	"slices"
	"testing"
)

func TestAxesCountInRoundSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		highest float64
		whole   bool
		want    []float64
	}{
		{0, true, []float64{1, 0}},
		{1, true, []float64{1, 0}},
		{3, true, []float64{3, 2, 1, 0}},
		{12, true, []float64{15, 10, 5, 0}},
		{7, true, []float64{8, 6, 4, 2, 0}},
		{100, true, []float64{100, 75, 50, 25, 0}},
		{101, true, []float64{150, 100, 50, 0}},
		{12482, true, []float64{15000, 10000, 5000, 0}},
		{0.37, false, []float64{0.4, 0.3, 0.2, 0.1, 0}},
		{1e6, true, []float64{1e6, 750000, 500000, 250000, 0}},
	} {
		got := scaleFor(c.highest, c.whole).ticks()
		same := slices.EqualFunc(got, c.want, func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
		if !same {
			t.Errorf("Up to %v: got %v, want %v.", c.highest, got, c.want)
		}
	}
}

func TestTheLastPointAlwaysHasItsLabel(t *testing.T) {
	t.Parallel()
	for points := 1; points <= 90; points++ {
		p := Props{Labels: make([]string, points)}
		shown := 0
		for i := range points {
			if p.shown(i) {
				shown++
			}
		}
		if !p.shown(points-1) || shown > maxLabels {
			t.Errorf("%d points have %d labels.", points, shown)
		}
	}
}
