package crm

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// ExportColumns lists the columns that a file can have besides custom fields, as imports name them, so
// that what is exported can be imported again.
var ExportColumns = []string{
	importID, "firstname", "lastname", "email", "phone", "company", "position", importPoints, "stage", importOwner, "timeZone", importLocale,
	importChannel, importTags, importSegments, importDoNotEmail, importDoNotSMS, importDoNotPush, importCreated, "updatedAt",
}

// cell is what a file says in one place.
type cell struct {
	text   string
	number *float64 // instead of text
}

// exporter turns contacts into rows of cells.
type exporter struct {
	Export
	columns []column
}

type column struct {
	header string
	cell   func(*ExportRow) cell
}

// exporter checks what is to be written. Without columns it is all of them.
func (s *Service) exporter(ctx context.Context, org domain.OrgID, e *Export) (*exporter, error) {
	if e.Format == "" {
		e.Format = ExportCSV
	}
	if e.Format != ExportCSV && e.Format != ExportXLSX {
		return nil, domain.Invalid("format", "The format must be csv or xlsx.")
	}
	set, err := s.FieldSet(ctx, org)
	if err != nil {
		return nil, err
	}
	names := e.Columns
	if len(names) == 0 {
		names = slices.Clone(ExportColumns)
		for _, field := range set.Published() {
			names = append(names, importCustom+field.Alias)
		}
	}
	x := &exporter{Export: *e}
	for _, name := range slices.Compact(names) {
		col, ok := columnNamed(name, set)
		if !ok {
			return nil, domain.Invalid("columns", "There is no column %.80q.", name)
		}
		x.columns = append(x.columns, col)
	}
	return x, nil
}

func columnNamed(name string, set FieldSet) (column, bool) {
	alias, custom := cutCustom(name)
	if !custom {
		return column{name, coreCell(name)}, slices.Contains(ExportColumns, name)
	}
	field, ok := set.Field(alias)
	return column{alias, func(r *ExportRow) cell { return customCell(field, r.Fields[alias]) }}, ok
}

func coreCell(name string) func(*ExportRow) cell {
	switch name {
	case importID:
		return func(r *ExportRow) cell { return numericCell(float64(r.ID)) }
	case importPoints:
		return func(r *ExportRow) cell { return numericCell(float64(r.Points)) }
	case importOwner:
		return func(r *ExportRow) cell { return cell{text: r.Owner} }
	case importChannel:
		return func(r *ExportRow) cell { return cell{text: deref((*string)(r.PreferredChannel))} }
	case importTags:
		return func(r *ExportRow) cell { return cell{text: joinNames(r.Tags)} }
	case importSegments:
		return func(r *ExportRow) cell { return cell{text: joinNames(r.Segments)} }
	case importDoNotEmail:
		return markCell(Email)
	case importDoNotSMS:
		return markCell(SMS)
	case importDoNotPush:
		return markCell(Push)
	case importCreated:
		return func(r *ExportRow) cell { return timeCell(r.CreatedAt) }
	case "updatedAt":
		return func(r *ExportRow) cell { return timeCell(r.UpdatedAt) }
	}
	for _, text := range contactTexts {
		if text.name == name {
			return func(r *ExportRow) cell { return cell{text: deref(*text.of(&r.Contact))} }
		}
	}
	return func(*ExportRow) cell { return cell{} }
}

func customCell(field Field, value any) cell {
	if number, ok := value.(float64); ok && field.Type == FieldNumber {
		return numericCell(number)
	}
	if value == nil {
		return cell{}
	}
	return cell{text: field.Text(value)}
}

// markCell says why a channel is forbidden; empty: it is allowed.
func markCell(channel Channel) func(*ExportRow) cell {
	return func(r *ExportRow) cell {
		for _, mark := range r.DoNotContact {
			if mark.Channel == channel {
				return cell{text: string(mark.Reason)}
			}
		}
		return cell{}
	}
}

func numericCell(n float64) cell { return cell{number: &n} }

func timeCell(t time.Time) cell { return cell{text: t.UTC().Format(time.RFC3339)} }

// safe is the text of a cell that no spreadsheet takes for a formula: what begins like one gets a
// quote before it, which imports take away again. Phone numbers stay as they are: a plus and then
// digits and spaces only can't calculate anything, and programs want to dial them.
func (c cell) safe() string {
	if c.number != nil {
		return strconv.FormatFloat(*c.number, 'f', -1, 64)
	}
	if rest, plus := strings.CutPrefix(c.text, "+"); plus && rest != "" && strings.Trim(rest, "0123456789 ") == "" {
		return c.text
	}
	return domain.HarmlessCell(c.text)
}

// write writes rows.
func (x *exporter) write(out rowWriter, rows []ExportRow) error {
	cells := make([]cell, len(x.columns))
	for _, row := range rows {
		for i, col := range x.columns {
			cells[i] = col.cell(&row)
		}
		if err := out.row(cells); err != nil {
			return err
		}
	}
	return nil
}

// writer begins a file, with its header unless it goes on from an earlier piece.
func (x *exporter) writer(w io.Writer, head bool) rowWriter {
	headers := make([]string, len(x.columns))
	for i, col := range x.columns {
		headers[i] = col.header
	}
	if x.Format == ExportXLSX {
		return newSheetWriter(w, headers)
	}
	return newCSVWriter(w, headers, x.BOM, head)
}
