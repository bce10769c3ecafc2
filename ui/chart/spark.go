package chart

import "strings"

// The sparkline's own coordinates.
const (
	sparkWidth  = 120.0
	sparkHeight = 32.0
	sparkEdge   = 2.0 // keeps the line's width inside
)

// sparkPath is the line of the values, and the ground under it.
func sparkPath(values []float64) (line, area string) {
	highest := 0.0
	for _, v := range values {
		highest = max(highest, v)
	}
	if highest == 0 {
		highest = 1
	}
	var out strings.Builder
	for i, v := range values {
		pen := "L"
		if i == 0 {
			pen = "M"
		}
		x := sparkWidth * float64(i) / float64(max(len(values)-1, 1))
		y := sparkEdge + (sparkHeight-2*sparkEdge)*(1-v/highest)
		out.WriteString(pen + n(x) + " " + n(y))
	}
	line = out.String()
	return line, line + "L" + n(sparkWidth) + " " + n(sparkHeight) + "L0 " + n(sparkHeight) + "Z"
}
