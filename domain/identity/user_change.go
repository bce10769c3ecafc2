package identity

import (
	"context"
	"slices"

	"github.com/mauntic/mauntic/domain"
)

// BlockUser blocks or unblocks a member of org. A blocked user is signed out at once and can't
// sign in. Nobody blocks themselves, or somebody above them.
func (s *Service) BlockUser(ctx context.Context, org domain.OrgID, id UserID, blocked bool) (User, error) {
	return s.changeUser(ctx, org, id, domain.Say("block"), func(ctx context.Context, u *User) error {
		if blocked {
			if err := s.keepManagers(ctx, org, id, ""); err != nil {
				return err
			}
		}
		if err := s.store.SetUserBlocked(ctx, org, id, blocked); err != nil {
			return err
		}
		u.IsBlocked = blocked
		return s.store.EndSessions(ctx, id)
	})
}

// ChangeRole gives a member of org another role, which counts from their next request on. Nobody
// changes their own role, or that of somebody above them, or hands out one above their own; and an
// organization keeps somebody who manages its users.
func (s *Service) ChangeRole(ctx context.Context, org domain.OrgID, id UserID, role Role) (User, error) {
	return s.changeUser(ctx, org, id, domain.Say("change the role of"), func(ctx context.Context, u *User) error {
		switch {
		case !slices.Contains(ranks, role):
			return domain.Invalid("role", "There is no role %q; use viewer, user, admin or superadmin.", cut(string(role), 60))
		case ActorFrom(ctx).belowRole(role):
			return domain.Forbidden("You may not give somebody a role above your own.")
		}
		if err := s.keepManagers(ctx, org, id, role); err != nil {
			return err
		}
		u.Role = role
		return s.store.SetRole(ctx, org, id, role)
	})
}

// UserChange changes a member: nil leaves it.
type UserChange struct {
	IsBlocked *bool
	Role      *Role
}

// ChangeUser does what BlockUser and ChangeRole do, all or nothing. Without a change it only reads.
func (s *Service) ChangeUser(ctx context.Context, org domain.OrgID, id UserID, in UserChange) (u User, err error) {
	if err := Require(ctx, org, ManageUsers); err != nil {
		return User{}, err
	}
	if u, err = s.store.User(ctx, org, id); err != nil {
		return User{}, err
	}
	err = s.tx.InTx(ctx, org, func(ctx context.Context) error {
		if in.Role != nil {
			if u, err = s.ChangeRole(ctx, org, id, *in.Role); err != nil {
				return err
			}
		}
		if in.IsBlocked != nil {
			u, err = s.BlockUser(ctx, org, id, *in.IsBlocked)
		}
		return err
	})
	return u, err
}

// EndUserSessions signs a member of org out everywhere. They can sign in again.
func (s *Service) EndUserSessions(ctx context.Context, org domain.OrgID, id UserID) (User, error) {
	return s.changeUser(ctx, org, id, domain.Say("sign out"), func(ctx context.Context, _ *User) error {
		return s.store.EndSessions(ctx, id)
	})
}

// changeUser changes a member whom the actor may touch: not themselves, and nobody above them.
func (s *Service) changeUser(ctx context.Context, org domain.OrgID, id UserID, verb *domain.Phrase, change func(context.Context, *User) error) (User, error) {
	if err := Require(ctx, org, ManageUsers); err != nil {
		return User{}, err
	}
	var u User
	err := s.tx.InTx(ctx, org, func(ctx context.Context) (err error) {
		if u, err = s.store.User(ctx, org, id); err != nil {
			return err
		}
		switch actor := ActorFrom(ctx); {
		case actor.User == id:
			return domain.Conflict("You can't %s yourself.", verb)
		case actor.belowRole(u.Role):
			return domain.Forbidden("You may not %s somebody whose role is above your own.", verb)
		}
		return change(ctx, &u)
	})
	return u, err
}

// keepManagers refuses to take the last member from org who may do something important. The user will
// have the role, or be blocked if it is "".
func (s *Service) keepManagers(ctx context.Context, org domain.OrgID, id UserID, role Role) error {
	managers, err := s.store.LockManagers(ctx, org)
	if err != nil {
		return err
	}
	for _, p := range []Permission{ManageUsers, Operate} {
		had, keeps := false, role.May(p)
		for _, m := range managers {
			may := !m.IsBlocked && m.Role.May(p)
			had = had || may
			keeps = keeps || may && m.ID != id
		}
		if had && !keeps {
			return domain.Conflict("Nobody else may %s. Give somebody else the role first.", p)
		}
	}
	return nil
}
