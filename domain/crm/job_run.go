package crm

import (
	"context"
	"errors"
	"fmt"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// RunJob works on a job batch by batch until it ends, is cancelled, or ctx is done, and returns it as
// it stands then. Each batch is one transaction: contacts, events, what undoing needs, and the place
// to go on from. After a crash it goes on exactly there. progress is told after each batch; an error
// from it stops the job for now.
func (s *Service) RunJob(ctx context.Context, org domain.OrgID, id JobID, progress func(Job) error) (Job, error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return Job{}, err
	}
	for {
		job, err := s.stepJob(ctx, org, id)
		if err != nil || job.State.Final() {
			return job, err
		}
		if err := progress(job); err != nil {
			return job, err
		}
		switch {
		case job.sheet():
			return s.runSheet(ctx, org, job, progress)
		case job.Whole():
			return s.runWhole(ctx, org, job, progress)
		case job.DeletesField():
			return s.runDeletion(ctx, org, job, progress)
		case job.Kind == JobBulk && job.Batch > 1 && doubles(job.Batch):
			if err := s.store.GroupsGrew(ctx); err != nil {
				return job, err
			}
		}
	}
}

// stepJob begins a job that is queued, or takes the next batch of one that runs.
func (s *Service) stepJob(ctx context.Context, org domain.OrgID, id JobID) (Job, error) {
	var job Job
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if job, err = s.store.LockJob(ctx, org, id); err != nil || job.State.Final() {
			return err
		}
		if job.State == JobQueued {
			return s.beginJob(ctx, org, &job)
		}
		if job.sheet() || job.Whole() || job.DeletesField() {
			return nil
		}
		return s.nextBatch(ctx, org, &job)
	})
	return job, err
}

// beginJob fixes which contacts the job is about.
func (s *Service) beginJob(ctx context.Context, org domain.OrgID, job *Job) (err error) {
	if job.Whole() || job.DeletesField() {
		job.Total, err = s.wholeTotal(ctx, org, *job)
	} else {
		job.Total, err = s.store.FillJob(ctx, org, *job)
	}
	if err != nil {
		return fmt.Errorf("find contacts of job: %w", err)
	}
	now := s.now()
	job.State, job.StartedAt = JobRunning, &now
	return s.store.SaveJob(ctx, org, *job)
}

func (s *Service) nextBatch(ctx context.Context, org domain.OrgID, job *Job) error {
	ids, err := s.store.JobBatch(ctx, org, job.ID, job.Batch)
	if err != nil {
		return err
	}
	if job.Kind == JobExport {
		if err := s.exportBatch(ctx, org, job, ids); err != nil {
			return err
		}
	} else if len(ids) > 0 {
		if err := s.changeBatch(ctx, org, job, ids); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return s.endJob(ctx, org, job, JobDone, "")
	}
	job.Batch, job.Cursor = job.Batch+1, ids[len(ids)-1]
	return s.store.SaveJob(ctx, org, *job)
}

// changeBatch changes the contacts of a batch and keeps what became of each.
func (s *Service) changeBatch(ctx context.Context, org domain.OrgID, job *Job, ids []ContactID) error {
	act := bulkActions[job.Settings.Change.Action]
	do := act.apply
	if job.Undoes != nil {
		do = act.undo
	}
	outcomes, err := do(&bulkBatch{Service: s, org: org, job: *job, change: *job.Settings.Change, ids: ids}, ctx)
	if err != nil {
		return fmt.Errorf("change contacts: %w", err)
	}
	var keep []JobContact
	for _, outcome := range outcomes {
		job.Done++
		if outcome.Skipped == "" {
			job.Changed++
			if !act.forEver {
				keep = append(keep, outcome)
			}
			continue
		}
		if job.Skipped++; job.Skipped <= maxSkipped {
			keep = append(keep, outcome)
		}
		if job.Result.Skips == nil {
			job.Result.Skips = map[domain.Kept]int64{}
		}
		job.Result.Skips[outcome.Skipped]++
	}
	return s.store.AddJobContacts(ctx, org, job.ID, keep)
}

// OpenJob names a job that is queued or running.
type OpenJob struct {
	Org domain.OrgID
	ID  JobID
}

// ResumeJobs sets every open job in motion, of all organizations. Those that run already are left
// alone; one whose workflow was lost, or was never started because the program died in between, goes
// on where it was.
func (s *Service) ResumeJobs(ctx context.Context) error {
	if s.jobs == nil {
		return nil
	}
	open, err := s.store.OpenJobs(ctx)
	if err != nil {
		return fmt.Errorf("find open jobs: %w", err)
	}
	var failed error
	for _, one := range open {
		failed = errors.Join(failed, s.jobs.StartJob(ctx, one.Org, one.ID))
	}
	return failed
}
