package crm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/mauntic/mauntic/domain"
)

// sheet says whether the job writes a workbook, which can't go on in the middle.
func (j Job) sheet() bool { return j.Settings.Export != nil && j.Settings.Export.Format == ExportXLSX }

// exportBatch writes the next contacts as a piece of the file; without any it ends the file.
func (s *Service) exportBatch(ctx context.Context, org domain.OrgID, job *Job, ids []ContactID) error {
	if job.Result.File == nil {
		job.Result.File = s.newFile(*job)
	}
	if len(ids) == 0 && job.Result.File.Pieces > 0 {
		return nil
	}
	x, err := s.exporter(ctx, org, job.Settings.Export)
	if err != nil {
		return err
	}
	rows, err := s.store.ExportRows(ctx, org, ids)
	if err != nil {
		return err
	}
	var piece bytes.Buffer
	out := x.writer(&piece, job.Result.File.Pieces == 0)
	if err := x.write(out, rows); err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	if err := out.close(); err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	job.Done += int64(len(rows))
	return s.addPiece(ctx, org, job, piece.Bytes())
}

func (s *Service) addPiece(ctx context.Context, org domain.OrgID, job *Job, piece []byte) error {
	file := job.Result.File
	if err := s.store.AddJobPiece(ctx, org, job.ID, file.Pieces, piece); err != nil {
		return err
	}
	file.Pieces++
	file.Bytes += int64(len(piece))
	return nil
}

func (s *Service) newFile(job Job) *JobFile {
	return &JobFile{
		Name:    fmt.Sprintf("contacts-%s.%s", job.CreatedAt.UTC().Format("2006-01-02-1504"), job.Settings.Export.Format),
		Expires: s.now().AddDate(0, 0, FileDays),
	}
}

// runSheet writes a workbook from its first row to its end, in a temporary file, and then keeps it.
// Broken off, it begins again: nothing of it is kept before.
func (s *Service) runSheet(ctx context.Context, org domain.OrgID, job Job, progress func(Job) error) (Job, error) {
	file, err := os.CreateTemp("", "mauntic-export-*")
	if err != nil {
		return job, fmt.Errorf("open export file: %w", err)
	}
	defer file.Close()
	if err := os.Remove(file.Name()); err != nil { // it lives as long as it is open
		return job, fmt.Errorf("hide export file: %w", err)
	}
	x, err := s.exporter(ctx, org, job.Settings.Export)
	if err != nil {
		return job, err
	}
	out := x.writer(file, true)
	id, rows := job.ID, int64(0)
	read := func(ctx context.Context, no int) ([]ExportRow, error) { return s.sheetBatch(ctx, org, id, no) }
	err = readAhead(ctx, read, func(batch []ExportRow) (err error) {
		if err := x.write(out, batch); err != nil {
			return fmt.Errorf("write contacts: %w", err)
		}
		rows += int64(len(batch))
		if job, err = s.noteDone(ctx, org, id, rows); err != nil {
			return err
		}
		if job.State.Final() {
			return errJobEnds
		}
		return progress(job)
	})
	if errors.Is(err, errJobEnds) {
		return job, nil
	}
	if err != nil {
		return job, err
	}
	if err := out.close(); err != nil {
		return job, fmt.Errorf("write contacts: %w", err)
	}
	return s.keepSheet(ctx, org, id, rows, file)
}

// sheetBatch reads the contacts of a batch; nil behind the last.
func (s *Service) sheetBatch(ctx context.Context, org domain.OrgID, id JobID, no int) ([]ExportRow, error) {
	ids, err := s.store.JobBatch(ctx, org, id, no)
	if err != nil {
		return nil, err
	}
	return s.exportRows(ctx, org, ids)
}

// keepSheet stores a workbook in pieces and ends the job.
func (s *Service) keepSheet(ctx context.Context, org domain.OrgID, id JobID, rows int64, file io.ReadSeeker) (Job, error) {
	var job Job
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if job, err = s.store.LockJob(ctx, org, id); err != nil || job.State.Final() {
			return err
		}
		if err := s.store.DropJobPieces(ctx, org, id); err != nil {
			return err
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("rewind export file: %w", err)
		}
		job.Done, job.Result.File = rows, s.newFile(job)
		piece := make([]byte, ImportPiece)
		for {
			n, err := io.ReadFull(file, piece)
			if n > 0 {
				if err := s.addPiece(ctx, org, &job, piece[:n]); err != nil {
					return err
				}
			}
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return s.endJob(ctx, org, &job, JobDone, "")
			}
			if err != nil {
				return fmt.Errorf("read export file: %w", err)
			}
		}
	})
	return job, err
}
