package campaign

import (
	"context"
	"fmt"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// ChangePoints adds points to the contact, takes some away, or sets them.
type ChangePoints struct {
	Set    bool `json:"set,omitempty"` // to Points, instead of adding them
	Points int  `json:"points"`        // taken away when negative
}

// Describe implements Settings.
func (s ChangePoints) Describe() *domain.Phrase {
	switch {
	case s.Set:
		return domain.Say("Set points to %d", s.Points)
	case s.Points < 0:
		return domain.SayN(-s.Points, "Take away %s point", "Take away %s points")
	case s.Points > 0:
		return domain.SayN(s.Points, "Add %s point", "Add %s points")
	}
	return domain.Say("Change points")
}

func points(n int) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

// Validate implements Settings.
func (s ChangePoints) Validate(v *Validation) {
	if err := crm.CheckPoints(s.Points); err != nil {
		v.Refuse("points", err.Phrase())
	} else if s.Points == 0 && !s.Set {
		v.Problem("points", "Say how many points to add. A negative number takes them away.")
	}
}

// Walk implements Settings.
func (s ChangePoints) Walk(ctx context.Context, w *Walker) (Move, error) {
	change := crm.PointsChange{Set: s.Set, Points: s.Points, Origin: "a campaign"}
	changed, err := w.CRM.ChangePoints(ctx, w.Journey.Org, w.Journey.Contact, change)
	if err != nil {
		return Move{}, err
	}
	w.Forget()
	return Next(fmt.Sprintf("From %d to %s.", changed.Before, points(changed.After))), nil
}
