package crm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// importBatchRows is how many rows of a file are imported in one transaction.
const importBatchRows = 2000

// ImportBatch is a set of rows in which each email address occurs once.
type ImportBatch struct {
	Import ImportID
	Rows   []ImportRow
	Tags   []string // for every contact of the batch
	At     time.Time
}

// RunImport imports a started file batch by batch until it ends, is cancelled, or ctx is done, and
// returns the import as it stands then. Each batch is one transaction: contacts, events, rejected
// rows, totals and the place to go on from. After a crash it goes on exactly there. progress is
// told after each batch; an error from it stops the import for now.
func (s *Service) RunImport(ctx context.Context, org domain.OrgID, id ImportID, progress func(Import) error) (Import, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Import{}, err
	}
	imp, err := s.store.Import(ctx, org, id)
	if err != nil {
		return Import{}, err
	}
	if imp.State == ImportMapping {
		return Import{}, domain.Conflict("Import %d has not been started.", id)
	}
	set, err := s.FieldSet(ctx, org)
	if err != nil {
		return Import{}, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	// The next batch is read and checked while the database works on the one before.
	for batch := range s.readBatches(ctx, org, imp, set) {
		if batch.err != nil {
			return imp, fmt.Errorf("read rows: %w", batch.err)
		}
		if imp, err = s.importBatch(ctx, org, id, batch); err != nil || imp.State.Final() {
			return imp, err
		}
		if err := progress(imp); err != nil {
			return imp, err
		}
	}
	return imp, ctx.Err()
}

// importBatch imports what was read, unless the import has moved on or ended meanwhile.
func (s *Service) importBatch(ctx context.Context, org domain.OrgID, id ImportID, read batchRead) (Import, error) {
	var imp Import
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if imp, err = s.store.LockImport(ctx, org, id); err != nil || imp.State.Final() {
			return err
		}
		if imp.BytesDone != read.from {
			return fmt.Errorf("import %d goes on at byte %d, not %d: somebody else works on it", id, imp.BytesDone, read.from)
		}
		created, err := s.store.ImportRows(ctx, org, read.batch)
		if err != nil {
			return err
		}
		if err := s.store.AddRejects(ctx, org, id, read.rejects); err != nil {
			return err
		}
		imp.BytesDone, imp.NextRow = read.to, read.nextRow
		imp.RowsDone += int64(read.rows)
		imp.Created += int64(created)
		imp.Rejected += int64(len(read.rejects))
		imp.Updated = imp.RowsDone - imp.Created - imp.Rejected
		imp.State = ImportRunning
		if imp.StartedAt == nil {
			imp.StartedAt = &read.batch.At
		}
		if read.last {
			imp.BytesDone = imp.Bytes // what is left are blank lines
			imp, err = s.endImport(ctx, org, imp, ImportDone, "")
			return err
		}
		return s.store.SaveImport(ctx, org, imp)
	})
	return imp, err
}

// batchRead is what the next rows of a file say.
type batchRead struct {
	batch   ImportBatch
	rejects []Reject
	rows    int   // of the file: imported, laid over one another, or rejected
	from    int64 // byte of the text
	to      int64
	nextRow int64
	last    bool // the file ends here
	err     error
}

// readBatches reads on from an import's place, one batch ahead of whoever receives.
func (s *Service) readBatches(ctx context.Context, org domain.OrgID, imp Import, set FieldSet) <-chan batchRead {
	batches := make(chan batchRead)
	go func() {
		defer close(batches)
		sheet := s.sheet(ctx, org, imp)
		sheet.fields = set
		for ended := false; !ended; {
			read := sheet.nextBatch(importBatchRows)
			read.batch.Import, read.batch.Tags, read.batch.At = imp.ID, imp.Settings.Tags, s.now()
			ended = read.last || read.err != nil
			select {
			case batches <- read:
			case <-ctx.Done():
				return
			}
		}
	}()
	return batches
}

// nextBatch reads up to so many rows that are not blank.
func (s *sheet) nextBatch(size int) batchRead {
	read := batchRead{from: s.offset}
	known := make(map[string]int, size) // email address → place in the batch
	for ; read.rows < size; read.rows++ {
		row, err := s.next()
		if errors.Is(err, io.EOF) {
			read.last = true
			break
		}
		if err != nil {
			read.err = err
			return read
		}
		problem := row.problem
		var contact ImportRow
		if problem == "" {
			contact, problem = importRow(s.columns, s.fields, row.cells)
		}
		if problem != "" {
			read.rejects = append(read.rejects, Reject{RowNo: row.no, Reason: problem, Raw: rejectedCells(row.cells)})
			continue
		}
		read.batch.add(contact, known)
	}
	read.to, read.nextRow = s.offset, s.row
	return read
}

// add takes a row into the batch; a later row of a contact is laid over the earlier one.
func (b *ImportBatch) add(row ImportRow, known map[string]int) {
	if row.Contact.Email == nil {
		b.Rows = append(b.Rows, row)
		return
	}
	key := strings.ToLower(*row.Contact.Email)
	if at, twice := known[key]; twice {
		b.Rows[at] = mergeRow(b.Rows[at], row)
		return
	}
	known[key] = len(b.Rows)
	b.Rows = append(b.Rows, row)
}

func (s *Service) sheet(ctx context.Context, org domain.OrgID, imp Import) *sheet {
	return &sheet{
		text: &window{load: func(offset int64, length int) ([]byte, error) {
			return s.store.ImportText(ctx, org, imp.ID, offset, length)
		}},
		delimiter: rune(imp.Settings.Delimiter[0]),
		columns:   imp.Columns,
		offset:    imp.BytesDone,
		row:       imp.NextRow,
	}
}

// ImportPreview returns the first rows of a file that has not been started, to check its columns by.
func (s *Service) ImportPreview(ctx context.Context, org domain.OrgID, id ImportID, rows int) ([][]string, error) {
	imp, err := s.Import(ctx, org, id)
	if err != nil || imp.State != ImportMapping {
		return nil, err
	}
	sheet := s.sheet(ctx, org, imp)
	var preview [][]string
	for range rows {
		row, err := sheet.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		cells := make([]string, len(imp.Columns))
		for i := range min(len(cells), len(row.cells)) {
			cells[i] = shorten(row.cells[i], 100)
		}
		preview = append(preview, cells)
	}
	return preview, nil
}
