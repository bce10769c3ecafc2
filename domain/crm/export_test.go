package crm

import (
	"bytes"
	"encoding/csv"
	"slices"
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
	rows, err := book.GetRows("Contacts 3")
	if err != nil || len(rows) != 2 || rows[0][0] != "email" || rows[1][0] != "'=x" || rows[1][1] != "4" {
		t.Errorf("the last sheet holds %q, %v", rows, err)
	}
	if kind, err := book.GetCellType("Contacts", "B2"); err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("points are kept as %v, %v", kind, err)
	}
}
