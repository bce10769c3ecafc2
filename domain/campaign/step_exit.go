package campaign

import "context"

// Exit ends the journey here.
type Exit struct{}

// Describe implements Settings.
func (Exit) Describe() string { return "Exit" }

// Validate implements Settings. An exit is always complete.
func (Exit) Validate(*Validation) {}

// Walk implements Settings.
func (Exit) Walk(context.Context, *Walker) (Move, error) { return Leave("Left at an exit."), nil }
