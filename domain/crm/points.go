package crm

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// PointsChange changes a contact's points: to a number, or by one.
type PointsChange struct {
	Set bool // to Points; otherwise Points are added, or taken away when negative
	// Points that lead beyond what a contact can have lead to the most, or the least, it can have.
	Points int
	Origin string // what made the change, for the timeline; "" when a person did
}

// PointsChanged is what came of it.
type PointsChanged struct{ Before, After int }

// Points changes the points of contacts.
type Points interface {
	// ChangePoints does it in one statement, so that of two changes at once none is lost.
	ChangePoints(ctx context.Context, org domain.OrgID, id ContactID, change PointsChange) (PointsChanged, error)
}

// ChangePoints changes the points of a contact and writes a points.changed event, unless nothing
// changes. NotFound when the contact is absent or another organization's.
func (s *Service) ChangePoints(ctx context.Context, org domain.OrgID, id ContactID, change PointsChange) (changed PointsChanged, err error) {
	if err := identity.Require(ctx, org, identity.EditContacts); err != nil {
		return PointsChanged{}, err
	}
	if err := CheckPoints(change.Points); err != nil {
		return PointsChanged{}, err
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		changed, err = s.store.ChangePoints(ctx, org, id, change)
		if err != nil || changed.Before == changed.After {
			return err
		}
		data := origin(ctx, change.Origin)
		data["before"], data["after"] = changed.Before, changed.After
		if err := s.append(ctx, org, Event{Contact: id, Type: EventPointsChanged, Data: data}); err != nil {
			return fmt.Errorf("note change of points: %w", err)
		}
		return nil
	})
	return changed, err
}
