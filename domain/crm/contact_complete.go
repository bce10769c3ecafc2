package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
)

// SearchValues knows which values searches for contacts can ask for.
type SearchValues interface {
	// SearchValues returns values of a command that begin with a text, or have a word that does, whatever the
	// case. Of commands without a list of values it returns none.
	SearchValues(ctx context.Context, org domain.OrgID, command, begin string, limit int) ([]search.Value, error)
}

// CompleteContactSearch returns what stands at a cursor in a search for contacts, and what it may become:
// commands, or values of the command. The cursor is a number of characters.
func (s *Service) CompleteContactSearch(ctx context.Context, org domain.OrgID, text string, cursor int) (search.Place, []search.Command, []search.Value, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return search.Place{}, nil, nil, err
	}
	if err := checkSearch(text); err != nil {
		return search.Place{}, nil, nil, err
	}
	fields, err := s.store.Fields(ctx, org)
	if err != nil {
		return search.Place{}, nil, nil, err
	}
	place, commands, values := ContactCommands(fields).Complete(text, cursor)
	if place.Unlisted() {
		values, err = s.store.SearchValues(ctx, org, place.Command.Name, place.Typed, search.MaxCompletions)
	}
	return place, commands, values, err
}
