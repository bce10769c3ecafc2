package crm

import (
	"context"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
)

// maxCompletions is how many values complete a search.
const maxCompletions = 8

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
	known := ContactCommands(fields)
	place := known.At(text, cursor)
	if place.Command.Name == "" {
		return place, beginning(known, place.Typed), nil, nil
	}
	values, err := s.values(ctx, org, place)
	return place, nil, values, err
}

// beginning returns the commands that a word may become.
func beginning(known search.Commands, typed string) []search.Command {
	typed = strings.ToLower(strings.TrimSuffix(typed, ":"))
	found := slices.DeleteFunc(slices.Clone(known), func(c search.Command) bool { return !strings.HasPrefix(c.Name, typed) })
	return found[:min(len(found), maxCompletions)]
}

// days are what people ask of a date most often.
var days = []search.Value{
	{Value: "today", Label: "today"},
	{Value: "yesterday", Label: "yesterday"},
	{Value: ">=-7d", Label: "the last 7 days"},
	{Value: ">=-30d", Label: "the last 30 days"},
	{Value: "<-365d", Label: "more than a year ago"},
}

func (s *Service) values(ctx context.Context, org domain.OrgID, place search.Place) ([]search.Value, error) {
	switch place.Command.Kind {
	case search.IDs, search.Number:
		return nil, nil
	case search.Date:
		if place.Op != search.Is || place.Typed != "" {
			return nil, nil
		}
		return days, nil
	}
	if offered := place.Command.Values; len(offered) > 0 {
		typed := strings.ToLower(place.Typed)
		fitting := slices.DeleteFunc(slices.Clone(offered), func(v search.Value) bool {
			return !strings.HasPrefix(strings.ToLower(v.Value), typed) && !strings.HasPrefix(strings.ToLower(v.Label), typed)
		})
		return fitting[:min(len(fitting), 3*maxCompletions)], nil
	}
	return s.store.SearchValues(ctx, org, place.Command.Name, place.Typed, maxCompletions)
}
