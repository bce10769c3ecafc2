package crm

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// rowWriter writes a table of contacts. An error of the header comes with the first row or the end.
type rowWriter interface {
	row(cells []cell) error
	close() error
}

// csvWriter writes RFC 4180.
type csvWriter struct {
	out   *csv.Writer
	texts []string
	err   error
}

func newCSVWriter(w io.Writer, headers []string, bom, head bool) *csvWriter {
	c := &csvWriter{out: csv.NewWriter(w), texts: make([]string, len(headers))}
	c.out.UseCRLF = true
	if bom && head {
		_, c.err = io.WriteString(w, "\uFEFF")
	}
	if head && c.err == nil {
		c.err = c.out.Write(headers)
	}
	return c
}

func (c *csvWriter) row(cells []cell) error {
	if c.err != nil {
		return c.err
	}
	for i, cell := range cells {
		c.texts[i] = cell.safe()
	}
	return c.out.Write(c.texts)
}

func (c *csvWriter) close() error {
	if c.err != nil {
		return c.err
	}
	c.out.Flush()
	return c.out.Error()
}

// maxSheetRows is how many rows a sheet of Excel has, the header among them.
const maxSheetRows = 1 << 20

// sheetWriter writes a workbook. Its rows wait in a temporary file until the end; what does not fit
// into one sheet goes on in another.
type sheetWriter struct {
	w       io.Writer
	file    *excelize.File
	stream  *excelize.StreamWriter
	headers []string
	sheets  int
	next    int // row of the sheet
	most    int // rows of a sheet
}

func newSheetWriter(w io.Writer, headers []string) *sheetWriter {
	return &sheetWriter{w: w, file: excelize.NewFile(), headers: headers, most: maxSheetRows}
}

func (s *sheetWriter) row(cells []cell) error {
	if s.stream == nil || s.next > s.most {
		if err := s.addSheet(); err != nil {
			return err
		}
	}
	values := make([]any, len(cells))
	for i, cell := range cells {
		if cell.number != nil {
			values[i] = *cell.number
		} else if cell.text != "" {
			values[i] = cell.safe()
		}
	}
	return s.put(values)
}

func (s *sheetWriter) put(values []any) error {
	at, err := excelize.CoordinatesToCellName(1, s.next)
	if err != nil {
		return fmt.Errorf("name cell: %w", err)
	}
	s.next++
	if err := s.stream.SetRow(at, values); err != nil {
		return fmt.Errorf("write row of sheet: %w", err)
	}
	return nil
}

func (s *sheetWriter) addSheet() error {
	if err := s.flush(); err != nil {
		return err
	}
	s.sheets++
	var err error
	name := "Contacts"
	if s.sheets == 1 {
		err = s.file.SetSheetName("Sheet1", name)
	} else {
		name = fmt.Sprintf("Contacts %d", s.sheets)
		_, err = s.file.NewSheet(name)
	}
	if err == nil {
		s.stream, err = s.file.NewStreamWriter(name)
	}
	if err != nil {
		return fmt.Errorf("add sheet: %w", err)
	}
	s.next = 1
	header := make([]any, len(s.headers))
	for i, text := range s.headers {
		header[i] = text
	}
	return s.put(header)
}

func (s *sheetWriter) flush() error {
	if s.stream == nil {
		return nil
	}
	if err := s.stream.Flush(); err != nil {
		return fmt.Errorf("end sheet: %w", err)
	}
	return nil
}

func (s *sheetWriter) close() error {
	if s.stream == nil { // nobody: the header alone
		if err := s.addSheet(); err != nil {
			return err
		}
	}
	if err := s.flush(); err != nil {
		return err
	}
	if err := s.file.Write(s.w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return s.file.Close()
}
