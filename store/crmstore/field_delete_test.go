package crmstore_test

import (
	"errors"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// deleting begins the deletion of a field that so many contacts fill, and breaks off after its first batch.
func (b bench) deleting(field crm.Field, n int) crm.Job {
	b.t.Helper()
	job, err := b.DeleteField(b.ctx, b.org, field.ID, n)
	b.must(err)
	if job == nil || job.State != crm.JobQueued {
		b.t.Fatalf("%d values go at once: %+v", n, job)
	}
	_, err = b.RunJob(b.ctx, b.org, job.ID, func(job crm.Job) error {
		if job.Done > 0 {
			return errors.New("the worker is gone")
		}
		return nil
	})
	if err == nil {
		b.t.Fatal("the worker is not gone")
	}
	broken, err := b.Job(b.ctx, b.org, job.ID)
	b.must(err)
	return broken
}

func TestAFieldOfVeryManyIsDeletedInTheBackground(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 12_000
	field := b.scored(n)
	b.exec("update crm.contacts set deleted_at = now() where org_id = $1 and id % 10 = 0", b.org)
	kept := n - n/10
	_, err := b.DeleteField(b.ctx, b.org, field.ID, n)
	b.refused(err, domain.KindConflict, "10,800 contacts will lose")
	broken := b.deleting(field, kept)
	if broken.State != crm.JobRunning || broken.Total != n || broken.Done == 0 || broken.Done >= n {
		t.Errorf("after a crash: %+v", broken)
	}
	field, err = b.Field(b.ctx, b.org, field.ID)
	if err != nil || field.IsPublished || b.scores("string") == 0 {
		t.Errorf("after a crash %d values are left of %+v, %v", b.scores("string"), field, err)
	}
	_, err = b.UpdateField(b.ctx, b.org, field.ID, crm.FieldPatch{IsPublished: new(true)})
	b.refused(err, domain.KindConflict, "in the background")
	_, err = b.DeleteField(b.ctx, b.org, field.ID, b.scores("string"))
	b.refused(err, domain.KindConflict, "in the background")

	job := b.jobAtOnce(broken.ID)
	var left int
	b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm.all_contacts where org_id = $1 and fields ? 'score'", b.org).Scan(&left))
	if job.State != crm.JobDone || job.Done != n || job.Changed != n || left != 0 || job.Undoable(today) {
		t.Errorf("%d values are left, %+v", left, job)
	}
	_, err = b.Field(b.ctx, b.org, field.ID)
	b.refused(err, domain.KindNotFound, "")
	if again := b.field(crm.FieldInput{Label: "Score", Type: crm.FieldText, IsUnique: true}); again.Alias != field.Alias {
		t.Errorf("defined again it is %+v", again)
	}
}

func TestAStoppedDeletionLeavesTheFieldToThoseWhoHaveAValueYet(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 12_000
	field := b.scored(n)
	job := b.deleting(field, n)
	_, err := b.CancelJob(b.ctx, b.org, job.ID)
	b.must(err)
	done := b.jobAtOnce(job.ID)
	if done.State != crm.JobCancelled || b.scores("string") != n-int(done.Done) {
		t.Errorf("%d values are left, %+v", b.scores("string"), done)
	}
	published, err := b.UpdateField(b.ctx, b.org, field.ID, crm.FieldPatch{IsPublished: new(true)})
	if err != nil || !published.IsPublished {
		t.Errorf("published again: %+v, %v", published, err)
	}
}
