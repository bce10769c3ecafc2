package identitystore

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// Sessions keeps browser sessions for scs. It expects hashed tokens (HashTokenInStore), and takes
// what it notes beside the data from identity.VisitFrom.
type Sessions struct{ db *store.DB }

// NewSessions returns the store of sessions.
func NewSessions(db *store.DB) *Sessions { return &Sessions{db: db} }

// FindCtx returns the data of a session that has not expired.
func (s *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	hash, ok := tokenHash(token)
	if !ok {
		return nil, false, nil
	}
	data, err := store.Value[[]byte](ctx, s.db.Querier(ctx), store.SQL.Select("data").From("identity.sessions").
		Where(sq.Eq{"token_hash": hash}).Where("expires_at > now()"))
	switch {
	case store.IsNoRows(err):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("read session: %w", err)
	}
	return data, true, nil
}

// CommitCtx writes a session. One that the request came with is only updated: if it was ended
// meanwhile, by a new password say, it stays ended.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	hash, ok := tokenHash(token)
	if !ok {
		return errors.New("write session: the token is not a hash")
	}
	visit := identity.VisitFrom(ctx)
	var write sq.Sqlizer = store.SQL.Insert("identity.sessions").
		Columns("token_hash", "data", "user_id", "ip", "user_agent", "expires_at").
		Values(hash, data, sql.Null[identity.UserID]{V: visit.User, Valid: visit.User != 0}, visit.IP, visit.UserAgent, expiry)
	if visit.Known {
		write = store.SQL.Update("identity.sessions").Set("data", data).Set("expires_at", expiry).
			Set("seen_at", sq.Expr("now()")).Set("ip", visit.IP).Set("user_agent", visit.UserAgent).Where(sq.Eq{"token_hash": hash})
	}
	if _, err := store.Exec(ctx, s.db.Querier(ctx), write); err != nil {
		return fmt.Errorf("write session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session, if there is one.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	hash, ok := tokenHash(token)
	if !ok {
		return nil
	}
	if _, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("identity.sessions").Where(sq.Eq{"token_hash": hash})); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// Purge deletes expired sessions and returns how many.
func (s *Sessions) Purge(ctx context.Context) (int64, error) {
	n, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("identity.sessions").Where("expires_at < now()"))
	if err != nil {
		return 0, fmt.Errorf("purge sessions: %w", err)
	}
	return n, nil
}

// Find completes scs.Store, as Commit and Delete do; scs calls the methods with a context instead.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s *Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// EndSessions implements identity.Users.
func (s *Store) EndSessions(ctx context.Context, id identity.UserID) error {
	if _, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("identity.sessions").Where(sq.Eq{"user_id": id})); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

// UserSessions implements identity.UserSessions.
func (s *Store) UserSessions(ctx context.Context, id identity.UserID, current string) ([]identity.Session, error) {
	hash, _ := tokenHash(current)
	sessions, err := store.Many[identity.Session](ctx, s.db.Querier(ctx), store.SQL.Select("id", "ip", "user_agent", "created_at", "seen_at").
		Column("token_hash is not distinct from ?::bytea as is_current", hash).From("identity.sessions").
		Where(sq.Eq{"user_id": id}).Where("expires_at > now()").OrderBy("is_current desc", "seen_at desc", "id desc").Limit(maxSessions))
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return sessions, nil
}

// maxSessions is how many sessions of one user are listed. They end by themselves after a few days.
const maxSessions = 200

// EndSession implements identity.UserSessions.
func (s *Store) EndSession(ctx context.Context, id identity.UserID, session identity.SessionID) error {
	ended, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("identity.sessions").Where(sq.Eq{"user_id": id, "id": session}))
	switch {
	case err != nil:
		return fmt.Errorf("end session: %w", err)
	case ended == 0:
		return domain.NotFound("This session has ended already.")
	}
	return nil
}

// EndOtherSessions implements identity.UserSessions.
func (s *Store) EndOtherSessions(ctx context.Context, id identity.UserID, current string) error {
	hash, _ := tokenHash(current)
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("identity.sessions").Where(sq.Eq{"user_id": id}).
		Where("token_hash is distinct from ?::bytea", hash))
	if err != nil {
		return fmt.Errorf("end other sessions: %w", err)
	}
	return nil
}

// tokenHash turns the hash that scs hands over back into bytes.
func tokenHash(token string) ([]byte, bool) {
	hash, err := base64.RawURLEncoding.DecodeString(token)
	return hash, err == nil && len(hash) == 32
}
