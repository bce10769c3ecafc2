package crm

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/mauntic/mauntic/domain"
)

// Bounds of what is read of a file at once.
const (
	maxImportCell = 1 << 20  // bytes
	maxImportRow  = 16 << 20 // bytes looked at before a quote is taken to be left open
	importWindow  = 256 << 10
)

// sheet reads the rows of a stored CSV file from any row on. A row that can't be read becomes a
// problem, never the end: after an open quote it goes on with the next line.
type sheet struct {
	text      *window
	delimiter rune
	columns   []ImportColumn
	readAs    string // see recode

	offset int64 // where the next row starts in the text
	row    int64 // its number as a spreadsheet shows it
	csv    *csv.Reader
	base   int64 // where csv began
	lines  int   // how many lines csv has used up
}

// sheetRow is one row: its cells, or a sentence that says why it can't be used.
type sheetRow struct {
	no      int64
	cells   []string // valid until the next row is read
	problem *domain.Phrase
}

// next returns the next row that is not blank, or io.EOF.
func (s *sheet) next() (sheetRow, error) {
	for {
		row, err := s.read()
		if err != nil || row.problem != nil || !isBlank(row.cells) {
			return row, err
		}
	}
}

func (s *sheet) read() (sheetRow, error) {
	if s.csv == nil {
		s.csv = csvReader(&rowLimit{sheet: s, text: s.text.from(s.offset)}, s.delimiter)
		s.csv.ReuseRecord = true
		s.base, s.lines = s.offset, 0
	}
	cells, err := s.csv.Read()
	switch {
	case errors.Is(err, io.EOF):
		return sheetRow{}, io.EOF
	case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote), errors.Is(err, errRowTooLong):
		return s.readLine()
	case err != nil:
		return sheetRow{}, err
	}
	start, _ := s.csv.FieldPos(0)
	s.row += int64(start - 1 - s.lines) // blank lines are rows of a spreadsheet too
	row := sheetRow{no: s.row, cells: cells}
	s.lines = start
	for _, cell := range cells {
		s.lines += strings.Count(cell, "\n")
	}
	s.row++
	s.offset = s.base + s.csv.InputOffset()
	row.problem = s.problem(cells)
	s.mend(cells)
	return row, nil
}

// mend turns cells as they were stored into what their writer meant: in the right encoding, and
// without the sign that keeps spreadsheets from taking them for formulas.
func (s *sheet) mend(cells []string) {
	for i, cell := range cells {
		cells[i] = domain.CellText(recode(cell, s.readAs))
	}
}

// readLine reads the line at the offset by itself, with its quotes taken as they come, because
// what follows it could not be read with it.
func (s *sheet) readLine() (sheetRow, error) {
	s.csv = nil
	lines := bufio.NewReaderSize(s.text.from(s.offset), 64<<10)
	for {
		line, length, err := readLine(lines)
		if err != nil {
			return sheetRow{}, err
		}
		s.offset += length
		s.row++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		row := sheetRow{no: s.row - 1}
		if length > maxImportRow {
			row.cells = []string{string(line[:1000])}
			row.problem = domain.Say("The row is longer than %d MB.", maxImportRow>>20)
			return row, nil
		}
		reader := csvReader(bytes.NewReader(line), s.delimiter)
		reader.LazyQuotes = true
		if row.cells, err = reader.Read(); err != nil {
			row.cells = []string{shorten(string(line), 1000)}
		}
		row.problem = s.problem(row.cells)
		s.mend(row.cells)
		if len(row.cells) != len(s.columns) {
			row.problem = domain.Say("A quote (\") is missing or too many in this row.")
		}
		return row, nil
	}
}

// problem says why cells can't be a row of this sheet, or nil.
func (s *sheet) problem(cells []string) *domain.Phrase {
	for i, cell := range cells {
		switch {
		case len(cell) > maxImportCell:
			return domain.Say("%s holds %s characters; a cell may have about %s.",
				s.column(i), domain.Number(utf8.RuneCountInString(cell)), domain.Number(maxImportCell))
		case strings.IndexByte(cell, 0) >= 0:
			return domain.Say("%s holds a NUL character, which no text has.", s.column(i))
		}
	}
	if len(cells) < len(s.columns) || (len(cells) > len(s.columns) && !isBlank(cells[len(s.columns):])) {
		return domain.Say("The row has %s, but the file has %s.", domain.SayN(len(cells), "%s cell", "%s cells"), domain.SayN(len(s.columns), "%s column", "%s columns"))
	}
	return nil
}

// column names a column as people find it.
func (s *sheet) column(i int) *domain.Phrase {
	if i < len(s.columns) {
		return columnName(s.columns[i], i)
	}
	return columnName(ImportColumn{}, i)
}

func isBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// readLine returns a line without its end, cut to maxImportRow, and how many bytes it takes up.
func readLine(text *bufio.Reader) (line []byte, length int64, err error) {
	for {
		part, err := text.ReadSlice('\n')
		length += int64(len(part))
		if len(line) < maxImportRow {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && length > 0:
			err = nil
		}
		return bytes.TrimRight(line, "\r\n"), length, err
	}
}

var errRowTooLong = errors.New("row too long")

// rowLimit feeds a csv.Reader and stops it inside a row that is too long to be one.
type rowLimit struct {
	sheet *sheet
	text  io.Reader
	fed   int64
}

func (l *rowLimit) Read(p []byte) (int, error) {
	if l.sheet.base+l.fed-l.sheet.offset > maxImportRow {
		return 0, errRowTooLong
	}
	n, err := l.text.Read(p)
	l.fed += int64(n)
	return n, err
}

// window reads a stored text through a buffer that survives going back a little.
type window struct {
	load  func(offset int64, length int) ([]byte, error)
	start int64
	data  []byte
}

// at returns some of the text from offset on; none at its end.
func (w *window) at(offset int64) ([]byte, error) {
	if offset < w.start || offset >= w.start+int64(len(w.data)) {
		data, err := w.load(offset, importWindow)
		if err != nil {
			return nil, err
		}
		w.start, w.data = offset, data
	}
	return w.data[offset-w.start:], nil
}

// from returns a reader of the text from offset on.
func (w *window) from(offset int64) io.Reader { return &windowReader{window: w, offset: offset} }

type windowReader struct {
	window *window
	offset int64
}

func (r *windowReader) Read(p []byte) (int, error) {
	data, err := r.window.at(r.offset)
	if err != nil {
		return 0, err
	}
	if len(data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, data)
	r.offset += int64(n)
	return n, nil
}
