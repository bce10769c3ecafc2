package crm

import (
	"context"
	"slices"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
)

// FieldUseKind says what sort of thing uses a field.
type FieldUseKind string

// What uses fields.
const (
	UsedByCampaign FieldUseKind = "campaign"
	UsedByEmail    FieldUseKind = "email"
	UsedBySMS      FieldUseKind = "sms"
	UsedByView     FieldUseKind = "view"   // of the list of contacts
	UsedByImport   FieldUseKind = "import" // that has not ended
)

// FieldUse is something that would break without a custom field.
type FieldUse struct {
	Kind FieldUseKind
	ID   int64
	Name string // "": a view that whoever asks may not see
}

// FewUses is how many of a kind are named at most.
const FewUses = 20

// FieldUses finds where else custom fields are used.
type FieldUses interface {
	// FieldUses names what would break without a field: at most FewUses of each kind, by name.
	FieldUses(ctx context.Context, org domain.OrgID, alias string) ([]FieldUse, error)
}

// FieldUsers keeps what of contacts uses fields.
type FieldUsers interface {
	// ViewsNaming returns views whose search, order or columns hold a text, of all people, by name.
	ViewsNaming(ctx context.Context, org domain.OrgID, text string) ([]View, error)
	// ImportsNaming returns imports that have not ended and of which a column goes into a field, or
	// which know contacts by it.
	ImportsNaming(ctx context.Context, org domain.OrgID, field string, limit int) ([]FieldUse, error)
}

// AskUses sets who else knows where fields are used. Call it while wiring, before the first use case.
func (s *Service) AskUses(uses ...FieldUses) { s.uses = uses }

// FieldUses names everything that would break without a custom field, by kind and name.
func (s *Service) FieldUses(ctx context.Context, org domain.OrgID, id FieldID) ([]FieldUse, error) {
	if err := identity.Require(ctx, org, identity.EditSettings); err != nil {
		return nil, err
	}
	field, err := s.Field(ctx, org, id)
	if err != nil {
		return nil, err
	}
	return s.usesOf(ctx, org, field)
}

func (s *Service) usesOf(ctx context.Context, org domain.OrgID, field Field) ([]FieldUse, error) {
	var all []FieldUse
	for _, others := range s.uses {
		uses, err := others.FieldUses(ctx, org, field.Alias)
		if err != nil {
			return nil, err
		}
		all = append(all, uses...)
	}
	views, err := s.viewsUsing(ctx, org, field)
	if err != nil {
		return nil, err
	}
	imports, err := s.store.ImportsNaming(ctx, org, importCustom+field.Alias, FewUses)
	return slices.Concat(all, views, imports), err
}

// viewsUsing returns the views that search for a field, show it or are ordered by it.
func (s *Service) viewsUsing(ctx context.Context, org domain.OrgID, field Field) ([]FieldUse, error) {
	views, err := s.store.ViewsNaming(ctx, org, field.Alias)
	if err != nil {
		return nil, err
	}
	fields, err := s.store.Fields(ctx, org)
	if err != nil {
		return nil, err
	}
	commands := ContactCommands(fields)
	searched := contactCommands.Find(field.Alias) == nil // else the word means something of every contact
	actor := identity.ActorFrom(ctx)
	var uses []FieldUse
	for _, view := range views {
		asked, err := search.Parse(view.Search, commands)
		inSearch := err == nil && searched && asksFor(asked, field.Alias)
		if len(uses) == FewUses || !inSearch && !view.shows(field.Alias) {
			continue
		}
		use := FieldUse{Kind: UsedByView, ID: int64(view.ID)}
		if view.seenBy(actor) {
			use.Name = view.Name
		}
		uses = append(uses, use)
	}
	return uses, nil
}

// shows says whether the view has a column of the field or is ordered by it.
func (v View) shows(alias string) bool {
	custom := importCustom + alias
	return v.OrderBy == custom || slices.Contains(v.Columns, custom)
}

// asksFor says whether a search has a term about a field.
func asksFor(x search.Expr, alias string) bool {
	about := func(x search.Expr) bool { return asksFor(x, alias) }
	switch x := x.(type) {
	case search.And:
		return slices.ContainsFunc(x, about)
	case search.Or:
		return slices.ContainsFunc(x, about)
	case search.Not:
		return about(x.X)
	case search.Term:
		return x.Command == alias
	}
	return false
}

// checkUnused refuses to delete a field that something else needs.
func (s *Service) checkUnused(ctx context.Context, org domain.OrgID, field Field) error {
	uses, err := s.usesOf(ctx, org, field)
	if err != nil || len(uses) == 0 {
		return err
	}
	const few = 5
	names := make([]*domain.Phrase, 0, few+1)
	for _, use := range uses[:min(few, len(uses))] {
		names = append(names, use.Phrase())
	}
	if more := len(uses) - few; more > 0 {
		names = append(names, domain.Say("%d more", more))
	}
	return domain.Conflict("“%s” is used by %s. Change that first.", field.Label, domain.ListOf(names))
}

// Phrase names the thing in a sentence.
func (u FieldUse) Phrase() *domain.Phrase {
	switch {
	case u.Kind == UsedByCampaign:
		return domain.Say("the campaign “%s”", u.Name)
	case u.Kind == UsedByEmail:
		return domain.Say("the email “%s”", u.Name)
	case u.Kind == UsedBySMS:
		return domain.Say("the SMS “%s”", u.Name)
	case u.Kind == UsedByImport:
		return domain.Say("the import of “%s”", u.Name)
	case u.Name == "":
		return domain.Say("a view of a colleague")
	}
	return domain.Say("the view “%s”", u.Name)
}
