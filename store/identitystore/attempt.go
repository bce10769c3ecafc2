package identitystore

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// LockAttempts implements identity.Attempts. Writing nothing to a row locks it; the order of the keys
// keeps two who share some from waiting for each other.
func (s *Store) LockAttempts(ctx context.Context, keys [][]byte) ([]identity.Failures, error) {
	ordered := slices.SortedFunc(slices.Values(keys), bytes.Compare)
	insert := store.SQL.Insert("identity.attempts as a").Columns("key")
	for _, key := range ordered {
		insert = insert.Values(key)
	}
	found, err := store.Many[identity.Failures](ctx, s.db.Querier(ctx), insert.Suffix(
		"on conflict (key) do update set key = excluded.key returning a.key, a.failed, clock_timestamp() - a.last_at as ago"))
	if err != nil {
		return nil, fmt.Errorf("lock attempts: %w", err)
	}
	all := make([]identity.Failures, len(keys))
	for i, key := range keys {
		all[i] = found[slices.IndexFunc(found, func(f identity.Failures) bool { return bytes.Equal(f.Key, key) })]
	}
	return all, nil
}

// SaveAttempts implements identity.Attempts.
func (s *Store) SaveAttempts(ctx context.Context, all []identity.Failures) error {
	for _, f := range all {
		_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("identity.attempts").Set("failed", f.Failed).
			Set("last_at", sq.Expr("clock_timestamp() - ?::interval", f.Ago)).Where(sq.Eq{"key": f.Key}))
		if err != nil {
			return fmt.Errorf("save attempts: %w", err)
		}
	}
	return nil
}

// PurgeAccess implements identity.Attempts.
func (s *Store) PurgeAccess(ctx context.Context, attempts, resets time.Duration) error {
	q := s.db.Querier(ctx)
	if _, err := store.Exec(ctx, q, store.SQL.Delete("identity.attempts").Where(sq.Expr("last_at < now() - ?::interval", attempts))); err != nil {
		return fmt.Errorf("purge attempts: %w", err)
	}
	if _, err := store.Exec(ctx, q, store.SQL.Delete("identity.password_resets").Where(sq.Expr("requested_at < now() - ?::interval", resets))); err != nil {
		return fmt.Errorf("purge password resets: %w", err)
	}
	return nil
}
