package crm

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"

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
// row number, reason, and the cells as they came.
func (s *Service) WriteRejects(ctx context.Context, org domain.OrgID, id ImportID, w io.Writer) error {
	imp, err := s.Import(ctx, org, id)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	header := []string{"Row", "Reason"}
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
			row := []string{fmt.Sprint(reject.RowNo), domain.HarmlessCell(reject.Reason)}
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
