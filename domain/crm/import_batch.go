package crm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// importBatchRows is how many rows of a file are imported in one transaction.
const importBatchRows = 2000

// ImportContacts finds and changes the contacts that the rows of a batch are about.
type ImportContacts interface {
	// ImportTargets returns the contacts that a batch may be about, each once.
	ImportTargets(ctx context.Context, org domain.OrgID, q ImportLookup) ([]ImportTarget, error)
	// ContactsGrew is told when there may be many more contacts than before, with their tags and segments;
	// those of batches under way are not counted.
	ContactsGrew(ctx context.Context) error
	// ApplyImport stores a batch, set by set, with its events and with what undoing it needs. A new
	// contact whose email address somebody else has taken meanwhile fails the whole batch. It calls
	// claimed as soon as it waits for nothing that another batch of the import may hold.
	ApplyImport(ctx context.Context, org domain.OrgID, batch ImportBatch, claimed func()) error
	// OwnersByEmail returns who belongs to the organization, by email address in small letters.
	OwnersByEmail(ctx context.Context, org domain.OrgID) (map[string]identity.UserID, error)
	// SegmentNames returns the segments by name and alias in small letters.
	SegmentNames(ctx context.Context, org domain.OrgID) (map[string]SegmentID, error)
}

// ImportLookup asks for contacts by everything that rows know of them.
type ImportLookup struct {
	UniqueValues
	Import   ImportID
	IDs      []ContactID
	Segments []SegmentID // of which membership is asked
	Lock     bool        // nobody else changes the contacts until the transaction ends
}

// ImportBatch is what an import does in one transaction.
type ImportBatch struct {
	Import   ImportID
	File     string
	Contacts []ImportedContact
	At       time.Time
}

// EventData begins the data of each event: what made the change.
func (b ImportBatch) EventData() map[string]any {
	return map[string]any{"origin": "import", "importId": b.Import, "import": b.File}
}

// RunImport does what an import is set to do until it has ended, is cancelled, or ctx is done, and
// returns the import as it stands then: it tries the file, imports it, or undoes what it did. Each
// batch is one transaction: contacts, events, rejected rows, totals and the place to go on from.
// After a crash it goes on exactly there. progress is told after each batch; an error from it stops
// the work for now. An import that nothing is to be done with is returned as it is.
func (s *Service) RunImport(ctx context.Context, org domain.OrgID, id ImportID, progress func(Import) error) (Import, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Import{}, err
	}
	imp, err := s.store.Import(ctx, org, id)
	switch {
	case err != nil:
		return Import{}, err
	case imp.State == ImportUndoing:
		return s.runUndo(ctx, org, id, progress)
	case !imp.State.reads():
		return imp, nil
	}
	reader, err := s.rowReader(ctx, org, imp)
	if err != nil {
		return imp, err
	}
	return s.runBatches(ctx, org, imp, reader, progress)
}

// rowReader knows what the cells of an import mean.
func (s *Service) rowReader(ctx context.Context, org domain.OrgID, imp Import) (*rowReader, error) {
	reader := &rowReader{columns: imp.Columns, settings: imp.Settings.WithDefaults(), origin: imp.ID.Origin()}
	var err error
	defs, err := s.importFields(ctx, org)
	if err != nil {
		return nil, err
	}
	reader.know(defs.with(imp.Columns))
	if reader.zone, err = s.store.TimeZone(ctx, org); err != nil {
		return nil, err
	}
	if reader.owners, err = s.store.OwnersByEmail(ctx, org); err != nil {
		return nil, err
	}
	reader.lists, err = s.store.SegmentNames(ctx, org)
	if imp.Settings.NewList != "" && imp.Settings.Segment == 0 {
		reader.settings.Segment = plannedSegment
	}
	return reader, err
}

// plannedSegment stands for a list that a dry run does not make.
const plannedSegment SegmentID = -1

// Origin is what marks and memberships name as the one who made them.
func (id ImportID) Origin() string { return fmt.Sprintf("import %d", id) }

// lookup asks for the contacts that rows may be about.
func (p *importPlan) lookup(id ImportID, rows []importedRow, lock bool) ImportLookup {
	q := ImportLookup{Import: id, Lock: lock, UniqueValues: UniqueValues{Values: map[string][]string{}}}
	for _, row := range rows {
		if row.contact.Email != nil {
			q.Emails = append(q.Emails, lower(*row.contact.Email))
		}
		if p.settings.Match == matchID && row.id != 0 {
			q.IDs = append(q.IDs, row.id)
		}
		for _, name := range p.reader.unique {
			alias, _ := cutCustom(name)
			if value := row.contact.Fields[alias]; value != nil {
				q.Values[alias] = append(q.Values[alias], lower(p.reader.defs[alias].Text(value)))
			}
		}
	}
	for _, segment := range p.reader.lists {
		q.Segments = append(q.Segments, segment)
	}
	if p.settings.Segment > 0 {
		q.Segments = append(q.Segments, p.settings.Segment)
	}
	return q
}

// keys are all that the lookup asks for. Two lookups without a common key may still find one contact:
// one by its address, the other by its number.
func (q ImportLookup) keys() map[string]bool {
	keys := make(map[string]bool, len(q.Emails)+len(q.IDs))
	for _, email := range q.Emails {
		keys[emailKey(email)] = true
	}
	for _, id := range q.IDs {
		keys[idKey(id)] = true
	}
	for alias, values := range q.Values {
		for _, value := range values {
			keys[importCustom+alias+":"+value] = true
		}
	}
	return keys
}

// count adds up what became of a batch, and where the next begins.
func (i *Import) count(plan *importPlan, read batchRead) {
	i.BytesDone, i.NextRow, i.Trouble = read.to, read.nextRow, nil
	i.RowsDone += int64(len(read.rows) + len(read.rejects))
	i.Created += int64(plan.tally.created)
	i.Updated += int64(plan.tally.updated)
	i.Unchanged += int64(plan.tally.unchanged)
	i.Rejected += int64(len(read.rejects) + len(plan.rejects))
	i.Problems = addProblems(i.Problems, read.rejects)
	i.Problems = addProblems(i.Problems, plan.rejects)
	if i.StartedAt == nil {
		i.StartedAt = &plan.at
	}
}

// batchRead is what the next rows of a file say.
type batchRead struct {
	rows    []importedRow
	rejects []Reject
	from    int64 // byte of the text
	to      int64
	nextRow int64
	last    bool // the file ends here
	err     error
}

// readBatches reads on from an import's place, one batch ahead of whoever receives.
func (s *Service) readBatches(ctx context.Context, org domain.OrgID, imp Import, reader *rowReader) <-chan batchRead {
	batches := make(chan batchRead)
	go func() {
		defer close(batches)
		sheet := s.sheet(ctx, org, imp)
		for ended := false; !ended; {
			read := sheet.nextBatch(reader, importBatchRows)
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

// maxBatchBytes ends a batch early whose rows are huge, so that memory stays small.
const maxBatchBytes = 8 << 20

// nextBatch reads up to so many rows that are not blank.
func (s *sheet) nextBatch(reader *rowReader, size int) batchRead {
	read := batchRead{from: s.offset, rows: make([]importedRow, 0, size)}
	for len(read.rows)+len(read.rejects) < size && s.offset-read.from < maxBatchBytes {
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
		var said importedRow
		if problem == nil {
			said, problem = reader.read(row.no, row.cells)
		}
		if problem != nil {
			read.rejects = append(read.rejects, Reject{RowNo: row.no, Reason: problem.Kept(), Raw: rejectedCells(row.cells)})
			continue
		}
		read.rows = append(read.rows, said)
	}
	read.to, read.nextRow = s.offset, s.row
	return read
}

func (s *Service) sheet(ctx context.Context, org domain.OrgID, imp Import) *sheet {
	return &sheet{
		text: &window{load: func(offset int64, length int) ([]byte, error) {
			return s.store.ImportText(ctx, org, imp.ID, offset, length)
		}},
		delimiter: rune(imp.Settings.Delimiter[0]),
		columns:   imp.Columns,
		readAs:    imp.Settings.ReadAs,
		offset:    imp.BytesDone,
		row:       imp.NextRow,
	}
}
