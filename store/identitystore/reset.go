package identitystore

import (
	"context"
	"fmt"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

var selectReset = store.SQL.Select(append([]string{"r.org_id as org", "u.password_hash"}, userColumns...)...).
	From("identity.password_resets r").Join("identity.users u on u.id = r.user_id").
	Join("identity.org_members m on m.user_id = r.user_id and m.org_id = r.org_id")

// RequestReset implements identity.Resets. It is one statement, so that it takes as long for nobody.
func (s *Store) RequestReset(ctx context.Context, email string, pause time.Duration) error {
	whom := store.SQL.Select("u.id", "m.org_id").From("identity.users u").Join("identity.org_members m on m.user_id = u.id").
		Where(sq.Eq{"u.email_norm": strings.ToLower(email)}).Where("not u.is_blocked").OrderBy("m.created_at", "m.org_id").Limit(1).
		PlaceholderFormat(sq.Question) // the statement around it numbers them
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Insert("identity.password_resets as r").Columns("user_id", "org_id").Select(whom).
		Suffix("on conflict (user_id) do update set org_id = excluded.org_id, token_hash = null, requested_at = now(), next_try = now(), "+
			"mailed_at = null where r.requested_at < now() - ?::interval", pause))
	if err != nil {
		return fmt.Errorf("request password reset: %w", err)
	}
	return nil
}

// ClaimReset implements identity.Resets.
func (s *Store) ClaimReset(ctx context.Context, hash []byte, lifetime, retry time.Duration) (identity.Login, bool, error) {
	q := s.db.Querier(ctx)
	due := store.SQL.Select("user_id").From("identity.password_resets").
		Where("mailed_at is null").Where("next_try <= now()").Where(sq.Expr("requested_at > now() - ?::interval", lifetime)).
		OrderBy("next_try").Limit(1).Suffix("for update skip locked")
	claimed, err := store.Exec(ctx, q, store.SQL.Update("identity.password_resets").Set("token_hash", hash).
		Set("next_try", sq.Expr("now() + ?::interval", retry)).Where(due.Prefix("user_id = (").Suffix(")")))
	switch {
	case err != nil:
		return identity.Login{}, false, fmt.Errorf("claim password reset: %w", err)
	case claimed == 0:
		return identity.Login{}, false, nil
	}
	return s.ResetOf(ctx, hash, lifetime)
}

// ResetMailed implements identity.Resets.
func (s *Store) ResetMailed(ctx context.Context, hash []byte) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("identity.password_resets").Set("mailed_at", sq.Expr("now()")).Where(sq.Eq{"token_hash": hash}))
	if err != nil {
		return fmt.Errorf("note mailed password reset: %w", err)
	}
	return nil
}

// ResetOf implements identity.Resets.
func (s *Store) ResetOf(ctx context.Context, hash []byte, lifetime time.Duration) (identity.Login, bool, error) {
	login, err := store.One[identity.Login](ctx, s.db.Querier(ctx), selectReset.
		Where(sq.Eq{"r.token_hash": hash}).Where(sq.Expr("r.requested_at > now() - ?::interval", lifetime)))
	switch {
	case store.IsNoRows(err):
		return identity.Login{}, false, nil
	case err != nil:
		return identity.Login{}, false, fmt.Errorf("find password reset: %w", err)
	}
	return login, true, nil
}

// TakeReset implements identity.Resets.
func (s *Store) TakeReset(ctx context.Context, hash []byte) (bool, error) {
	taken, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("identity.password_resets").Where(sq.Eq{"token_hash": hash}))
	if err != nil {
		return false, fmt.Errorf("take password reset: %w", err)
	}
	return taken > 0, nil
}

// EndReset implements identity.Resets.
func (s *Store) EndReset(ctx context.Context, id identity.UserID) error {
	if _, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("identity.password_resets").Where(sq.Eq{"user_id": id})); err != nil {
		return fmt.Errorf("end password reset: %w", err)
	}
	return nil
}
