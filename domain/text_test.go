package domain_test

import (
	"testing"

	"github.com/mauntic/mauntic/domain"
)

func TestCellsThatWereMadeHarmlessAreReadBack(t *testing.T) {
	t.Parallel()
	for cell, harmless := range map[string]string{
		"":        "",
		"Anna":    "Anna",
		"=1+1":    "'=1+1",
		"'=1+1":   "''=1+1",
		"''+49":   "'''+49",
		"'tis":    "'tis",
		"'":       "'",
		"it's -1": "it's -1",
		"\tx":     "'\tx",
	} {
		if got := domain.HarmlessCell(cell); got != harmless {
			t.Errorf("%q became %q, want %q", cell, got, harmless)
		}
		if got := domain.CellText(harmless); got != cell {
			t.Errorf("%q is read as %q, want %q", harmless, got, cell)
		}
	}
}
