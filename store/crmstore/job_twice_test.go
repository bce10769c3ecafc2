package crmstore_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// Of a worker that was silent for too long nobody knows whether it is dead. Its work is given to another,
// and for a while both may be at it.

// atOnce lets three workers carry out the same work, begins the later ones in the middle of it, and
// expects that none of them fails for good.
func (b bench) atOnce(work func(ctx context.Context, progress func() error) error) {
	b.t.Helper()
	var workers sync.WaitGroup
	var later sync.Once
	var begin func(first bool)
	begin = func(first bool) {
		workers.Go(func() {
			for {
				err := work(b.ctx, func() error {
					if first {
						later.Do(func() { begin(false); begin(false) })
					}
					return nil
				})
				if err == nil {
					return
				}
				if domain.KindOf(err) != "" {
					b.t.Errorf("a worker gives up: %v", err)
					return
				}
			}
		})
	}
	begin(true)
	workers.Wait()
}

func (b bench) jobAtOnce(id crm.JobID) crm.Job {
	b.t.Helper()
	b.atOnce(func(ctx context.Context, progress func() error) error {
		_, err := b.RunJob(ctx, b.org, id, func(crm.Job) error { return progress() })
		return err
	})
	job, err := b.Job(b.ctx, b.org, id)
	b.must(err)
	return job
}

func TestAJobOfTwoWorkersIsDoneOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 6000
	from, into := b.crowded(n)

	given, err := b.Bulk(b.ctx, b.org, crm.Bulk{Change: crm.BulkChange{Action: crm.BulkChangePoints, Points: 1}})
	b.must(err)
	job := b.jobAtOnce(given.ID)
	var points, most, events int
	b.must(b.db.Pool().QueryRow(b.ctx, "select sum(points), max(points) from crm.contacts where org_id = $1", b.org).Scan(&points, &most))
	b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm.events where org_id = $1 and type = $2", b.org, crm.EventPointsChanged).Scan(&events))
	if job.State != crm.JobDone || job.Changed != n || points != n || most != 1 || events != n {
		t.Errorf("%d points, %d at most, %d events, %+v", points, most, events, job)
	}

	for _, format := range []crm.ExportFormat{crm.ExportCSV, crm.ExportXLSX} {
		started, err := b.StartExport(b.ctx, b.org, crm.ContactQuery{}, crm.Export{Format: format})
		b.must(err)
		job := b.jobAtOnce(started.ID)
		if job.State != crm.JobDone || job.Done != n || job.Result.File == nil {
			t.Errorf("%s: %+v", format, job)
		}
	}

	merged, err := b.MergeTags(b.ctx, b.org, from.ID, into.ID)
	b.must(err)
	job = b.jobAtOnce(merged.Job.ID)
	if job.State != crm.JobDone || job.Changed != n || b.size(from) != "gone" || b.size(into) != fmt.Sprint(n, n) {
		t.Errorf("old %s, new %s, %+v", b.size(from), b.size(into), job)
	}
}

func TestAnImportOfTwoWorkersIsDoneAndUndoneOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 5000
	var file strings.Builder
	file.WriteString("email\n")
	for i := range n {
		fmt.Fprintf(&file, "p%d@example.com\n", i)
	}
	imp := b.uploaded(file.String(), crm.ImportPatch{})
	_, err := b.StartImport(b.ctx, b.org, imp.ID, crm.ImportStart{})
	b.must(err)
	run := func(ctx context.Context, progress func() error) error {
		_, err := b.RunImport(ctx, b.org, imp.ID, func(crm.Import) error { return progress() })
		return err
	}
	b.atOnce(run)
	imp, err = b.Import(b.ctx, b.org, imp.ID)
	b.must(err)
	if got := numbers(imp); imp.State != crm.ImportDone || got != fmt.Sprintf("%d created 0 updated 0 unchanged 0 rejected", n) {
		t.Errorf("%s: %s", imp.State, got)
	}
	_, err = b.UndoImport(b.ctx, b.org, imp.ID, false)
	b.must(err)
	b.atOnce(run)
	imp, err = b.Import(b.ctx, b.org, imp.ID)
	b.must(err)
	if u := imp.Undo; imp.State != crm.ImportUndone || u.Done != n || u.Deleted != n {
		t.Errorf("%s: %+v", imp.State, u)
	}
	b.counted()
}
