package crm

import (
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// FieldValue is the value of one contact.
type FieldValue struct {
	Contact ContactID
	Value   any
}

// FieldValues keeps the values of custom fields, those of deleted contacts too: they may come back.
type FieldValues interface {
	// FieldValues returns values of an alias in the order of contacts, those after a contact.
	FieldValues(ctx context.Context, org domain.OrgID, alias string, after ContactID, limit int) ([]FieldValue, error)
	// SaveFieldValues stores values in place of those that are there.
	SaveFieldValues(ctx context.Context, org domain.OrgID, alias string, values []FieldValue) error
	// DropFieldValues removes values of an alias from the next contacts after one, by their ids. It returns the
	// last contact that it has looked at, 0 when there was none, and how many lost a value.
	DropFieldValues(ctx context.Context, org domain.OrgID, alias string, after ContactID) (last ContactID, dropped int, err error)
	// CountFieldValues says how many contacts have a value of an alias, and stops counting at most.
	CountFieldValues(ctx context.Context, org domain.OrgID, alias string, most int) (int, error)
	// SharedFieldValues says how many contacts have a value that another has too, whatever the case.
	SharedFieldValues(ctx context.Context, org domain.OrgID, alias string) (int, error)
	// ContactByField returns a contact with a value of an alias as text, whatever the case; 0: none.
	ContactByField(ctx context.Context, org domain.OrgID, alias, value string) (ContactID, error)
}

// convertBatch is how many values are looked at in one round trip.
const convertBatch = 5000

// fieldChange is a definition as it was and as it will be.
type fieldChange struct {
	before, after Field
	zone          *time.Location
}

// convertValues brings what contacts have into the form of a changed definition, and says how many
// values it has looked at. It is a Conflict if a value would be lost; the transaction is then to be
// rolled back.
func (s *Service) convertValues(ctx context.Context, org domain.OrgID, c fieldChange, note func(done int64) error) (looked int64, err error) {
	before, after, zone := c.before, c.after, c.zone
	if !after.narrows(before) {
		return 0, nil
	}
	lost, example := 0, ""
	for last := ContactID(0); ; {
		values, err := s.store.FieldValues(ctx, org, before.Alias, last, convertBatch)
		if err != nil {
			return looked, err
		}
		if len(values) == 0 {
			break
		}
		last = values[len(values)-1].Contact
		var changed []FieldValue
		for _, held := range values {
			value, ok := after.convert(before, held.Value, zone)
			switch {
			case !ok:
				if lost++; example == "" {
					example = shorten(before.Show(held.Value, zone), 60)
				}
			case !reflect.DeepEqual(value, held.Value):
				changed = append(changed, FieldValue{Contact: held.Contact, Value: value})
			}
		}
		if lost == 0 && len(changed) > 0 {
			if err := s.store.SaveFieldValues(ctx, org, before.Alias, changed); err != nil {
				return looked, err
			}
		}
		looked += int64(len(values))
		if err := note(looked); err != nil {
			return looked, err
		}
	}
	return looked, after.losing(before, lost, example)
}

// losing says which change can't be made because contacts hold values that it would lose.
func (f Field) losing(before Field, lost int, example string) error {
	if lost == 0 {
		return nil
	}
	holders := domain.SayN(lost, "%s contact holds", "%s contacts hold")
	field, conflict := "type", domain.Conflict("%s a value such as “%s”, so the type can't be changed. Change their values first.", holders, example)
	switch {
	case f.Type != before.Type:
	case f.Type.HasOptions() && !slices.Equal(f.Options, before.Options):
		field, conflict = "options", domain.Conflict("%s a value such as “%s”, so the option can't be removed. Change their values first.", holders, example)
	default:
		field, conflict = "settings", domain.Conflict("%s a value such as “%s”, which would no longer fit. Change their values first.", holders, example)
	}
	conflict.Field = field
	return conflict
}

// narrows says whether values of another definition may have to change to fit this one.
func (f Field) narrows(before Field) bool {
	switch {
	case f.Type == before.Type && f.Type.isText(), f.Type.isText() && before.Type.isText():
		return f.longest() < before.longest() || before.Type.ManyLines() && !f.Type.ManyLines()
	case f.Type != before.Type:
		return true
	case f.Type.HasOptions():
		return f.lacksOption(before)
	case f.Type == FieldNumber:
		return f.Settings.Decimals < before.Settings.Decimals
	}
	return f.longest() < before.longest()
}

// lacksOption says whether another definition offers a value that this one does not.
func (f Field) lacksOption(before Field) bool {
	return slices.ContainsFunc(before.Options, func(old FieldOption) bool {
		return !slices.ContainsFunc(f.Options, func(o FieldOption) bool { return o.Value == old.Value })
	})
}

// convert brings a value of another definition into the form of this one, unless something would be
// lost: turning it back must give the same. From a text only its meaning is taken.
func (f Field) convert(before Field, held any, zone *time.Location) (any, bool) {
	value, problem := f.normal(before.Text(held), zone)
	if problem != nil || value == nil {
		return nil, false
	}
	if before.Type.isText() {
		return value, true
	}
	back, problem := before.normal(f.Text(value), zone)
	return value, problem == nil && reflect.DeepEqual(back, held)
}
