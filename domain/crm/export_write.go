package crm

import (
	"encoding/csv"
	"io"
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
