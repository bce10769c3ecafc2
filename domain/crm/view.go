package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// ViewID names a view.
type ViewID int64

// ViewList names the list that a view is of.
type ViewList string

// ContactViews are views of the list of contacts.
const ContactViews ViewList = "contacts"

// View is a way to look at a list that somebody keeps under a name.
type View struct {
	ID        ViewID
	List      ViewList
	Name      string // unique among the views of a list and an owner
	Search    string // in the language of the list's search box
	OrderBy   string // "": the list's own order
	OrderDir  string
	Columns   []string         // in their order; none: those that whoever looks has chosen
	OwnerID   *identity.UserID // nil: made by a program
	OwnerName string
	IsShared  bool // colleagues see it
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Views keeps views. Deleted ones are absent for all but RestoreView.
type Views interface {
	// Views returns the views of a list that a user sees: their own, then the shared ones of others, by name.
	Views(ctx context.Context, org domain.OrgID, list ViewList, user identity.UserID) ([]View, error)
	View(ctx context.Context, org domain.OrgID, id ViewID) (View, error)
	// DeletedView reads a view that is deleted.
	DeletedView(ctx context.Context, org domain.OrgID, id ViewID) (View, error)
	// InsertView and SaveView answer Conflict when the owner has a view of the name.
	InsertView(ctx context.Context, org domain.OrgID, v View) (ViewID, error)
	SaveView(ctx context.Context, org domain.OrgID, v View) error
	DeleteView(ctx context.Context, org domain.OrgID, id ViewID) error
	// RestoreView undoes DeleteView, or answers Conflict when its name was given away.
	RestoreView(ctx context.Context, org domain.OrgID, id ViewID) error
}

// Views returns the views of a list that whoever is calling sees, their own first.
func (s *Service) Views(ctx context.Context, org domain.OrgID, list ViewList) ([]View, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	return s.store.Views(ctx, org, list, identity.ActorFrom(ctx).User)
}

// View returns one view; NotFound when it is absent, another organization's, or a colleague's own.
func (s *Service) View(ctx context.Context, org domain.OrgID, id ViewID) (View, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return View{}, err
	}
	view, err := s.store.View(ctx, org, id)
	if err == nil && !view.seenBy(identity.ActorFrom(ctx)) {
		return View{}, noView(id)
	}
	return view, err
}

// ViewInput describes a view.
type ViewInput struct {
	List     ViewList // ContactViews when empty
	Name     string
	Search   string
	OrderBy  string
	OrderDir string
	Columns  []string
	IsShared bool
}

// CreateView keeps a view of whoever is calling. Programs make shared ones only.
func (s *Service) CreateView(ctx context.Context, org domain.OrgID, in ViewInput) (View, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return View{}, err
	}
	view := View{
		List: in.List, Name: in.Name, Search: in.Search, OrderBy: in.OrderBy, OrderDir: in.OrderDir, Columns: in.Columns,
		IsShared: in.IsShared, CreatedAt: s.now(), UpdatedAt: s.now(),
	}
	actor := identity.ActorFrom(ctx)
	if actor.User != 0 {
		view.OwnerID, view.OwnerName = &actor.User, actor.Name
	}
	if err := s.checkView(ctx, org, &view); err != nil {
		return View{}, err
	}
	return view, s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		view.ID, err = s.store.InsertView(ctx, org, view)
		return err
	})
}

// ViewPatch changes a view. What is nil stays.
type ViewPatch struct {
	Name     *string
	Search   *string
	OrderBy  *string
	OrderDir *string
	Columns  *[]string
	IsShared *bool
}

// UpdateView changes what the patch names. View.ChangedBy says who may.
func (s *Service) UpdateView(ctx context.Context, org domain.OrgID, id ViewID, patch ViewPatch) (View, error) {
	var view View
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if view, err = s.ownView(ctx, org, id, s.store.View); err != nil {
			return err
		}
		patch.apply(&view)
		view.UpdatedAt = s.now()
		if err := s.checkView(ctx, org, &view); err != nil {
			return err
		}
		return s.store.SaveView(ctx, org, view)
	})
	return view, err
}

// DeleteView removes a view. RestoreView brings it back until the purge, 30 days later.
func (s *Service) DeleteView(ctx context.Context, org domain.OrgID, id ViewID) error {
	return s.tx.InTx(ctx, org, func(ctx context.Context) error {
		if _, err := s.ownView(ctx, org, id, s.store.View); err != nil {
			return err
		}
		return s.store.DeleteView(ctx, org, id)
	})
}

// RestoreView undoes DeleteView.
func (s *Service) RestoreView(ctx context.Context, org domain.OrgID, id ViewID) (View, error) {
	var view View
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if view, err = s.ownView(ctx, org, id, s.store.DeletedView); err != nil {
			return err
		}
		return s.store.RestoreView(ctx, org, id)
	})
	return view, err
}
