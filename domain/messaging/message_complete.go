package messaging

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/search"
)

// CompleteMessageSearch finds what stands at a cursor in the text of a search for messages, and what it may
// become: commands, or values, of which names of campaigns, emails and SMS are looked up.
func (s *Service) CompleteMessageSearch(ctx context.Context, org domain.OrgID, text string, cursor int) (search.Place, []search.Command, []search.Value, error) {
	if err := identity.Require(ctx, org, identity.ViewEmails); err != nil {
		return search.Place{}, nil, nil, err
	}
	place, commands, values := MessageCommands.Complete(domain.PageQuery{Search: text}.Normal().Search, cursor)
	if !place.Unlisted() {
		return place, commands, values, nil
	}
	names, err := s.namesLike(ctx, org, place)
	for _, name := range names[:min(len(names), search.MaxCompletions)] {
		values = append(values, search.Value{Value: name})
	}
	return place, commands, values, err
}

// namesLike are names that hold what is typed behind a command.
func (s *Service) namesLike(ctx context.Context, org domain.OrgID, place search.Place) (names []string, err error) {
	like := search.Term{Command: search.ByName.Name, Value: place.Typed, Literal: true}
	some := domain.PageQuery{Limit: search.MaxCompletions, OrderBy: "name", OrderDir: "asc"}
	if place.Typed != "" {
		some.Search = search.String(like)
	}
	switch place.Command.Name {
	case "campaign":
		if s.finder == nil {
			return nil, nil
		}
		found, err := s.finder.CampaignsNamed(ctx, org, like)
		for _, campaign := range found {
			names = append(names, campaign.Name)
		}
		return names, err
	case "email":
		found, err := s.store.Emails(ctx, org, some)
		for _, email := range found.Items {
			names = append(names, email.Name)
		}
		return names, err
	case "sms":
		found, err := s.store.Texts(ctx, org, some)
		for _, text := range found.Items {
			names = append(names, text.Name)
		}
		return names, err
	}
	return nil, nil
}
