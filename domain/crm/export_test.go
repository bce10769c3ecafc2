package crm

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestNoCellIsTakenForAFormula(t *testing.T) {
	t.Parallel()
	number := -5.5
	for want, c := range map[string]cell{
		"'=1+1":                {text: "=1+1"},
		"'+1+1":                {text: "+1+1"},
		"'-2+3":                {text: "-2+3"},
		"'@SUM(A1)":            {text: "@SUM(A1)"},
		"'\tx":                 {text: "\tx"},
		"'\rx":                 {text: "\rx"},
		"+49 30 1234567":       {text: "+49 30 1234567"},
		"+493012345":           {text: "+493012345"},
		"'+49-30-123":          {text: "+49-30-123"}, // a sum, to a spreadsheet
		"'+cmd|' /C calc'!A0":  {text: "+cmd|' /C calc'!A0"},
		"'+":                   {text: "+"},
		"a=1":                  {text: "a=1"},
		"-5.5":                 {number: &number},
		"":                     {},
		"Müller, \"Anna\"\nx":  {text: "Müller, \"Anna\"\nx"},
		"'=HYPERLINK(\"x\")\n": {text: "=HYPERLINK(\"x\")\n"},
	} {
		if got := c.safe(); got != want {
			t.Errorf("%+v becomes %q, want %q", c, got, want)
		}
	}
}

func TestACSVHoldsWhatWasWrittenIntoIt(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	out := newCSVWriter(&file, []string{"a", "b"}, true, true)
	if err := out.row([]cell{{text: "x, \"y\"\nz"}, {text: "ü"}}); err != nil {
		t.Fatal(err)
	}
	if err := out.close(); err != nil {
		t.Fatal(err)
	}
	text, marked := bytes.CutPrefix(file.Bytes(), []byte("\uFEFF"))
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || !marked || !bytes.Contains(text, []byte("a,b\r\n")) || len(rows) != 2 || rows[1][0] != "x, \"y\"\nz" {
		t.Errorf("got %q, %v", file.String(), err)
	}
}

func TestAWorkbookGoesOnInAnotherSheet(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	out := newSheetWriter(&file, []string{"email", "points"})
	out.most = 3 // the header and two rows
	for i := range 5 {
		n := float64(i)
		if err := out.row([]cell{{text: "=x"}, {number: &n}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.close(); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if names := book.GetSheetList(); !slices.Equal(names, []string{"Contacts", "Contacts 2", "Contacts 3"}) {
		t.Errorf("the sheets are %q", names)
	}
	if book.WorkBook.BookViews == nil {
		t.Error("sheets have views, but the workbook has none for them")
	}
	rows, err := book.GetRows("Contacts 3")
	if err != nil || len(rows) != 2 || rows[0][0] != "email" || rows[1][0] != "'=x" || rows[1][1] != "4" {
		t.Errorf("the last sheet holds %q, %v", rows, err)
	}
	for at, want := range map[string]string{"A1": "email", "A2": "'=x", "B2": "0", "B3": "1"} {
		if got, err := book.GetCellValue("Contacts", at); err != nil || got != want {
			t.Errorf("%s holds %q, %v, want %q", at, got, err, want)
		}
	}
	if kind, err := book.GetCellType("Contacts", "B2"); err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("points are kept as %v, %v", kind, err)
	}
}

func TestAWorkbookHoldsWhateverPeopleType(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", maxSheetText)
	texts := []string{
		`Müller & Söhne <b>"x"</b>`, "two\nlines\tand a tab", "  spaces around  ", "a\r\nb", "😀 smile", "_x0041_", "_x0041_x0042_", "_x00_", "snake_case_", "'quoted'", long,
	}
	var file bytes.Buffer
	out := newSheetWriter(&file, make([]string, 30))
	cells := make([]cell, 30) // the last column is AD
	for i, text := range texts {
		cells[len(cells)-1-i].text = text
	}
	if err := errors.Join(out.row(cells), out.close()); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Contacts")
	if err != nil || len(rows) != 2 || len(rows[1]) != 30 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, want := range texts {
		if got := rows[1][29-i]; got != want {
			t.Errorf("%.100q became %.100q", want, got)
		}
	}
}

func TestACellOfAWorkbookHoldsNothingThatItCannot(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\x00b\x1bc":                     "a\uFFFDb\uFFFDc",
		"a\xffb\uFFFEc":                   "a\uFFFDb\uFFFDc",
		"\uFFFD":                          "\uFFFD",
		"_x0d0A_ & _x00g0_":               "_x005F_x0d0A_ &amp; _x00g0_",
		strings.Repeat("x", 40_000):       strings.Repeat("x", 32_767),
		strings.Repeat("😀", 20_000) + "x": strings.Repeat("😀", 16_383),
	} {
		if got := string(appendSheetText(nil, text)); got != want {
			t.Errorf("%.60q becomes %.60q (%d bytes), want %.60q", text, got, len(got), want)
		}
	}
}

func TestColumnsHaveTheLettersOfSpreadsheets(t *testing.T) {
	t.Parallel()
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := columnLetters(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}
