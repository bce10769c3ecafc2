package crm

import (
	"context"
	"sync"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// recentFor is how old definitions may be where contacts are only read.
const recentFor = 5 * time.Second

// recentFields remembers definitions: each message and each condition needs them, and they rarely change.
type recentFields struct {
	mu   sync.Mutex
	sets map[domain.OrgID]recentSet
}

type recentSet struct {
	set FieldSet
	at  time.Time
}

func (r *recentFields) forget(org domain.OrgID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sets, org)
}

func (r *recentFields) get(org domain.OrgID, now time.Time) (FieldSet, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.sets[org]
	return found.set, ok && now.Sub(found.at) < recentFor
}

func (r *recentFields) keep(org domain.OrgID, set FieldSet, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sets == nil {
		r.sets = map[domain.OrgID]recentSet{}
	}
	r.sets[org] = recentSet{set: set, at: now}
}

// RecentFieldSet returns the definitions of org as they were at most a few seconds ago, for those
// who read many contacts. Changes made by this process show at once.
func (s *Service) RecentFieldSet(ctx context.Context, org domain.OrgID) (FieldSet, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return FieldSet{}, err
	}
	now := time.Now() // the age of a memory, not a time of the domain
	if set, ok := s.recent.get(org, now); ok {
		return set, nil
	}
	set, err := s.FieldSet(ctx, org)
	if err == nil {
		s.recent.keep(org, set, now)
	}
	return set, err
}

// Merge returns what messages may say of a contact; see Contact.Merge.
func (s *Service) Merge(ctx context.Context, org domain.OrgID, contact Contact) (map[string]any, error) {
	set, err := s.RecentFieldSet(ctx, org)
	if err != nil {
		return nil, err
	}
	return contact.Merge(set), nil
}
