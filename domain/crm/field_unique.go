package crm

import (
	"context"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// IndexState says how far the index of a field is.
type IndexState string

// The states of an index.
const (
	IndexNone     IndexState = ""         // the field asks for none
	IndexBuilding IndexState = "building" // or its building was cut off: saving the field builds it again
	IndexReady    IndexState = "ready"
	IndexMissing  IndexState = "missing" // its building failed
)

// FieldIndexes keeps the indexes that definitions ask for: on lower(fields->>'alias') of the contacts
// of the organization, unique where the field identifies contacts.
type FieldIndexes interface {
	// KeepFieldIndex builds or drops indexes until they are as the definition asks for. It runs
	// outside of any transaction and may take minutes. Conflict: two contacts share a value.
	KeepFieldIndex(ctx context.Context, org domain.OrgID, f Field) error
	// FieldIndexes returns the states of indexes by alias.
	FieldIndexes(ctx context.Context, org domain.OrgID, fields []Field) (map[string]IndexState, error)
}

// indexPatience is how long a caller waits for an index; it is then built in the background.
const indexPatience = 10 * time.Second

// keepIndex lets the index of a field follow its definition.
func (s *Service) keepIndex(ctx context.Context, org domain.OrgID, field Field) error {
	done := make(chan error, 1)
	go func() { done <- s.store.KeepFieldIndex(context.WithoutCancel(ctx), org, field) }()
	select {
	case err := <-done:
		return err
	case <-time.After(indexPatience):
		return nil // FieldIndexStates tells what becomes of it
	case <-ctx.Done():
		return ctx.Err()
	}
}

// FieldIndexStates says how far the indexes of fields are, by alias.
func (s *Service) FieldIndexStates(ctx context.Context, org domain.OrgID) (map[string]IndexState, error) {
	fields, err := s.Fields(ctx, org)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(fields, func(f Field) bool { return f.IsIndexed || f.IsUnique }) {
		return nil, nil
	}
	return s.store.FieldIndexes(ctx, org, fields)
}

// checkDistinct refuses to let a field identify contacts while some share a value.
func (s *Service) checkDistinct(ctx context.Context, org domain.OrgID, field Field) error {
	shared, err := s.store.SharedFieldValues(ctx, org, field.Alias)
	if err != nil || shared == 0 {
		return err
	}
	conflict := domain.Conflict("%s share a value of “%s” with another, so it can't identify contacts. Change their values first.", someContacts(shared), field.Label)
	conflict.Field = "isUnique"
	return conflict
}

// checkUnique refuses values of identifying fields that another contact than id has.
func (s *Service) checkUnique(ctx context.Context, org domain.OrgID, id ContactID, set FieldSet, values map[string]any) error {
	for _, field := range set.Published() {
		value := values[field.Alias]
		if !field.IsUnique || value == nil {
			continue
		}
		other, err := s.store.ContactByField(ctx, org, field.Alias, field.Text(value))
		if err != nil {
			return err
		}
		if other != 0 && other != id {
			conflict := domain.Conflict("Contact %d has the value “%s” of “%s” already.", other, shorten(field.Text(value), 60), field.Label)
			conflict.Field = "fields." + field.Alias
			return conflict
		}
	}
	return nil
}

// changedValues are the custom fields among what was changed.
func changedValues(fields map[string]any, changed []string) map[string]any {
	values := map[string]any{}
	for _, name := range changed {
		if value, ok := fields[name]; ok {
			values[name] = value
		}
	}
	return values
}
