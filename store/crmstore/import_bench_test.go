package crmstore_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
)

// BenchmarkImport imports new contacts with events, tags and the search index, and prints rows/s.
// MAUNTIC_BENCH_ROWS sets how many rows the file has.
func BenchmarkImport(b *testing.B) {
	rows, err := strconv.Atoi(os.Getenv("MAUNTIC_BENCH_ROWS"))
	if err != nil {
		rows = 20_000
	}
	t := setup(b)
	t.field(crm.FieldInput{Label: "City", Type: crm.FieldText})
	for round := range b.N {
		file := &bytes.Buffer{}
		file.WriteString("E-Mail,First Name,Last Name,Company,Phone,City\n")
		for i := range rows {
			fmt.Fprintf(file, "person%d.%d@example.com,Anna%d,Berg%d,Company %d,+49 30 %08d,Berlin\n", round, i, i%977, i%991, i%5000, i)
		}
		imp, err := t.UploadImport(t.ctx, t.org, crm.ImportUpload{FileName: "people.csv", File: file, Tags: []string{"imported"}})
		t.must(err)
		_, err = t.StartImport(t.ctx, t.org, imp.ID, crm.ImportStart{Fields: []string{"email", "firstname", "lastname", "company", "phone", "fields.city"}})
		t.must(err)
		b.ResetTimer()
		imp, err = t.RunImport(t.ctx, t.org, imp.ID, func(crm.Import) error { return nil })
		t.must(err)
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		if imp.Created != int64(rows) {
			b.Fatalf("%+v", imp)
		}
	}
}

// BenchmarkHostileImport tries and imports a file that is wrong in every way that files are, and prints
// rows/s of both and the most memory that the process has taken by then.
func BenchmarkHostileImport(b *testing.B) {
	rows, err := strconv.Atoi(os.Getenv("MAUNTIC_BENCH_ROWS"))
	if err != nil {
		rows = 20_000
	}
	t := setup(b)
	for round := range b.N {
		imp := t.uploaded(hostile(rows, uint64(round)), crm.ImportPatch{})
		runtime.GC()
		debug.FreeOSMemory()
		for _, dry := range []bool{true, false} {
			began := time.Now()
			imp = t.carried(imp, dry)
			name := map[bool]string{true: "tried rows/s", false: "rows/s"}[dry]
			b.ReportMetric(float64(imp.Trial.Rows)/time.Since(began).Seconds(), strings.ReplaceAll(name, " ", "-"))
		}
		if imp.RowsDone != imp.Created+imp.Updated+imp.Unchanged+imp.Rejected || imp.RowsDone != imp.Trial.Rows || imp.Created != imp.Trial.Created {
			b.Fatalf("%+v", imp)
		}
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.ReportMetric(float64(memory.HeapSys-memory.HeapReleased)/(1<<20), "MB-heap")
		b.ReportMetric(float64(imp.Rejected), "rejected")
	}
}
