package crm

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
)

// headRows returns the first rows of the beginning of a file.
func headRows(imp Import, head []byte) [][]string {
	sheet := &sheet{
		text:      &window{load: func(offset int64, _ int) ([]byte, error) { return head[min(offset, int64(len(head))):], nil }},
		delimiter: rune(imp.Settings.Delimiter[0]), columns: imp.Columns, readAs: imp.Settings.ReadAs,
		offset: imp.Settings.FirstByte, row: imp.Settings.FirstRow,
	}
	var rows [][]string
	for len(rows) < guessRows {
		row, err := sheet.next()
		if errors.Is(err, io.EOF) || err != nil {
			break
		}
		if row.problem == nil {
			rows = append(rows, slices.Clone(row.cells))
		}
	}
	return rows
}

// ImportSample shows what a column holds, and which field it would make.
type ImportSample struct {
	Cells []string // up to three different ones
	New   NewField
}

// ImportSamples returns a sample of each column of an import that has not been started; nil otherwise.
func (s *Service) ImportSamples(ctx context.Context, org domain.OrgID, id ImportID) ([]ImportSample, error) {
	imp, err := s.Import(ctx, org, id)
	if err != nil || imp.State != ImportMapping {
		return nil, err
	}
	head, err := s.importHead(ctx, org, id)
	if err != nil {
		return nil, err
	}
	rows := headRows(imp, head)
	samples := make([]ImportSample, len(imp.Columns))
	for i, column := range imp.Columns {
		cells := columnOf(rows, i)
		samples[i] = ImportSample{Cells: differentCells(cells, 3), New: suggestNew(column.Header, i, cells)}
		if column.New != nil {
			samples[i].New = *column.New
		}
	}
	return samples, nil
}

func differentCells(cells []string, most int) []string {
	var different []string
	for _, cell := range cells {
		cell = shorten(strings.Join(strings.Fields(cell), " "), 80)
		if cell != "" && len(different) < most && !slices.Contains(different, cell) {
			different = append(different, cell)
		}
	}
	return different
}
