package kitui

import (
	"math"

	"github.com/mauntic/mauntic/ui/chart"
	"github.com/mauntic/mauntic/ui/component"
)

var cities = []component.Choice{
	{Value: "ber", Label: "Berlin", Sub: "Germany"},
	{Value: "bom", Label: "Mumbai", Sub: "India"},
	{Value: "lis", Label: "Lisbon", Sub: "Portugal"},
	{Value: "nbo", Label: "Nairobi", Sub: "Kenya"},
	{Value: "osl", Label: "Oslo", Sub: "Norway"},
	{Value: "sao", Label: "São Paulo", Sub: "Brazil"},
	{Value: "tyo", Label: "Tokyo", Sub: "Japan"},
	{Value: "waw", Label: "Warsaw", Sub: "Poland"},
}

var tags = []component.Option{
	{Value: "customer", Label: "customer"},
	{Value: "newsletter", Label: "newsletter"},
	{Value: "partner", Label: "partner"},
	{Value: "trial", Label: "trial"},
	{Value: "vip", Label: "vip"},
	{Value: "webinar", Label: "webinar"},
}

// days are the labels of a month.
func days() []string {
	all := make([]string, 30)
	for i := range all {
		all[i] = component.Count(i+1) + " Nov"
	}
	return all
}

// wave is a series that looks like a month of work: weekends are quiet.
func wave(size float64) []float64 {
	all := make([]float64, 30)
	for i := range all {
		all[i] = math.Round(size * (0.6 + 0.4*math.Sin(float64(i)/4)) * (1 - 0.6*float64(i%7/5)))
	}
	return all
}

func mails(id string) chart.Props {
	return chart.Props{
		ID: id, Title: "Emails by day", Desc: "Sent, opened and clicked in November; weekends are quiet.", Axis: "Day", Labels: days(),
		Series: []chart.Series{{Label: "Sent", Values: wave(1200)}, {Label: "Opened", Values: wave(520)}, {Label: "Clicked", Values: wave(140)}},
	}
}

func sent(id string) chart.Props {
	p := mails(id)
	p.Series = p.Series[:1]
	return p
}

func months(id string) chart.Props {
	return chart.Props{
		ID: id, Title: "New contacts by month", Desc: "Imports bring most of them.", Axis: "Month",
		Labels: []string{"Jun", "Jul", "Aug", "Sep", "Oct", "Nov"},
		Series: []chart.Series{
			{Label: "Imported", Values: []float64{420, 380, 760, 510, 690, 830}},
			{Label: "By API", Values: []float64{120, 160, 150, 240, 280, 310}},
			{Label: "By hand", Values: []float64{14, 9, 22, 12, 8, 19}},
		},
	}
}

func channels() chart.PartsProps {
	return chart.PartsProps{
		ID: "kit-donut", Title: "Messages by channel", Desc: "Nine of ten go by email.", Axis: "Channel", Value: "Messages",
		Slices: []chart.Slice{{Label: "Email", Value: 10830}, {Label: "SMS", Value: 1210}, {Label: "Push", Value: 64}},
	}
}

func welcome() chart.PartsProps {
	return chart.PartsProps{
		ID: "kit-funnel", Title: "The welcome email", Desc: "One in six who got it clicked.", Axis: "Step", Value: "People",
		Slices: []chart.Slice{{Label: "Sent", Value: 12482}, {Label: "Delivered", Value: 12310}, {Label: "Opened", Value: 6115}, {Label: "Clicked", Value: 1984}},
	}
}

// hours is a week of opens, most of them on working mornings.
func hours() chart.HeatmapProps {
	p := chart.HeatmapProps{ID: "kit-heat", Title: "When emails are opened", Desc: "Mostly on working days between 8 and 11."}
	for hour := range 24 {
		p.Columns = append(p.Columns, component.Count(hour)+":00")
	}
	for day, label := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} {
		row := chart.HeatmapRow{Label: label}
		for hour := range 24 {
			v := 90*math.Exp(-math.Pow(float64(hour)-9, 2)/8) + 40*math.Exp(-math.Pow(float64(hour)-19, 2)/6)
			if day > 4 {
				v /= 3
			}
			row.Values = append(row.Values, math.Round(v))
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}
