package crm

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// cellValue reads a cell for a custom field. Files write dates, numbers and truth values in many ways
// that forms do not take; the field itself decides on the rest.
func cellValue(field Field, cell string, order DateOrder, zone *time.Location) (value any, problem *domain.Phrase) {
	switch field.Type {
	case FieldDate, FieldDatetime:
		cell = unorderedDate(cell, order)
	case FieldNumber:
		cell = plainNumber(cell)
	case FieldBoolean:
		cell = plainYesNo(field, cell)
	}
	if value, problem = field.normal(cell, zone); problem == datesAreUnclear {
		return nil, otherOrder // what order chose has been tried already
	}
	return value, problem
}

var otherOrder = domain.Say("This is not a date. Write it like 2026-03-31, or choose another order of dates.")

// shortenedNumber is what a spreadsheet makes of a long number, such as a phone number: 4.93012E+11.
var shortenedNumber = regexp.MustCompile(`^\d([.,]\d+)?[Ee]\+\d+$`)

var decimalComma = regexp.MustCompile(`^[+-]?[\d.' \x{a0}\x{202f}]*\d,\d+$`)

// plainNumber writes 1.234,50 and 1,234.50 as 1234.50 where only one reading is possible.
func plainNumber(cell string) string {
	comma, point := strings.LastIndexByte(cell, ','), strings.LastIndexByte(cell, '.')
	switch {
	case comma < 0 && strings.Count(cell, ".") > 1: // 1.234.567
		return strings.ReplaceAll(cell, ".", "")
	case comma < 0:
		return cell
	case point > comma || strings.Count(cell, ",") > 1: // commas stand between thousands
		return strings.ReplaceAll(cell, ",", "")
	case !decimalComma.MatchString(cell), point < 0 && len(cell)-comma-1 == 3: // 1,234 may mean either
		return cell
	}
	whole := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' || r == '-' {
			return r
		}
		return -1
	}, cell[:comma])
	return whole + "." + cell[comma+1:]
}

// plainYesNo knows yes and no in the languages of headerWords, besides the words of the field.
func plainYesNo(field Field, cell string) string {
	word := strings.ToLower(cell)
	switch {
	case strings.EqualFold(cell, field.Settings.Yes), strings.EqualFold(cell, field.Settings.No):
	case slices.Contains(cellYes, word):
		return "true"
	case slices.Contains(cellNo, word):
		return "false"
	}
	return cell
}
