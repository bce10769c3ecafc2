package crm

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// sheetOf reads text as a sheet of two columns, three bytes at a time.
func sheetOf(text string) *sheet {
	return &sheet{
		text: &window{load: func(offset int64, _ int) ([]byte, error) {
			return []byte(text[min(int(offset), len(text)):min(int(offset)+3, len(text))]), nil
		}},
		delimiter: ',',
		columns:   make([]ImportColumn, 2),
		row:       2,
	}
}

// readAll returns "row:cells" or "row!" of each row.
func readAll(t *testing.T, sheet *sheet) string {
	t.Helper()
	var rows []string
	for {
		row, err := sheet.next()
		if errors.Is(err, io.EOF) {
			return strings.Join(rows, " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		if row.problem != nil {
			rows = append(rows, fmt.Sprintf("%d!", row.no))
			continue
		}
		rows = append(rows, fmt.Sprintf("%d:%s", row.no, strings.Join(row.cells[:2], "|")))
	}
}

func TestRowsAreNumberedAsASpreadsheetShowsThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a,b\nc,d":                          "2:a|b 3:c|d",
		"a,b\r\n\r\n\r\nc,d\r\n":            "2:a|b 5:c|d",
		"a,\"b\nb\"\nc,d\n":                 "2:a|b\nb 3:c|d",
		"a,\"b\r\n\r\nb\"\n\n,\nc,d\n":      "2:a|b\n\nb 5:c|d",
		"a\nb,c,d\ne,f\n":                   "2! 3! 4:e|f",
		"\"open,b\nc,d\ne,f\n":              "2! 3:c|d 4:e|f",
		"\"open,b\n\nc,\"d\"\n":             "2! 4:c|d",
		"a,5\" pipe\nc,d\n":                 "2:a|5\" pipe 3:c|d",
		"a,b\n\n\"x\" y,b\nc,d\n":           "2:a|b 4! 5:c|d",
		"a,\"say \"\"hi\"\"\"\n\"\",\"\"\n": "2:a|say \"hi\"",
		"":                                  "",
	} {
		if got := readAll(t, sheetOf(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestASheetGoesOnFromAnyRow(t *testing.T) {
	t.Parallel()
	text := "a,b\n\n\"c\n\",d\n\"open,x\ne,f\n\n"
	want := readAll(t, sheetOf(text))
	for stop := range 5 {
		first := sheetOf(text)
		read := first.nextBatch(&rowReader{columns: make([]ImportColumn, 2)}, stop)
		rest := sheetOf(text)
		rest.offset, rest.row = read.to, read.nextRow
		if got := readAll(t, rest); !strings.HasSuffix(want, got) || strings.Count(got, ":")+strings.Count(got, "!") != 4-len(read.rows)-len(read.rejects) {
			t.Errorf("after %d rows: got %q of %q", stop, got, want)
		}
	}
}

func TestAnOpenQuoteDoesNotSwallowTheFile(t *testing.T) {
	t.Parallel()
	text := "\"open,b\n" + strings.Repeat("c,d\n", maxImportRow/4+10)
	sheet := sheetOf(text)
	sheet.text.load = func(offset int64, length int) ([]byte, error) {
		return []byte(text[min(int(offset), len(text)):min(int(offset)+length, len(text))]), nil
	}
	if row, err := sheet.next(); err != nil || row.no != 2 || row.problem == nil {
		t.Errorf("got %+v, %v", row, err)
	}
	if row, err := sheet.next(); err != nil || row.no != 3 || row.problem != nil || row.cells[0] != "c" {
		t.Errorf("got %+v, %v", row, err)
	}
}

func TestTextIsReadInSmallPieces(t *testing.T) {
	t.Parallel()
	file := "\ufeffüber," + strings.Repeat("ä", 50) + "\nm\xfcll,\xe4\n"
	text, err := newImportText(iotest(file))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(text)
	if want := "über," + strings.Repeat("ä", 50) + "\nmüll,ä\n"; err != nil || string(got) != want || text.encoding() != "Windows-1252" {
		t.Errorf("got %q, %v in %s", got, err, text.encoding())
	}
}

// iotest returns a reader that gives one byte at a time.
func iotest(text string) io.Reader { return &oneByte{strings.NewReader(text)} }

type oneByte struct{ io.Reader }

func (r *oneByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(1, len(p))]) }
