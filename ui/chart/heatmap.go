package chart

// HeatmapProps describe a field of values, such as opens by weekday and hour.
type HeatmapProps struct {
	ID      string // unique on the page
	Title   string
	Desc    string // the one thing to see, as a sentence
	Columns []string
	Rows    []HeatmapRow
}

// HeatmapRow is one line of a Heatmap, with one value for each column.
type HeatmapRow struct {
	Label  string
	Values []float64
}

// levelClass are the shades from nothing to the most.
var levelClass = []string{"chart-l0", "chart-l1", "chart-l2", "chart-l3", "chart-l4", "chart-l5"}

func (p HeatmapProps) most() float64 {
	most := 0.0
	for _, row := range p.Rows {
		for _, v := range row.Values {
			most = max(most, v)
		}
	}
	return most
}

// level is the class of a value's shade.
func (p HeatmapProps) level(v float64) string {
	most := p.most()
	if v <= 0 || most == 0 {
		return levelClass[0]
	}
	return levelClass[min(1+int(v/most*float64(len(levelClass)-1)), len(levelClass)-1)]
}

// columnShown leaves room between the labels over many columns.
func (p HeatmapProps) columnShown(i int) bool {
	return len(p.Columns) <= 12 || i%6 == 0
}
