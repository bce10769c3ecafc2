package campaign

import (
	"context"
	"maps"
	"slices"

	"github.com/mauntic/mauntic/domain"
)

// UpdateContact sets fields of the contact. An empty value clears the field.
type UpdateContact struct {
	Fields map[string]string `json:"fields"`
}

// Describe implements Settings.
func (s UpdateContact) Describe() *domain.Phrase {
	if len(s.Fields) == 0 {
		return domain.Say("Update contact")
	}
	return domain.Say("Set %s", domain.ListOf(slices.Sorted(maps.Keys(s.Fields))))
}

// Validate implements Settings.
func (s UpdateContact) Validate(v *Validation) {
	if len(s.Fields) == 0 {
		v.Problem("fields", "Name at least one field to set.")
	}
	for _, field := range slices.Sorted(maps.Keys(s.Fields)) {
		if err := v.Fields.Check(field, s.Fields[field]); err != nil {
			v.Refuse("fields."+field, domain.PhraseOf(err))
		}
	}
}

// Walk implements Settings.
func (s UpdateContact) Walk(ctx context.Context, w *Walker) (Move, error) {
	if _, err := w.CRM.SetFields(ctx, w.Journey.Org, w.Journey.Contact, s.Fields); err != nil {
		return Move{}, err
	}
	w.Forget()
	return Next(domain.Keep("Contact updated.")), nil
}
