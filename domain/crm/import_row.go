package crm

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// ImportRow is what a row of a file says about a contact. What is nil or empty is left as it is.
type ImportRow struct {
	Contact    Contact
	HasPoints  bool
	Tags       []string
	DoNotEmail bool
}

// Reject is a row that was not imported.
type Reject struct {
	RowNo  int64 // as a spreadsheet shows it
	Reason string
	Raw    []string // its cells, cut to a sane length
}

// importRow reads the cells of a row. The problem is a sentence, or "".
func importRow(columns []ImportColumn, set FieldSet, cells []string) (row ImportRow, problem string) {
	contact := &row.Contact
	custom := map[string]any{}
	texts := contact.texts()
	for i, column := range columns {
		cell := strings.TrimSpace(cells[i])
		if cell == "" || column.Field == "" {
			continue
		}
		switch column.Field {
		case "points":
			points, err := strconv.ParseInt(cell, 10, 32)
			if err != nil {
				return row, fmt.Sprintf("Column %q: %.50q is not a whole number.", column.Header, cell)
			}
			contact.Points, row.HasPoints = int(points), true
		case importTags:
			row.Tags = strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;|", r) })
		case importDoNotEmail:
			row.DoNotEmail = isYes(cell)
		case importChannel:
			contact.PreferredChannel = new(Channel(strings.ToLower(cell)))
		default:
			setField(texts, custom, column.Field, cell)
		}
	}
	var findings domain.Findings
	contact.Fields = withFields(nil, set.normal(custom, &findings))
	if err := contact.normalize(findings); err != nil {
		return row, columnSentence(columns, err)
	}
	var err error
	if row.Tags, err = normalTags(importTags, row.Tags); err != nil {
		return row, columnSentence(columns, err)
	}
	if contact.Email == nil && contact.Phone == nil && contact.Firstname == nil && contact.Lastname == nil {
		return row, "The row has neither an email address nor a phone number nor a name."
	}
	return row, ""
}

func setField(texts []textField, custom map[string]any, field, cell string) {
	if alias, ok := strings.CutPrefix(field, importCustom); ok {
		custom[alias] = cell
		return
	}
	at := slices.IndexFunc(texts, func(text textField) bool { return text.name == field })
	*texts[at].value = &cell
}

// columnSentence says what is wrong with a row in words that name the column.
func columnSentence(columns []ImportColumn, err error) string {
	var found *domain.Error
	if !errors.As(err, &found) {
		return err.Error()
	}
	field, _, _ := strings.Cut(found.Field, "[")
	for _, column := range columns {
		if column.Field == field {
			return fmt.Sprintf("Column %q: %s", column.Header, found.Message)
		}
	}
	return found.Message
}

func isYes(cell string) bool {
	return slices.Contains([]string{"1", "yes", "y", "true", "x", "ja", "j", "wahr"}, strings.ToLower(cell))
}

// mergeRow lays a later row of the same contact over an earlier one.
func mergeRow(earlier, later ImportRow) ImportRow {
	merged := earlier
	texts := merged.Contact.texts()
	for i, text := range later.Contact.texts() {
		if *text.value != nil {
			*texts[i].value = *text.value
		}
	}
	if later.Contact.Phone != nil {
		merged.Contact.PhoneE164 = later.Contact.PhoneE164
	}
	if later.HasPoints {
		merged.Contact.Points, merged.HasPoints = later.Contact.Points, true
	}
	if later.Contact.PreferredChannel != nil {
		merged.Contact.PreferredChannel = later.Contact.PreferredChannel
	}
	merged.Contact.Fields = withFields(earlier.Contact.Fields, later.Contact.Fields)
	merged.Tags = slices.Concat(earlier.Tags, later.Tags)
	merged.DoNotEmail = earlier.DoNotEmail || later.DoNotEmail
	return merged
}

// rejectedCells keeps enough of a row to find it again.
func rejectedCells(cells []string) []string {
	const most, longest = 50, 500
	kept := make([]string, 0, min(len(cells), most))
	for _, cell := range cells[:min(len(cells), most)] {
		if len(cell) > 4*longest {
			cell = cell[:4*longest]
		}
		kept = append(kept, shorten(strings.ReplaceAll(cell, "\x00", ""), longest))
	}
	return kept
}
