package campaign

import (
	"context"

	"github.com/mauntic/mauntic/domain"
)

// Exit ends the journey here.
type Exit struct{}

// Describe implements Settings.
func (Exit) Describe() *domain.Phrase { return domain.Say("Exit") }

// Validate implements Settings. An exit is always complete.
func (Exit) Validate(*Validation) {}

// Walk implements Settings.
func (Exit) Walk(context.Context, *Walker) (Move, error) {
	return Leave(domain.Keep("Left at an exit.")), nil
}
