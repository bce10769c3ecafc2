package crm

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Rejects returns rejected rows of an import in the order of the file: those after a row, at most 1,000.
func (s *Service) Rejects(ctx context.Context, org domain.OrgID, id ImportID, after int64, limit int) ([]Reject, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	if limit < 1 {
		limit = domain.MaxLimit
	}
	return s.store.Rejects(ctx, org, id, after, min(limit, 1000))
}

// WriteRejects writes all rejected rows of an import as CSV that is safe to open in a spreadsheet:
// row number, reason, and the cells as they came. Spreadsheets know it for UTF-8. Its rows can be
// mended and uploaded again: what keeps formulas away is taken off again, and its columns are known. Reasons
// are written in the language that say speaks.
func (s *Service) WriteRejects(ctx context.Context, org domain.OrgID, id ImportID, w io.Writer, say func(domain.Kept) string) error {
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil {
		return err
	}
	imp, err := s.Import(ctx, org, id)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = rune(imp.Settings.Delimiter[0])
	header := slices.Clone(rejectHeaders)
	for _, column := range imp.Columns {
		header = append(header, domain.HarmlessCell(column.Header))
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for after := int64(0); ; {
		rejects, err := s.Rejects(ctx, org, id, after, 1000)
		if err != nil {
			return err
		}
		for _, reject := range rejects {
			row := []string{fmt.Sprint(reject.RowNo), domain.HarmlessCell(say(reject.Reason))}
			for _, cell := range reject.Raw {
				row = append(row, domain.HarmlessCell(cell))
			}
			if err := out.Write(row); err != nil {
				return err
			}
			after = reject.RowNo
		}
		if len(rejects) == 0 {
			out.Flush()
			return out.Error()
		}
	}
}

// Bounds of what is kept of a rejected row: a spreadsheet takes no more of a cell.
const (
	maxRejectCell = 32_767  // characters
	maxRejectRow  = 1 << 20 // bytes
)

// rejectedCells keeps the cells of a row as they came, whole unless no spreadsheet could hold them.
func rejectedCells(cells []string) []string {
	kept := make([]string, 0, min(len(cells), maxImportColumns))
	size := 0
	for _, cell := range cells[:min(len(cells), maxImportColumns)] {
		if len(cell) > maxRejectCell {
			cell = shorten(domain.Storable(cell, 4*maxRejectCell), maxRejectCell)
		}
		if size += len(cell); size > maxRejectRow {
			cell = "…"
		}
		kept = append(kept, strings.ToValidUTF8(strings.ReplaceAll(cell, "\x00", ""), ""))
	}
	return kept
}
