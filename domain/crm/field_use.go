package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
)

// FieldUses finds where else custom fields are used.
type FieldUses interface {
	// FieldUses names, for people, what would break without a field.
	FieldUses(ctx context.Context, org domain.OrgID, alias string) ([]*domain.Phrase, error)
}

// AskUses sets who knows where fields are used. Call it while wiring, before the first use case.
func (s *Service) AskUses(uses FieldUses) { s.uses = uses }

// checkUnused refuses to delete a field that something else needs.
func (s *Service) checkUnused(ctx context.Context, org domain.OrgID, field Field) error {
	if s.uses == nil {
		return nil
	}
	users, err := s.uses.FieldUses(ctx, org, field.Alias)
	if err != nil || len(users) == 0 {
		return err
	}
	return domain.Conflict("“%s” is used by %s. Change that first.", field.Label, domain.ListOf(users))
}
