package main

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain/crm"
)

// row is one promise about speed.
type row struct {
	what    string
	promise string
	// measure returns the figure and how it came about; nil: the feature does not exist yet.
	measure func(context.Context) (figure, note string, err error)
}

// rows are the promises, in the order in which they are documented.
func rows(p *product, size scale) []row {
	people := &crowd{p: p, size: size.contacts}
	return []row{
		{"complete two-send journeys", "≥ 0.8 × bare", p.journeys(size.journeys)},
		{"enrolment (rows + started workflows)", "≥ 0.6 × bare starts", p.enrolment(size.starts)},
		{"broadcast, durable ledger", "SMTP ≥ 3,000/s, SES ≥ 1,000/s", nil},
		{"event → signalled journey, p99, many waiting", "≤ 2 s", p.signals(size.waiting, size.events)},
		{"segment of 5 conditions over 1M contacts", "count ≤ 1 s, rebuild ≤ 10 s", nil},
		{"CSV import with search, events, dedupe", "≥ 10,000 rows/s", p.imports(size.rows)},
		{"pixel and click at 50 connections, durable", "≥ 6,000/s, p99 ≤ 20 ms", p.hits(size.hits)},
		{"CSV export of all columns", "≥ 20,000 rows/s", people.export(crm.ExportCSV)},
		{"XLSX export of all columns", "≥ 20,000 rows/s", people.export(crm.ExportXLSX)},
		{"sample contacts, with tags, segments and events", "≥ 20,000 rows/s", people.samples},
		{"contact list: any page, any order", "p95 ≤ 100 ms with 1M", people.list(people.anyPage)},
		{"contact list: by name", "p95 ≤ 100 ms with 1M", people.list(byName)},
		{"contact list: search as you type", "p95 ≤ 150 ms with 1M", people.list(typed)},
		{"contact list: filtered by tag", "p95 ≤ 100 ms with 1M", people.list(tagged)},
		{"up: second start; idle memory (PSS)", "≤ 5 s; ≤ 600 MB", upAndIdle},
	}
}

const line = "%-48s %-22s %-32s %s\n"

func header() { fmt.Printf(line, "what", "here", "must reach", "") }

func (r row) print(figure, note string) { fmt.Printf(line, r.what, figure, r.promise, note) }
