package crm

import (
	"context"
	"regexp"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
)

// Bounds of views.
const (
	maxViewName    = 100
	maxViewColumns = 40
)

var (
	viewOrder  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_.]{0,49}$`)
	viewColumn = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_.]{0,79}$`)
)

// seenBy says whether the view is shown to somebody of its organization.
func (v View) seenBy(actor identity.Actor) bool { return v.IsShared || v.isOf(actor) }

func (v View) isOf(actor identity.Actor) bool {
	return v.OwnerID != nil && *v.OwnerID == actor.User
}

// ChangedBy says whether somebody of its organization may change the view. One's own is everybody's own
// business. What colleagues see changes only by those who may edit contacts: its owner, and those who may
// change settings.
func (v View) ChangedBy(actor identity.Actor) bool {
	if !v.IsShared {
		return v.isOf(actor)
	}
	return actor.May(identity.EditContacts) && (v.isOf(actor) || v.OwnerID == nil || actor.May(identity.EditSettings))
}

// ownView reads a view for whoever wants to change it.
func (s *Service) ownView(ctx context.Context, org domain.OrgID, id ViewID,
	read func(context.Context, domain.OrgID, ViewID) (View, error),
) (View, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return View{}, err
	}
	view, err := read(ctx, org, id)
	actor := identity.ActorFrom(ctx)
	switch {
	case err != nil:
		return View{}, err
	case !view.seenBy(actor):
		return View{}, noView(id)
	case !actor.May(identity.EditContacts) && !view.ChangedBy(actor):
		return View{}, domain.Forbidden("Only those who may edit contacts can change shared views. Save it under another name to have your own.")
	case !view.ChangedBy(actor):
		return View{}, domain.Forbidden("Only %s can change the view %q. Save it under another name to have your own.", view.ownerName(), view.Name)
	}
	return view, nil
}

func (v View) ownerName() string {
	if v.OwnerName == "" {
		return "its owner"
	}
	return v.OwnerName
}

func (p ViewPatch) apply(v *View) {
	for _, change := range []struct{ to, from *string }{
		{&v.Name, p.Name}, {&v.Search, p.Search}, {&v.OrderBy, p.OrderBy}, {&v.OrderDir, p.OrderDir},
	} {
		if change.from != nil {
			*change.to = *change.from
		}
	}
	if p.Columns != nil {
		v.Columns = *p.Columns
	}
	if p.IsShared != nil {
		v.IsShared = *p.IsShared
	}
}

// checkView brings a view into its normal form and says what is wrong with it.
func (s *Service) checkView(ctx context.Context, org domain.OrgID, v *View) error {
	v.Name, v.Search = strings.TrimSpace(v.Name), strings.TrimSpace(v.Search)
	if v.List == "" {
		v.List = ContactViews
	}
	if v.Columns == nil {
		v.Columns = []string{}
	}
	var findings domain.Findings
	if v.Name == "" {
		findings.Add("name", "A view needs a name.")
	} else if problem := textProblem(v.Name, maxViewName); problem != nil {
		findings.Say("name", problem)
	}
	if v.List != ContactViews {
		findings.Add("list", "There are no views of %.50q.", v.List)
	}
	if v.OrderBy != "" && !viewOrder.MatchString(v.OrderBy) {
		findings.Add("orderBy", "The list can't be ordered by %.80q.", v.OrderBy)
	}
	if v.OrderDir != "" && v.OrderDir != "asc" && v.OrderDir != "desc" {
		findings.Add("orderDir", "The order is asc or desc.")
	}
	if len(v.Columns) > maxViewColumns {
		findings.Add("columns", "A view has at most %d columns.", maxViewColumns)
	}
	for _, column := range v.Columns {
		if !viewColumn.MatchString(column) {
			findings.Add("columns", "There is no column %.80q.", column)
			break
		}
	}
	if v.OwnerID == nil && !v.IsShared {
		findings.Add("shared", "A view that no person keeps has to be shared.")
	}
	if err := findings.Err(); err != nil {
		return err
	}
	if actor := identity.ActorFrom(ctx); v.IsShared && !actor.May(identity.EditContacts) {
		return domain.Forbidden("Only those who may edit contacts can share views. Save it without sharing to have your own.")
	}
	_, err := s.ParseContactSearch(ctx, org, v.Search)
	return err
}

// ParseContactSearch reads a search for contacts of org; nil when it asks for nothing.
func (s *Service) ParseContactSearch(ctx context.Context, org domain.OrgID, text string) (search.Expr, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	fields, err := s.store.Fields(ctx, org)
	if err != nil {
		return nil, err
	}
	return search.Parse(text, ContactCommands(fields))
}

func noView(id ViewID) error { return domain.NotFound("There is no view %d.", id) }
