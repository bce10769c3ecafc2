package crm

import (
	"context"
	"slices"
	"strings"
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
	ImportMapping   ImportState = "mapping" // uploaded; somebody says what its columns mean
	ImportQueued    ImportState = "queued"
	ImportRunning   ImportState = "running"
	ImportDone      ImportState = "done"
	ImportFailed    ImportState = "failed"
	ImportCancelled ImportState = "cancelled"
)

// Final says whether nothing more will happen.
func (s ImportState) Final() bool {
	return s == ImportDone || s == ImportFailed || s == ImportCancelled
}

// Import is a CSV file that becomes contacts. RowsDone is always Created + Updated + Rejected.
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
	Updated   int64 // rows whose contact was there already, changed or not
	Rejected  int64
	Error     string // why it failed, in a sentence
	CreatedBy *identity.UserID
	CreatedAt time.Time
	StartedAt *time.Time
	EndedAt   *time.Time
}

// ImportSettings is how the file is read and what is done with its rows.
type ImportSettings struct {
	Delimiter string   `json:"delimiter"`
	Encoding  string   `json:"encoding"`
	Header    bool     `json:"header"` // the first row names the columns
	Tags      []string `json:"tags"`   // given to every contact of the file
}

// Percent is how much of the file has been read.
func (i Import) Percent() int {
	if i.State == ImportDone || i.Bytes == 0 {
		return 100
	}
	return int(i.BytesDone * 100 / i.Bytes)
}

// ImportStarter sets a queued import in motion. Starting one that runs already does nothing.
type ImportStarter interface {
	StartImport(ctx context.Context, org domain.OrgID, id ImportID) error
}

// Imports keeps imports, their files and their rejected rows.
type Imports interface {
	Import(ctx context.Context, org domain.OrgID, id ImportID) (Import, error)
	// LockImport reads an import and keeps others from changing it until the transaction ends.
	LockImport(ctx context.Context, org domain.OrgID, id ImportID) (Import, error)
	Imports(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Import], error)
	// OpenImports returns the queued and running imports of all organizations.
	OpenImports(ctx context.Context) ([]OpenImport, error)
	InsertImport(ctx context.Context, org domain.OrgID, i Import) (ImportID, error)
	SaveImport(ctx context.Context, org domain.OrgID, i Import) error

	// AddImportPiece stores the no-th piece of the file; all but the last are ImportPiece bytes long.
	AddImportPiece(ctx context.Context, org domain.OrgID, id ImportID, no int, text []byte) error
	// ImportText reads up to length bytes of the file from offset on; none at its end. It may
	// return fewer than there are.
	ImportText(ctx context.Context, org domain.OrgID, id ImportID, offset int64, length int) ([]byte, error)
	DropImportText(ctx context.Context, org domain.OrgID, id ImportID) error

	// ImportRows creates or updates the contacts of a batch, set by set, and returns how many it created.
	ImportRows(ctx context.Context, org domain.OrgID, batch ImportBatch) (created int, err error)
	AddRejects(ctx context.Context, org domain.OrgID, id ImportID, rejects []Reject) error
	// Rejects returns rejected rows in the order of the file, those after a row.
	Rejects(ctx context.Context, org domain.OrgID, id ImportID, after int64, limit int) ([]Reject, error)
}

// Import returns one import; NotFound when it is absent or another organization's.
func (s *Service) Import(ctx context.Context, org domain.OrgID, id ImportID) (Import, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return Import{}, err
	}
	return s.store.Import(ctx, org, id)
}

// Imports returns a page of imports, newest first.
func (s *Service) Imports(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[Import], error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return domain.Page[Import]{}, err
	}
	return s.store.Imports(ctx, org, q)
}

// ImportStart says what the columns of a file mean.
type ImportStart struct {
	Fields []string // one for each column, "" to leave it out; nil: as they were guessed
	Tags   []string // given to every contact of the file, besides those chosen at the upload
}

// StartImport queues an import and sets it in motion; while that is not possible it stays queued. A
// queued one is set in motion again, which does no harm; a running or finished one is a Conflict.
func (s *Service) StartImport(ctx context.Context, org domain.OrgID, id ImportID, start ImportStart) (Import, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Import{}, err
	}
	if s.starter == nil {
		return Import{}, domain.Unavailable("Imports can't run here: this process knows no Temporal server.")
	}
	var imp Import
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if imp, err = s.store.LockImport(ctx, org, id); err != nil {
			return err
		}
		if imp.State == ImportQueued {
			return nil
		}
		if imp.State != ImportMapping {
			return domain.Conflict("Import %d can't be started: it is %s.", id, imp.State)
		}
		set, err := s.fieldsFor(ctx, org, imp, start)
		if err != nil {
			return err
		}
		if err := imp.queue(start, set); err != nil {
			return err
		}
		return s.store.SaveImport(ctx, org, imp)
	})
	if err != nil {
		return Import{}, err
	}
	// A queued import starts by itself as soon as it can: see ResumeImports.
	_ = s.starter.StartImport(ctx, org, id)
	return imp, nil
}

// queue takes over what the columns mean, if that makes sense.
func (i *Import) queue(start ImportStart, set FieldSet) error {
	if start.Fields != nil {
		if len(start.Fields) != len(i.Columns) {
			return domain.Invalid("columns", "The file has %d columns, but %d were described.", len(i.Columns), len(start.Fields))
		}
		i.Columns = slices.Clone(i.Columns)
		for n, field := range start.Fields {
			i.Columns[n].Field = field
		}
	}
	if err := checkColumns(i.Columns, set); err != nil {
		return err
	}
	tags, err := normalTags("tags", append(slices.Clone(i.Settings.Tags), start.Tags...))
	if err != nil {
		return err
	}
	i.Settings.Tags = tags
	i.State = ImportQueued
	return nil
}

// fieldsFor returns the custom fields, with a text field made for each column that asks for a new one.
func (s *Service) fieldsFor(ctx context.Context, org domain.OrgID, imp Import, start ImportStart) (FieldSet, error) {
	set, err := s.FieldSet(ctx, org)
	if err != nil {
		return FieldSet{}, err
	}
	made := false
	for i, column := range imp.Columns {
		if start.Fields != nil && i < len(start.Fields) {
			column.Field = start.Fields[i]
		}
		alias, custom := strings.CutPrefix(column.Field, importCustom)
		if !custom || set.defined(alias) || aliasProblem(alias) != "" {
			continue
		}
		label := strings.TrimSpace(shorten(column.Header, maxLabel))
		if label == "" {
			label = alias
		}
		if _, err := s.CreateField(ctx, org, FieldInput{Alias: alias, Label: label, Type: FieldText}); err != nil {
			return FieldSet{}, err
		}
		made = true
	}
	if made {
		return s.FieldSet(ctx, org)
	}
	return set, nil
}

// CancelImport stops an import before its next batch. What was imported stays.
func (s *Service) CancelImport(ctx context.Context, org domain.OrgID, id ImportID) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		imp, err := s.store.LockImport(ctx, org, id)
		if err != nil {
			return err
		}
		if imp.State.Final() {
			return domain.Conflict("Import %d can't be cancelled: it is %s.", id, imp.State)
		}
		_, err = s.endImport(ctx, org, imp, ImportCancelled, "")
		return err
	})
}

// FailImport ends an import that can't go on, with a sentence that says why.
func (s *Service) FailImport(ctx context.Context, org domain.OrgID, id ImportID, why string) error {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return err
	}
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		imp, err := s.store.LockImport(ctx, org, id)
		if err != nil || imp.State.Final() {
			return err
		}
		_, err = s.endImport(ctx, org, imp, ImportFailed, why)
		return err
	})
}

// endImport records the end and drops the file: it holds personal data and is not needed again.
func (s *Service) endImport(ctx context.Context, org domain.OrgID, imp Import, state ImportState, why string) (Import, error) {
	now := s.now()
	imp.State, imp.Error, imp.EndedAt = state, why, &now
	if err := s.store.SaveImport(ctx, org, imp); err != nil {
		return imp, err
	}
	return imp, s.store.DropImportText(ctx, org, imp.ID)
}
