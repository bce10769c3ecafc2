package crm

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ExportFormat is the kind of a file.
type ExportFormat string

// The formats.
const (
	ExportCSV  ExportFormat = "csv"  // RFC 4180, UTF-8: for programs and for importing again
	ExportXLSX ExportFormat = "xlsx" // for spreadsheets
)

// FileDays is for how many days the file of an export can be fetched.
const FileDays = 7

// Export says what a file of contacts holds.
type Export struct {
	Format  ExportFormat `json:"format"`
	Columns []string     `json:"columns,omitempty"` // of ExportColumns, or fields. and an alias; none: all
	BOM     bool         `json:"bom,omitempty"`     // a CSV begins with a mark by which Excel knows UTF-8
}

// JobFile is the file of an export.
type JobFile struct {
	Name    string    `json:"name"`
	Bytes   int64     `json:"bytes"`
	Pieces  int       `json:"pieces"`
	Expires time.Time `json:"expires"`
}

// Expired says whether the file can't be fetched any more.
func (f JobFile) Expired(now time.Time) bool { return !now.Before(f.Expires) }

// ExportRow is a contact with what a file also says of it.
type ExportRow struct {
	Contact
	Owner    string   // email address
	Segments []string // aliases
}

// Exports reads contacts for files, and keeps files.
type Exports interface {
	// MatchingContacts returns the ids of all contacts that a query finds, in their order: eight bytes
	// each, so a million takes 8 MB.
	MatchingContacts(ctx context.Context, org domain.OrgID, q ContactQuery) ([]ContactID, error)
	// ExportRows reads contacts in the order of their ids; those that are gone are left out.
	ExportRows(ctx context.Context, org domain.OrgID, ids []ContactID) ([]ExportRow, error)
	AddJobPiece(ctx context.Context, org domain.OrgID, id JobID, no int, data []byte) error
	// JobPiece returns a piece of a file; none behind the last.
	JobPiece(ctx context.Context, org domain.OrgID, id JobID, no int) ([]byte, error)
	DropJobPieces(ctx context.Context, org domain.OrgID, id JobID) error
}

// StartExport queues a job that writes the contacts that a query finds into a file.
func (s *Service) StartExport(ctx context.Context, org domain.OrgID, q ContactQuery, e Export) (Job, error) {
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil {
		return Job{}, err
	}
	if _, err := s.exporter(ctx, org, &e); err != nil {
		return Job{}, err
	}
	if len(q.IDs) > maxBulkIDs {
		return Job{}, domain.Invalid("ids", "At most %s contacts can be named at once, and these are %s. Name them by a search instead.", domain.Number(maxBulkIDs), domain.Number(len(q.IDs)))
	}
	title := domain.Say("Export contacts as %s", strings.ToUpper(string(e.Format)))
	return s.launch(ctx, org, s.newJob(ctx, JobExport, title, JobSettings{Query: q.Viewed(ctx), Export: &e}))
}

// PrepareExport checks an export and returns what writes it. The writing reads the contacts by the
// thousand, so that its memory does not grow with their number; an error may come after a part is
// written.
func (s *Service) PrepareExport(ctx context.Context, org domain.OrgID, q ContactQuery, e Export) (write func(ctx context.Context, w io.Writer) error, err error) {
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil {
		return nil, err
	}
	x, err := s.exporter(ctx, org, &e)
	if err != nil {
		return nil, err
	}
	ids, err := s.store.MatchingContacts(ctx, org, q.Viewed(ctx))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, w io.Writer) error {
		out := x.writer(w, true)
		read := func(ctx context.Context, no int) ([]ExportRow, error) {
			return s.exportRows(ctx, org, ids[min(no*JobBatch, len(ids)):min((no+1)*JobBatch, len(ids))])
		}
		if err := readAhead(ctx, read, func(rows []ExportRow) error { return x.write(out, rows) }); err != nil {
			return err
		}
		return out.close()
	}, nil
}

// exportRows reads the contacts of a batch; nil for an empty one, but not for one whose contacts are gone.
func (s *Service) exportRows(ctx context.Context, org domain.OrgID, ids []ContactID) ([]ExportRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.store.ExportRows(ctx, org, ids)
	if rows == nil {
		rows = []ExportRow{}
	}
	return rows, err
}

// WriteJobFile writes the file of an export, piece by piece. Conflict while there is none, NotFound
// when it has expired.
func (s *Service) WriteJobFile(ctx context.Context, org domain.OrgID, job Job, w io.Writer) error {
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil {
		return err
	}
	if err := job.fileProblem(s.now()); err != nil {
		return err
	}
	for no := range job.Result.File.Pieces {
		piece, err := s.store.JobPiece(ctx, org, job.ID, no)
		if err != nil {
			return err
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// JobWithFile returns a job whose file can be fetched, by those who may export.
func (s *Service) JobWithFile(ctx context.Context, org domain.OrgID, id JobID) (Job, error) {
	if err := identity.Require(ctx, org, identity.ExportContacts); err != nil {
		return Job{}, err
	}
	job, err := s.Job(ctx, org, id)
	if err == nil {
		err = job.fileProblem(s.now())
	}
	return job, err
}

func (j Job) fileProblem(now time.Time) error {
	switch {
	case j.Kind != JobExport:
		return domain.NotFound("Job %d writes no file.", j.ID)
	case j.State != JobDone || j.Result.File == nil:
		return domain.Conflict("The file is not ready: the export is %s.", j.State)
	case j.Result.File.Expired(now):
		return domain.NotFound("The file was removed after %d days. Export the contacts again.", FileDays)
	}
	return nil
}
