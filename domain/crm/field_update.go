package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// convertInline is how many values are brought into another form while the caller waits.
const convertInline = 5_000

// FieldUpdate is what became of a change of a definition.
type FieldUpdate struct {
	Field
	Job *Job // goes on with it in the background, and the field is as it was until then; nil: it is done
}

// UpdateField changes what the patch names. Values that contacts have follow a new type; when one
// of them can't without losing something, nothing is changed and a Conflict says how many contacts
// hold such values. With more than 5,000 values that may have to follow, it goes on in the background,
// and the job says so.
func (s *Service) UpdateField(ctx context.Context, org domain.OrgID, id FieldID, patch FieldPatch) (FieldUpdate, error) {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return FieldUpdate{}, err
	}
	if err := s.alone(ctx, org, func(j JobSettings) bool { return j.Field != nil && j.Field.ID == id }); err != nil {
		return FieldUpdate{}, err
	}
	before, many, err := s.convertsMany(ctx, org, id, patch)
	if err != nil {
		return FieldUpdate{}, err
	}
	if many {
		change := FieldChange{ID: id, Patch: patch, NoDefault: patch.Default != nil && *patch.Default == nil}
		job, err := s.launch(ctx, org, s.newJob(ctx, JobField, domain.Say("Change the field “%s”", before.Label), JobSettings{Field: &change}))
		return FieldUpdate{Field: before, Job: &job}, err
	}
	var field Field
	err = s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		field, _, err = s.changeField(ctx, org, id, patch, func(int64) error { return nil })
		return err
	})
	if err != nil {
		return FieldUpdate{}, err
	}
	return FieldUpdate{Field: field}, s.fieldChanged(ctx, org, field)
}

// convertsMany says whether so many values may have to follow a change that nobody waits for it.
func (s *Service) convertsMany(ctx context.Context, org domain.OrgID, id FieldID, patch FieldPatch) (before Field, many bool, err error) {
	if before, err = s.Field(ctx, org, id); err != nil {
		return before, false, err
	}
	zone, err := s.store.TimeZone(ctx, org)
	if err != nil {
		return before, false, err
	}
	after, err := patch.apply(before, zone)
	if err != nil || !after.narrows(before) {
		return before, false, err
	}
	values, err := s.store.CountFieldValues(ctx, org, before.Alias, convertInline+1)
	return before, values > convertInline, err
}

// changeField does it inside a transaction, and says how many values it has looked at.
func (s *Service) changeField(ctx context.Context, org domain.OrgID, id FieldID, patch FieldPatch, note func(done int64) error) (field Field, looked int64, err error) {
	before, err := s.store.LockField(ctx, org, id)
	if err != nil {
		return field, 0, err
	}
	zone, err := s.store.TimeZone(ctx, org)
	if err != nil {
		return field, 0, err
	}
	if field, err = patch.apply(before, zone); err != nil {
		return field, 0, err
	}
	if looked, err = s.convertValues(ctx, org, fieldChange{before, field, zone}, note); err != nil {
		return field, looked, err
	}
	if field.IsUnique && !before.IsUnique {
		if err := s.checkDistinct(ctx, org, field); err != nil {
			return field, looked, err
		}
	}
	field.UpdatedAt = s.now()
	return field, looked, s.store.SaveField(ctx, org, field)
}
