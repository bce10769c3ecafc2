package crm

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/mauntic/mauntic/domain"
)

// TagMerge is what a job of JobMerge does.
type TagMerge struct {
	From TagID `json:"from"`
	Into TagID `json:"into"`
}

// FieldChange is what a job of JobField does.
type FieldChange struct {
	ID    FieldID    `json:"id"`
	Patch FieldPatch `json:"patch"`
	// NoDefault removes the default value: JSON can't tell that from leaving it alone.
	NoDefault bool `json:"noDefault,omitempty"`
	Delete    bool `json:"delete,omitempty"` // the field and its values, and nothing else
}

// Whole says whether the job is one transaction: stopped, or when the program dies, nothing of it was done.
func (j Job) Whole() bool { return j.Kind == JobMerge || j.Kind == JobField && !j.DeletesField() }

// BeginsAgain says whether the job has to begin anew when it was broken off.
func (j Job) BeginsAgain() bool { return j.Whole() || j.sheet() }

// errJobEnds breaks off work whose job was cancelled meanwhile.
var errJobEnds = errors.New("the job has ended")

// runWhole carries a job out in one transaction. Its progress is written beside it, so that others see it;
// that is also where it learns that somebody has stopped it. After a crash it begins again.
//
// A worker that was silent for too long is taken for lost, and its ctx is cancelled. On a starved machine it
// is only slow, and whoever begins again will be as slow: so it goes on to the end, and the next worker waits
// for its locks and finds the job done.
func (s *Service) runWhole(ctx context.Context, org domain.OrgID, job Job, progress func(Job) error) (Job, error) {
	id := job.ID
	ctx = context.WithoutCancel(ctx)
	note := func(done int64) (err error) {
		if job, err = s.noteDone(ctx, org, id, done); err != nil {
			return err
		}
		if job.State.Final() {
			return errJobEnds
		}
		if err = progress(job); errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	}
	err := s.tx.InTx(ctx, org, func(ctx context.Context) error {
		changed, err := s.wholeWork(ctx, org, job, note)
		if err != nil {
			return err
		}
		if job, err = s.store.LockJob(ctx, org, id); err != nil {
			return err
		}
		if job.State.Final() {
			return errJobEnds
		}
		job.Done, job.Changed = changed, changed
		return s.endJob(ctx, org, &job, JobDone, "")
	})
	if errors.Is(err, errJobEnds) {
		return job, nil
	}
	if domain.KindOf(err) == domain.KindNotFound { // what another worker has done, who was taken for lost
		if ended, again := s.store.Job(ctx, org, id); again == nil && ended.State.Final() {
			return ended, nil
		}
	}
	return job, err
}

// wholeWork does what the job is for and says how many contacts that was about.
func (s *Service) wholeWork(ctx context.Context, org domain.OrgID, job Job, note func(done int64) error) (int64, error) {
	if job.Kind == JobMerge {
		return s.mergeTags(ctx, org, *job.Settings.Merge, note)
	}
	change := *job.Settings.Field
	if change.NoDefault {
		change.Patch.Default = new(any)
	}
	field, looked, err := s.changeField(ctx, org, change.ID, change.Patch, note)
	if err != nil {
		return 0, err
	}
	return looked, s.fieldChanged(ctx, org, field)
}

// wholeTotal says how many contacts the job is about, and closes a field that is to be deleted.
func (s *Service) wholeTotal(ctx context.Context, org domain.OrgID, job Job) (int64, error) {
	if job.Kind == JobMerge {
		tag, err := s.store.Tag(ctx, org, job.Settings.Merge.From)
		return int64(tag.Contacts), err
	}
	field, err := s.store.LockField(ctx, org, job.Settings.Field.ID)
	if err != nil {
		return 0, err
	}
	if job.DeletesField() {
		if err := s.closeField(ctx, org, field); err != nil {
			return 0, err
		}
	}
	n, err := s.store.CountFieldValues(ctx, org, field.Alias, math.MaxInt32)
	return int64(n), err
}

// noteDone writes down how far a job is, unless it has ended.
func (s *Service) noteDone(ctx context.Context, org domain.OrgID, id JobID, done int64) (Job, error) {
	var job Job
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if job, err = s.store.LockJob(ctx, org, id); err != nil || job.State.Final() {
			return err
		}
		job.Done = done
		return s.store.SaveJob(ctx, org, job)
	})
	if err != nil {
		return job, fmt.Errorf("note how far the job is: %w", err)
	}
	return job, nil
}

// alone refuses what a job does already that waits or runs.
func (s *Service) alone(ctx context.Context, org domain.OrgID, same func(JobSettings) bool) error {
	running, err := s.store.RunningJobs(ctx, org)
	if err != nil {
		return err
	}
	for _, job := range running {
		if same(job.Settings) {
			return domain.Conflict("This is being changed in the background at the moment: “%s”. Wait until that is done, or cancel it.", job.Title.Phrase())
		}
	}
	return nil
}
