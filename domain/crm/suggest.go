package crm

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

const (
	// minSuggest is how many letters suggestions need: one matches nearly everybody.
	minSuggest = 2
	// suggestFrom is how many matches the best are chosen from.
	suggestFrom = 100
)

// Suggestion is a contact as it is offered while somebody types.
type Suggestion struct {
	ID        ContactID
	Firstname *string
	Lastname  *string
	Email     *string
	Phone     *string
	Company   *string
}

// Name is what people call the contact, as Contact.Name does.
func (s Suggestion) Name() ContactName {
	return NameOf(s.ID, s.Firstname, s.Lastname, s.Email, s.Phone)
}

// Suggestions finds contacts quickly.
type Suggestions interface {
	// SuggestContacts returns some contacts whose names, address, company or phone contain text, in
	// no order. It neither counts nor sorts, so that it answers at once among millions; of two letters
	// only those whose first or last name begins with them.
	SuggestContacts(ctx context.Context, org domain.OrgID, text string, limit int) ([]Suggestion, error)
}

// SuggestContacts returns at most limit contacts for what somebody is typing, best first: names and
// addresses that begin with it before those that contain it. Where more than a hundred match, the best
// of a hundred are returned. Less than two letters find nobody.
func (s *Service) SuggestContacts(ctx context.Context, org domain.OrgID, text string, limit int) ([]Suggestion, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	text = strings.ToLower(strings.TrimSpace(text))
	if len([]rune(text)) < minSuggest || textProblem(text, maxSearch) != nil {
		return nil, nil
	}
	found, err := s.store.SuggestContacts(ctx, org, text, suggestFrom)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(a.distance(text), b.distance(text)), cmp.Compare(strings.ToLower(a.Name().String()), strings.ToLower(b.Name().String())), cmp.Compare(a.ID, b.ID))
	})
	return found[:min(limit, len(found))], nil
}

// distance is lower for what somebody who types text rather means.
func (s Suggestion) distance(text string) int {
	email, name := strings.ToLower(deref(s.Email)), strings.ToLower(s.Name().String())
	switch {
	case email == text || name == text:
		return 0
	case strings.HasPrefix(name, text), strings.HasPrefix(strings.ToLower(deref(s.Lastname)), text):
		return 1
	case strings.HasPrefix(email, text):
		return 2
	case strings.Contains(name, text):
		return 3
	}
	return 4
}
