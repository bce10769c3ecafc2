package identity

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/mauntic/mauntic/domain"
)

// maxPreference bounds what one preference holds, as JSON.
const maxPreference = 16 << 10 // bytes

// Preferences keeps what people have chosen for themselves.
type Preferences interface {
	// Preferences returns the values of a member's preferences by name; absent ones are left out.
	Preferences(ctx context.Context, org domain.OrgID, user UserID, names []string) (map[string]json.RawMessage, error)
	// SetPreference stores a value; nil forgets it.
	SetPreference(ctx context.Context, org domain.OrgID, user UserID, name string, value json.RawMessage) error
}

// Preference reads what the person who is calling has chosen under a name into value, a pointer. It
// leaves value as it is when nothing is chosen, and for callers who are no person.
func (s *Service) Preference(ctx context.Context, org domain.OrgID, name string, value any) error {
	if err := Require(ctx, org, ViewContacts); err != nil {
		return err
	}
	user := ActorFrom(ctx).User
	if user == 0 {
		return nil
	}
	found, err := s.store.Preferences(ctx, org, user, []string{name})
	if err != nil || found[name] == nil {
		return err
	}
	if err := json.Unmarshal(found[name], value); err != nil {
		return fmt.Errorf("read preference %s: %w", name, err)
	}
	return nil
}

// SetPreference remembers a choice of the person who is calling; nil forgets it. For callers who are
// no person it does nothing.
func (s *Service) SetPreference(ctx context.Context, org domain.OrgID, name string, value any) error {
	if err := Require(ctx, org, ViewContacts); err != nil {
		return err
	}
	user := ActorFrom(ctx).User
	if user == 0 {
		return nil
	}
	if value == nil {
		return s.store.SetPreference(ctx, org, user, name, nil)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write preference %s: %w", name, err)
	}
	if len(encoded) > maxPreference {
		return domain.TooLarge(name, "This is more than can be remembered.")
	}
	return s.store.SetPreference(ctx, org, user, name, encoded)
}
