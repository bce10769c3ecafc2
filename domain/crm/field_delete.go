package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// DeleteField removes a definition and the values of all contacts. confirmed is how many contacts
// the caller knows to lose a value; another number than the real one is a Conflict that names it. A
// field that something else uses is a Conflict, too: see FieldUses. With more than 5,000 values it goes
// on in the background, and the job says so; until it is done, the field is there, not published.
func (s *Service) DeleteField(ctx context.Context, org domain.OrgID, id FieldID, confirmed int) (*Job, error) {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return nil, err
	}
	field, err := s.Field(ctx, org, id)
	if err != nil {
		return nil, err
	}
	if err := s.checkDeletable(ctx, org, field, confirmed); err != nil {
		return nil, err
	}
	values, err := s.store.CountFieldValues(ctx, org, field.Alias, convertInline+1) // those of deleted contacts, too
	if err != nil {
		return nil, err
	}
	if values > convertInline {
		job, err := s.launch(ctx, org, s.newJob(ctx, JobField, domain.Say("Delete the field “%s”", field.Label), JobSettings{Field: &FieldChange{ID: id, Delete: true}}))
		return &job, err
	}
	if err := s.closeField(ctx, org, field); err != nil {
		return nil, err
	}
	for last := ContactID(0); ; {
		if last, _, err = s.store.DropFieldValues(ctx, org, field.Alias, last); err != nil {
			return nil, err
		}
		if last == 0 {
			break
		}
	}
	if err := s.dropIndexes(ctx, org, field); err != nil {
		return nil, err
	}
	if err := s.store.DeleteField(ctx, org, id); err != nil {
		return nil, err
	}
	s.recent.forget(org)
	return nil, nil
}

// checkDeletable refuses what is used, is being changed, or holds values that nobody has confirmed to lose.
func (s *Service) checkDeletable(ctx context.Context, org domain.OrgID, field Field, confirmed int) error {
	if err := s.alone(ctx, org, func(j JobSettings) bool { return j.Field != nil && j.Field.ID == field.ID }); err != nil {
		return err
	}
	if err := s.checkUnused(ctx, org, field); err != nil {
		return err
	}
	holders, err := s.store.HoldersOfField(ctx, org, field.Alias)
	if err != nil {
		return err
	}
	if holders != confirmed {
		return domain.Conflict("%s will lose the value of “%s”, which can't be undone. Confirm the deletion with exactly this number.", someContacts(holders), field.Label)
	}
	return nil
}

// closeField lets a field take no new values while the old ones go. A deletion that is cut off is repeated.
func (s *Service) closeField(ctx context.Context, org domain.OrgID, field Field) error {
	field.IsPublished, field.UpdatedAt = false, s.now()
	if err := s.store.SaveField(ctx, org, field); err != nil {
		return err
	}
	s.tx.AfterCommit(ctx, func(context.Context) { s.recent.forget(org) })
	return nil
}

// DeletesField says whether the job deletes a custom field with its values.
func (j Job) DeletesField() bool { return j.Settings.Field != nil && j.Settings.Field.Delete }

// runDeletion deletes a field whose values go batch by batch; after a crash it goes on where it was.
// Stopped, it leaves the field, not published, to those who have a value yet.
func (s *Service) runDeletion(ctx context.Context, org domain.OrgID, job Job, progress func(Job) error) (Job, error) {
	id := job.ID
	for more := true; more; {
		err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
			if job, err = s.store.LockJob(ctx, org, id); err != nil || job.State.Final() {
				return err
			}
			more, err = s.dropBatch(ctx, org, &job)
			return err
		})
		if err != nil || job.State.Final() {
			return job, err
		}
		if err := progress(job); err != nil {
			return job, err
		}
	}
	field, err := s.Field(ctx, org, job.Settings.Field.ID)
	if err == nil {
		err = s.dropIndexes(ctx, org, field) // no transaction may be open
	}
	if err != nil && domain.KindOf(err) != domain.KindNotFound {
		return job, err
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if job, err = s.store.LockJob(ctx, org, id); err != nil || job.State.Final() {
			return err
		}
		if err := s.store.DeleteField(ctx, org, job.Settings.Field.ID); err != nil {
			return err
		}
		s.tx.AfterCommit(ctx, func(context.Context) { s.recent.forget(org) })
		return s.endJob(ctx, org, &job, JobDone, "")
	})
	return job, err
}

// dropBatch removes the next values, and says whether more may be behind them.
func (s *Service) dropBatch(ctx context.Context, org domain.OrgID, job *Job) (more bool, err error) {
	field, err := s.store.LockField(ctx, org, job.Settings.Field.ID)
	if err != nil {
		return false, err
	}
	last, dropped, err := s.store.DropFieldValues(ctx, org, field.Alias, job.Cursor)
	if err != nil || last == 0 {
		return false, err
	}
	job.Cursor, job.Done, job.Changed = last, job.Done+int64(dropped), job.Changed+int64(dropped)
	return true, s.store.SaveJob(ctx, org, *job)
}

func (s *Service) dropIndexes(ctx context.Context, org domain.OrgID, field Field) error {
	field.IsUnique, field.IsIndexed = false, false
	return s.store.KeepFieldIndex(ctx, org, field)
}
