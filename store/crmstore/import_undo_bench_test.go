package crmstore_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/mauntic/mauntic/domain/crm"
)

// BenchmarkImportUndo undoes an import that made contacts, and one that changed them, and prints rows/s.
// MAUNTIC_BENCH_ROWS sets how many contacts there are.
func BenchmarkImportUndo(b *testing.B) {
	rows, err := strconv.Atoi(os.Getenv("MAUNTIC_BENCH_ROWS"))
	if err != nil {
		rows = 20_000
	}
	for _, changes := range []bool{false, true} {
		b.Run(map[bool]string{false: "made", true: "changed"}[changes], func(b *testing.B) {
			for range b.N {
				benchUndo(b, rows, changes)
			}
		})
	}
}

func benchUndo(b *testing.B, rows int, changes bool) {
	t := setup(b)
	t.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
	imp := t.carried(t.crowd(rows, "Berlin"), false)
	if changes {
		t.Service = t.later().Service
		imp = t.carried(t.crowd(rows, "Bonn"), false)
	}
	_, err := t.UndoImport(t.ctx, t.org, imp.ID, false)
	t.must(err)
	b.ResetTimer()
	imp, err = t.RunImport(t.ctx, t.org, imp.ID, func(crm.Import) error { return nil })
	t.must(err)
	b.StopTimer()
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	if imp.State != crm.ImportUndone || imp.Undo.Deleted+imp.Undo.Restored != int64(rows) {
		b.Fatal(undoNumbers(imp))
	}
}

// crowd is a file of so many people of a city, who get a tag.
func (b bench) crowd(rows int, city string) crm.Import {
	file := &bytes.Buffer{}
	file.WriteString("E-Mail,First Name,Last Name,Company,Phone,City\n")
	for i := range rows {
		fmt.Fprintf(file, "person%d@example.com,Anna%d,Berg%d,Company %d,+49 30 %08d,%s\n", i, i%977, i%991, i%5000, i, city)
	}
	return b.uploaded(file.String(), crm.ImportPatch{Tags: []string{"from " + city}})
}
