package campaign

import (
	"context"

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

func points(n int) *domain.Phrase { return domain.SayN(n, "%s point", "%s points") }

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
	change := crm.PointsChange{Set: s.Set, Points: s.Points, Origin: domain.Mark("a campaign")}
	changed, err := w.CRM.ChangePoints(ctx, w.Journey.Org, w.Journey.Contact, change)
	if err != nil {
		return Move{}, err
	}
	w.Forget()
	return Next(domain.Keep("From %d to %s.", changed.Before, points(changed.After))), nil
}
