package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ImportID names an import.
type ImportID int64

// ImportState says how far an import is.
type ImportState string

// The states of an import.
const (
	ImportMapping   ImportState = "mapping"  // uploaded; somebody says what its columns mean
	ImportChecking  ImportState = "checking" // a dry run, which leads back to mapping
	ImportQueued    ImportState = "queued"
	ImportRunning   ImportState = "running"
	ImportDone      ImportState = "done"
	ImportFailed    ImportState = "failed"
	ImportCancelled ImportState = "cancelled"
	ImportUndoing   ImportState = "undoing"
	ImportUndone    ImportState = "undone"
)

// Phrase is the state within a sentence.
func (s ImportState) Phrase() *domain.Phrase { return domain.Word(string(s)) }

// Working says whether something is being done in the background.
func (s ImportState) Working() bool {
	return s == ImportChecking || s == ImportQueued || s == ImportRunning || s == ImportUndoing
}

// Final says whether the file will not be read any more.
func (s ImportState) Final() bool { return !s.reads() && s != ImportMapping }

// reads says whether the file is being read.
func (s ImportState) reads() bool {
	return s == ImportChecking || s == ImportQueued || s == ImportRunning
}

// Import is a CSV file that becomes contacts. RowsDone is always Created + Updated + Unchanged + Rejected.
type Import struct {
	ID        ImportID
	FileName  string
	State     ImportState
	Columns   []ImportColumn // in the order of the file
	Settings  ImportSettings
	Bytes     int64 // of the stored UTF-8 text
	BytesDone int64 // where the next batch starts
	NextRow   int64 // its row as a spreadsheet shows it: the header is row 1
	RowsDone  int64 // blank rows don't count
	Created   int64
	Updated   int64
	Unchanged int64 // rows that said nothing new, or whose contact was to be left alone
	Rejected  int64
	Problems  []ImportProblem // why rows were rejected
	Trial     *ImportTrial    // what the last dry run found; nil when the mapping has changed since
	Undo      *ImportUndo     // nil until it is undone
	Trouble   *ImportTrouble  // nil while it goes on
	Headers   *string         // digest of the column names
	Error     domain.Kept     // why it failed, in a sentence
	CreatedBy *identity.UserID
	Creator   string // the name of who uploaded it, or the address; "" when that was no person
	CreatedAt time.Time
	StartedAt *time.Time // of the present or last run
	EndedAt   *time.Time
}

// Percent is how much of the present work is done.
func (i Import) Percent() int {
	switch {
	case i.State == ImportUndoing && i.Undo != nil && i.Undo.Total > 0:
		return int(i.Undo.Done * 100 / i.Undo.Total)
	case i.State == ImportUndoing:
		return 0
	case i.State == ImportMapping:
		return 0
	case i.State == ImportDone, i.State == ImportUndone, i.Bytes <= i.Settings.FirstByte:
		return 100
	}
	return int(max(0, i.BytesDone-i.Settings.FirstByte) * 100 / (i.Bytes - i.Settings.FirstByte))
}

// Pace says how many rows a second the present run has read on average, and how long the rest takes
// at that rate. Both are 0 as long as nothing can be said.
func (i Import) Pace(now time.Time) (rowsPerSecond int, left time.Duration) {
	if i.StartedAt == nil || !i.State.reads() {
		return 0, 0
	}
	took, read := now.Sub(*i.StartedAt), i.BytesDone-i.Settings.FirstByte
	if took < time.Second || read <= 0 {
		return 0, 0
	}
	left = time.Duration(float64(took) * float64(i.Bytes-i.BytesDone) / float64(read))
	return int(float64(i.RowsDone) / took.Seconds()), left.Round(time.Second)
}

// ImportStarter sets an import in motion that is being checked, queued, running or undone. Starting
// one that runs already does nothing.
type ImportStarter interface {
	StartImport(ctx context.Context, org domain.OrgID, id ImportID) error
}

// Imports keeps imports, their files and their rejected rows.
type Imports interface {
	Import(ctx context.Context, org domain.OrgID, id ImportID) (Import, error)
	// LockImport reads an import and keeps others from changing it until the transaction ends.
	LockImport(ctx context.Context, org domain.OrgID, id ImportID) (Import, error)
	Imports(ctx context.Context, org domain.OrgID, q ImportQuery) (domain.Page[Import], error)
	// OpenImports returns the imports of all organizations that are worked on.
	OpenImports(ctx context.Context) ([]OpenImport, error)
	InsertImport(ctx context.Context, org domain.OrgID, i Import) (ImportID, error)
	SaveImport(ctx context.Context, org domain.OrgID, i Import) error
	// LastMapping returns the newest import with these headers that was started, if there is one.
	LastMapping(ctx context.Context, org domain.OrgID, headers string) (Import, bool, error)

	// AddImportPiece stores the no-th piece of the file; all but the last are ImportPiece bytes long.
	AddImportPiece(ctx context.Context, org domain.OrgID, id ImportID, no int, text []byte) error
	// ImportText reads up to length bytes of the file from offset on; none at its end. It may
	// return fewer than there are.
	ImportText(ctx context.Context, org domain.OrgID, id ImportID, offset int64, length int) ([]byte, error)
	DropImportText(ctx context.Context, org domain.OrgID, id ImportID) error

	AddRejects(ctx context.Context, org domain.OrgID, id ImportID, rejects []Reject) error
	// Rejects returns rejected rows in the order of the file, those after a row.
	Rejects(ctx context.Context, org domain.OrgID, id ImportID, after int64, limit int) ([]Reject, error)

	ImportContacts
	ImportTrials
	ImportUndos
	ImportLeftovers
}

// ImportQuery asks for a page of imports.
type ImportQuery struct {
	domain.PageQuery             // Search is in the language of package search, with ImportCommands
	State            ImportState // only these; "": all
}

// Import returns one import; NotFound when it is absent or another organization's.
func (s *Service) Import(ctx context.Context, org domain.OrgID, id ImportID) (Import, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Import{}, err
	}
	return s.store.Import(ctx, org, id)
}

// Imports returns a page of imports, newest first.
func (s *Service) Imports(ctx context.Context, org domain.OrgID, q ImportQuery) (domain.Page[Import], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[Import]{}, err
	}
	return s.store.Imports(ctx, org, q)
}

// CancelImport stops what is being done. An import that is only checked goes back to its mapping;
// otherwise it ends, and what was imported stays. One that is being undone can't be cancelled.
func (s *Service) CancelImport(ctx context.Context, org domain.OrgID, id ImportID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		imp, err := s.store.LockImport(ctx, org, id)
		if err != nil {
			return err
		}
		switch {
		case imp.State == ImportChecking:
			_, err = s.endTrial(ctx, org, imp, nil, "")
			return err
		case imp.State.Final():
			return domain.Conflict("Import %d can't be cancelled: it is %s.", id, imp.State)
		}
		_, err = s.endImport(ctx, org, imp, ImportCancelled, "")
		return err
	})
}

// FailImport ends what can't go on, and says why: a dry run leads back to the
// mapping, an undoing to what the import was before, and can be tried again.
func (s *Service) FailImport(ctx context.Context, org domain.OrgID, id ImportID, why error) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		imp, err := s.store.LockImport(ctx, org, id)
		switch {
		case err != nil:
			return err
		case imp.State == ImportChecking:
			_, err = s.endTrial(ctx, org, imp, nil, domain.PhraseOf(why).Kept())
			return err
		case imp.State == ImportUndoing:
			imp.State, imp.Error, imp.Trouble = imp.Undo.Was, domain.PhraseOf(why).Kept(), nil
			return s.store.SaveImport(ctx, org, imp)
		case imp.State.Final():
			return nil
		}
		_, err = s.endImport(ctx, org, imp, ImportFailed, domain.PhraseOf(why).Kept())
		return err
	})
}

// endImport records the end and drops the file: it holds personal data and is not needed again.
func (s *Service) endImport(ctx context.Context, org domain.OrgID, imp Import, state ImportState, why domain.Kept) (Import, error) {
	now := s.now()
	imp.State, imp.Error, imp.EndedAt, imp.Trouble = state, why, &now, nil
	if err := s.store.SaveImport(ctx, org, imp); err != nil {
		return imp, err
	}
	return imp, s.store.DropImportText(ctx, org, imp.ID)
}
