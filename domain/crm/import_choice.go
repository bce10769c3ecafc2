package crm

import (
	"context"
	"slices"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ImportChoices are what people choose from while they say what an import does.
type ImportChoices struct {
	Fields   []Field // published custom fields, in the order of forms
	Segments []Segment
	Owners   []Colleague
}

// ImportChoices returns what columns and options of an import can be set to.
func (s *Service) ImportChoices(ctx context.Context, org domain.OrgID) (ImportChoices, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return ImportChoices{}, err
	}
	var choices ImportChoices
	fields, err := s.store.Fields(ctx, org)
	if err != nil {
		return choices, err
	}
	choices.Fields = slices.DeleteFunc(fields, func(f Field) bool { return !f.IsPublished })
	if choices.Owners, err = s.store.Owners(ctx, org); err != nil {
		return choices, err
	}
	segments, err := s.store.Segments(ctx, org, domain.PageQuery{Limit: domain.MaxLimit, OrderBy: "name", OrderDir: "asc"})
	choices.Segments = segments.Items
	return choices, err
}
