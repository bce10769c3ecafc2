package chart_test

import (
	"bytes"
	"context"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"github.com/mauntic/mauntic/ui/chart"
)

var update = flag.Bool("update", false, "write the golden files anew")

func days(n int) []string {
	labels := make([]string, n)
	for i := range labels {
		labels[i] = "day " + string(rune('A'+i))
	}
	return labels
}

// charts are one of each kind, for the golden files.
func charts() map[string]templ.Component {
	two := chart.Props{
		ID: "mails", Title: "Emails by day", Desc: "Most were sent on day C.", Axis: "Day", Labels: days(4),
		Series: []chart.Series{{"Sent", []float64{3, 0, 12, 7}}, {"Opened", []float64{1, math.NaN(), 5}}},
	}
	one := two
	one.Series = []chart.Series{{"Sent", []float64{3, 0, 12, 7}}}
	parts := chart.PartsProps{
		ID: "channels", Title: "By channel", Desc: "Most go by email.", Axis: "Channel", Value: "Messages",
		Slices: []chart.Slice{{"Email", 900, "/app/emails"}, {"SMS", 99, ""}, {"Push", 1, ""}, {"None", 0, ""}},
	}
	return map[string]templ.Component{
		"line": chart.Line(two), "area": chart.Line(one), "bar": chart.Bar(two), "stacked": chart.StackedBar(two),
		"donut": chart.Donut(parts), "funnel": chart.Funnel(parts),
		"spark": chart.Sparkline("Sent, rising", []float64{0, 4, 2, 8}),
		"heatmap": chart.Heatmap(chart.HeatmapProps{
			ID: "hours", Title: "Opens by hour", Desc: "Most opens are on Tuesday morning.", Columns: []string{"9", "10", "11"},
			Rows: []chart.HeatmapRow{{"Mon", []float64{0, 3, 1}}, {"Tue", []float64{10, 4, 7}}},
		}),
	}
}

func html(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(out.String(), "><", ">\n<") + "\n"
}

func TestChartsLookAsTheyDid(t *testing.T) {
	t.Parallel()
	for name, c := range charts() {
		got, file := html(t, c), filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is drawn differently. Look at it on /app/_kit, then run the test with -update.", name)
		}
	}
}

func TestChartsCanBeReadWithoutSeeingThem(t *testing.T) {
	t.Parallel()
	for name, c := range charts() {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html(t, c)))
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("svg[role=img]").Each(func(_ int, svg *goquery.Selection) {
			for id := range strings.FieldsSeq(svg.AttrOr("aria-labelledby", "")) {
				if doc.Find("#"+id).Length() != 1 || doc.Find("#"+id).Text() == "" {
					t.Errorf("%s is named by #%s, which says nothing.", name, id)
				}
			}
			if svg.AttrOr("aria-labelledby", "")+svg.AttrOr("aria-label", "") == "" {
				t.Errorf("%s has a picture without a name.", name)
			}
		})
		if doc.Find("table").Length() == 0 && doc.Find("ol").Length() == 0 && name != "spark" {
			t.Errorf("%s can't be read as figures.", name)
		}
		if doc.Find("[style]").Length() > 0 {
			t.Errorf("%s has an inline style, which the content security policy blocks.", name)
		}
	}
}

func TestAChartWithoutValuesSaysSo(t *testing.T) {
	t.Parallel()
	for _, c := range []templ.Component{
		chart.Line(chart.Props{ID: "x", Title: "X", Labels: days(3), Series: []chart.Series{{"Sent", []float64{0, 0, 0}}}}),
		chart.Bar(chart.Props{ID: "x", Title: "X"}), chart.Donut(chart.PartsProps{ID: "x", Title: "X"}), chart.Funnel(chart.PartsProps{ID: "x"}),
	} {
		if got := html(t, c); !strings.Contains(got, "nothing to show") || strings.Contains(got, "NaN") {
			t.Errorf("Got %s", got)
		}
	}
}

func TestSharesAreWrittenAsPeopleReadThem(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for want, got := range map[string]string{
		"12\u202f%": chart.Percent(ctx, 12, 100), "0.4\u202f%": chart.Percent(ctx, 4, 1000), "–": chart.Percent(ctx, 1, 0), "0\u202f%": chart.Percent(ctx, 0, 5), "100\u202f%": chart.Percent(ctx, 5, 5),
	} {
		if got != want {
			t.Errorf("Got %q, want %q.", got, want)
		}
	}
}
