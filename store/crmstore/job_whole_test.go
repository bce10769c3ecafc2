package crmstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// crowded returns two tags, the first on so many contacts, of whom every other has the second.
func (b bench) crowded(n int) (from, into crm.Tag) {
	b.t.Helper()
	ids := b.people(n)
	tags := b.tagged(crm.Contact{ID: ids[0]}, "old", "new")
	_, err := b.db.Pool().Exec(b.ctx, `insert into crm.contact_tags (org_id, contact_id, tag_id)
		select c.org_id, c.id, t.id from crm.contacts c join crm.tags t on t.org_id = c.org_id
		where c.org_id = $1 and (t.name = 'old' or c.id % 2 = 0) on conflict do nothing`, b.org)
	b.must(err)
	return tags["old"], tags["new"]
}

// size says how many contacts a tag has by its number and by a search.
func (b bench) size(tag crm.Tag) string {
	b.t.Helper()
	now, err := b.Tag(b.ctx, b.org, tag.ID)
	if domain.KindOf(err) == domain.KindNotFound {
		return "gone"
	}
	b.must(err)
	found, err := b.CountContacts(b.ctx, b.org, crm.ContactQuery{Tag: tag.Name})
	b.must(err)
	return fmt.Sprint(now.Contacts, found)
}

func TestAMergeOfVeryManyIsDoneWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 12_000
	from, into := b.crowded(n)
	merged, err := b.MergeTags(b.ctx, b.org, from.ID, into.ID)
	b.must(err)
	if merged.Job == nil || merged.Contacts != n || merged.Job.State != crm.JobQueued {
		t.Fatalf("the merge is %+v", merged)
	}
	_, err = b.MergeTags(b.ctx, b.org, from.ID, into.ID)
	b.refused(err, domain.KindConflict, "in the background")
	half := b.size(into)
	_, err = b.RunJob(b.ctx, b.org, merged.Job.ID, func(job crm.Job) error {
		if job.Done > 0 {
			return errors.New("the worker is gone")
		}
		return nil
	})
	job, _ := b.Job(b.ctx, b.org, merged.Job.ID)
	if err == nil || b.size(from) != fmt.Sprint(n, n) || b.size(into) != half || job.State != crm.JobRunning || job.Total != n || job.Done != 10_000 {
		t.Fatalf("after a crash %v: old %s, new %s, job %+v", err, b.size(from), b.size(into), job)
	}
	job = b.run(job.ID)
	if job.State != crm.JobDone || job.Changed != n || b.size(from) != "gone" || b.size(into) != fmt.Sprint(n, n) || job.Undoable(today) {
		t.Errorf("at last: old %s, new %s, job %+v", b.size(from), b.size(into), job)
	}
}

func TestAMergeThatIsCancelledChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	from, into := b.crowded(6000)
	half := b.size(into)
	merged, err := b.MergeTags(b.ctx, b.org, from.ID, into.ID)
	b.must(err)
	job, err := b.RunJob(b.ctx, b.org, merged.Job.ID, func(job crm.Job) error {
		if job.Done == 0 {
			return nil
		}
		_, err := b.CancelJob(b.ctx, b.org, job.ID)
		return err
	})
	if err != nil || job.State != crm.JobCancelled || b.size(from) != "6000 6000" || b.size(into) != half {
		t.Errorf("old %s, new %s, job %+v, %v", b.size(from), b.size(into), job, err)
	}
}

// scored defines a text field that so many contacts fill.
func (b bench) scored(n int) crm.Field {
	b.t.Helper()
	b.people(n)
	field := b.field(crm.FieldInput{Label: "Score", Type: crm.FieldText, Default: "7"})
	_, err := b.db.Pool().Exec(b.ctx, `update crm.contacts set fields = jsonb_build_object('score', (id % 10)::text) where org_id = $1`, b.org)
	b.must(err)
	return field
}

// scores counts the values that are of a JSON type.
func (b bench) scores(kind string) int {
	b.t.Helper()
	var n int
	b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm.contacts where org_id = $1 and jsonb_typeof(fields -> 'score') = $2", b.org, kind).Scan(&n))
	return n
}

func TestAFieldOfVeryManyChangesItsTypeInTheBackground(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 6000
	field := b.scored(n)
	number, none := crm.FieldNumber, any(nil)
	saved, err := b.UpdateField(b.ctx, b.org, field.ID, crm.FieldPatch{Type: &number, Default: &none})
	b.must(err)
	if saved.Job == nil || saved.Type != crm.FieldText {
		t.Fatalf("saved is %+v", saved)
	}
	_, err = b.UpdateField(b.ctx, b.org, field.ID, crm.FieldPatch{Type: &number})
	b.refused(err, domain.KindConflict, "in the background")
	_, err = b.RunJob(b.ctx, b.org, saved.Job.ID, func(job crm.Job) error {
		if job.Done > 0 {
			return errors.New("the worker is gone")
		}
		return nil
	})
	if err == nil || b.scores("string") != n {
		t.Fatalf("after a crash %d are texts, %v", b.scores("string"), err)
	}
	job := b.run(saved.Job.ID)
	field, err = b.Field(b.ctx, b.org, field.ID)
	if err != nil || job.State != crm.JobDone || job.Changed != n || b.scores("number") != n || field.Type != number || field.Default != nil {
		t.Errorf("%d are numbers, job %+v, field %+v, %v", b.scores("number"), job, field, err)
	}
}

func TestAFieldOfVeryManyStaysWhenAValueWouldBeLost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 6000
	field := b.scored(n)
	_, err := b.db.Pool().Exec(b.ctx, `update crm.contacts set fields = '{"score": "many"}' where id = (select max(id) from crm.contacts)`)
	b.must(err)
	number, none := crm.FieldNumber, any(nil)
	saved, err := b.UpdateField(b.ctx, b.org, field.ID, crm.FieldPatch{Type: &number, Default: &none})
	b.must(err)
	_, err = b.RunJob(b.ctx, b.org, saved.Job.ID, func(crm.Job) error { return nil })
	b.refused(err, domain.KindConflict, "1 contact holds a value such as “many”")
	if field, err = b.Field(b.ctx, b.org, field.ID); err != nil || field.Type != crm.FieldText || b.scores("string") != n {
		t.Errorf("%d are texts, field %+v, %v", b.scores("string"), field, err)
	}
}

func TestAFieldOfVeryManyGetsAnotherOptionAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.people(6000)
	options := []crm.FieldOption{{Value: "s", Label: "Small"}}
	field := b.field(crm.FieldInput{Label: "Size", Type: crm.FieldSelect, Options: options})
	_, err := b.db.Pool().Exec(b.ctx, `update crm.contacts set fields = '{"size": "s"}' where org_id = $1`, b.org)
	b.must(err)
	options = append(options, crm.FieldOption{Value: "l", Label: "Large"})
	if saved, err := b.UpdateField(b.ctx, b.org, field.ID, crm.FieldPatch{Options: &options}); err != nil || saved.Job != nil || len(saved.Options) != 2 {
		t.Errorf("saved is %+v, %v", saved, err)
	}
}

func TestAWorkerThatIsTakenForLostEndsWhatItBegan(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const n = 6000
	from, into := b.crowded(n)
	merged, err := b.MergeTags(b.ctx, b.org, from.ID, into.ID)
	b.must(err)
	ctx, lost := context.WithCancel(b.ctx)
	defer lost()
	job, err := b.RunJob(ctx, b.org, merged.Job.ID, func(job crm.Job) error {
		if job.Done > 0 {
			lost()
		}
		return ctx.Err()
	})
	b.must(err)
	if ctx.Err() == nil || job.State != crm.JobDone || job.Changed != n || b.size(from) != "gone" || b.size(into) != fmt.Sprint(n, n) {
		t.Errorf("%v, old %s, new %s, %+v", ctx.Err(), b.size(from), b.size(into), job)
	}
}
