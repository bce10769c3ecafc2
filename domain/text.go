package domain

import (
	"strings"
	"unicode/utf8"
)

// IsText says whether s can be stored as text: it is UTF-8, and without the character U+0000.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// CheckText refuses a value that can't be stored as text. The field may be of a stranger's choice.
func CheckText(field, value string) error {
	if IsText(value) {
		return nil
	}
	field = strings.ToValidUTF8(field, "")
	return Invalid(field, "The value of %q is not text: it holds NUL characters or is not UTF-8.", field)
}

// Storable returns what can be kept of a text that strangers wrote: UTF-8 without U+0000, cut after a
// whole character to at most so many bytes.
func Storable(s string, most int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "")
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// HarmlessCell keeps a spreadsheet from taking a cell of a CSV file for a formula, by a quote before it.
// A cell that looks as if it had such a quote already gets another one, so that CellText gives it back.
func HarmlessCell(cell string) string {
	if start := strings.TrimLeft(cell, "'"); start != "" && strings.ContainsRune("=+-@\t\r", rune(start[0])) {
		return "'" + cell
	}
	return cell
}

// CellText undoes HarmlessCell, so that what was exported can be imported again.
func CellText(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != HarmlessCell(rest) {
		return rest
	}
	return cell
}
