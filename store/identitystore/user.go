package identitystore

import (
	"context"
	"fmt"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

var (
	userColumns = []string{"u.id", "u.email", "u.name", "u.image", "u.email_verified", "u.is_blocked", "m.role", "u.time_zone", "u.language", "u.created_at", "u.updated_at"}
	selectUser  = store.SQL.Select(userColumns...).From("identity.users u").Join("identity.org_members m on m.user_id = u.id")
	userOrders  = map[string]string{"id": "id", "name": "name", "email": "email_norm", "createdAt": "created_at"}
)

// User implements identity.Users.
func (s *Store) User(ctx context.Context, org domain.OrgID, id identity.UserID) (identity.User, error) {
	u, err := store.One[identity.User](ctx, s.db.Querier(ctx), selectUser.Where(sq.Eq{"m.org_id": org, "u.id": id}))
	switch {
	case store.IsNoRows(err):
		return identity.User{}, noUser(id)
	case err != nil:
		return identity.User{}, fmt.Errorf("read user: %w", err)
	}
	return u, nil
}

// Users implements identity.Users.
func (s *Store) Users(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[identity.User], error) {
	order, err := store.Order(q, userOrders, "createdAt")
	if err != nil {
		return domain.Page[identity.User]{}, err
	}
	matches, err := userSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[identity.User]{}, err
	}
	query := selectUser.Where(sq.Eq{"m.org_id": org}).Where(matches)
	page, err := store.Page[identity.User](ctx, s.db.Read(), query, q, "u."+strings.ReplaceAll(order, ", id", ", u.id"))
	if err != nil {
		return domain.Page[identity.User]{}, fmt.Errorf("list users: %w", err)
	}
	return page, nil
}

// InsertUser implements identity.Users.
func (s *Store) InsertUser(ctx context.Context, org domain.OrgID, u identity.NewUser) (identity.User, error) {
	q := s.db.Querier(ctx)
	id, err := store.Value[identity.UserID](ctx, q, store.SQL.Insert("identity.users").
		Columns("email", "name", "password_hash").Values(u.Email, u.Name, u.PasswordHash).Suffix("returning id"))
	switch {
	case store.IsUnique(err, "users_email_unique"):
		return identity.User{}, emailConflict("There is already a user with this email address.")
	case err != nil:
		return identity.User{}, fmt.Errorf("insert user: %w", err)
	}
	_, err = store.Exec(ctx, q, store.SQL.Insert("identity.org_members").
		Columns("org_id", "user_id", "role").Values(org, id, u.Role))
	if err != nil {
		return identity.User{}, fmt.Errorf("insert member: %w", err)
	}
	return s.User(ctx, org, id)
}

// SetUserBlocked implements identity.Users.
func (s *Store) SetUserBlocked(ctx context.Context, org domain.OrgID, id identity.UserID, blocked bool) error {
	return s.updateUser(ctx, org, id, map[string]any{"is_blocked": blocked})
}

// SetRole implements identity.Users.
func (s *Store) SetRole(ctx context.Context, org domain.OrgID, id identity.UserID, role identity.Role) error {
	changed, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("identity.org_members").Set("role", role).Where(sq.Eq{"org_id": org, "user_id": id}))
	switch {
	case err != nil:
		return fmt.Errorf("change role: %w", err)
	case changed == 0:
		return noUser(id)
	}
	return nil
}

// LockManagers implements identity.Users.
func (s *Store) LockManagers(ctx context.Context, org domain.OrgID) ([]identity.User, error) {
	managers, err := store.Many[identity.User](ctx, s.db.Querier(ctx), selectUser.Where(sq.Eq{"m.org_id": org}).
		Where(sq.NotEq{"m.role": []identity.Role{identity.RoleViewer, identity.RoleUser}}).OrderBy("u.id").Suffix("for update of m, u"))
	if err != nil {
		return nil, fmt.Errorf("lock managers: %w", err)
	}
	return managers, nil
}

// SaveProfile implements identity.Users.
func (s *Store) SaveProfile(ctx context.Context, org domain.OrgID, u identity.User) error {
	return s.updateUser(ctx, org, u.ID, map[string]any{"name": u.Name, "time_zone": u.TimeZone, "language": u.Language})
}

// SetPasswordHash implements identity.Users.
func (s *Store) SetPasswordHash(ctx context.Context, org domain.OrgID, id identity.UserID, hash string) error {
	return s.updateUser(ctx, org, id, map[string]any{"password_hash": hash})
}

// Login implements identity.Users.
func (s *Store) Login(ctx context.Context, email string) (identity.Login, bool, error) {
	login, err := store.One[identity.Login](ctx, s.db.Querier(ctx),
		selectUser.Columns("m.org_id as org", "u.password_hash").
			Where(sq.Eq{"u.email_norm": strings.ToLower(email)}).OrderBy("m.created_at", "m.org_id").Limit(1))
	switch {
	case store.IsNoRows(err):
		return identity.Login{}, false, nil
	case err != nil:
		return identity.Login{}, false, fmt.Errorf("find log-in: %w", err)
	}
	return login, true, nil
}

func (s *Store) updateUser(ctx context.Context, org domain.OrgID, id identity.UserID, columns map[string]any) error {
	changed, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("identity.users").
		SetMap(columns).Set("updated_at", sq.Expr("now()")).Where(sq.Eq{"id": id}).
		Where("exists (select from identity.org_members m where m.user_id = users.id and m.org_id = ?)", org))
	switch {
	case err != nil:
		return fmt.Errorf("update user: %w", err)
	case changed == 0:
		return noUser(id)
	}
	return nil
}

func noUser(id identity.UserID) error { return domain.NotFound("There is no user %d.", id) }
