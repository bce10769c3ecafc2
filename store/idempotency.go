package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
)

// answersKept is how long a repeat of a request gets the first answer.
const answersKept = 24 * time.Hour

// Answers remembers what requests with an Idempotency-Key were answered.
type Answers struct{ db *DB }

// NewAnswers returns the memory of answers.
func NewAnswers(db *DB) *Answers { return &Answers{db: db} }

// Claim takes the key for a request that begins now, or tells what became of the one that has it.
func (a *Answers) Claim(ctx context.Context, org domain.OrgID, k domain.RepeatKey) (domain.Claim, error) {
	claimed, err := Exec(ctx, a.db.pool, SQL.Insert("platform.idempotency_keys").
		Columns("org_id", "key", "operation", "request_hash").Values(org, k.Key, k.Operation, k.Hash).
		Suffix(`on conflict (org_id, key) do update set operation = excluded.operation, request_hash = excluded.request_hash,
			status = null, content_type = null, body = null, created_at = now()
			where idempotency_keys.created_at < now() - ?::interval`, answersKept))
	if err != nil {
		return domain.Claim{}, fmt.Errorf("claim idempotency key: %w", err)
	}
	if claimed > 0 {
		return domain.Claim{Ours: true}, nil
	}
	earlier, err := One[earlierRequest](ctx, a.db.pool, SQL.
		Select("operation", "request_hash", "status", "content_type", "body").
		From("platform.idempotency_keys").Where(sq.Eq{"org_id": org, "key": k.Key}))
	switch {
	case IsNoRows(err): // it failed and was forgotten between the two statements: it counts as running
		return domain.Claim{Same: true}, nil
	case err != nil:
		return domain.Claim{}, fmt.Errorf("read idempotency key: %w", err)
	}
	return earlier.claim(k), nil
}

// Keep stores the answer of a request that was claimed.
func (a *Answers) Keep(ctx context.Context, org domain.OrgID, key string, answer domain.Answer) error {
	_, err := Exec(ctx, a.db.pool, SQL.Update("platform.idempotency_keys").
		Set("status", answer.Status).Set("content_type", answer.ContentType).Set("body", answer.Body).
		Where(sq.Eq{"org_id": org, "key": key}))
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return nil
}

// Forget gives a claimed key back, so that the request can be tried again.
func (a *Answers) Forget(ctx context.Context, org domain.OrgID, key string) error {
	_, err := Exec(ctx, a.db.pool, SQL.Delete("platform.idempotency_keys").
		Where(sq.Eq{"org_id": org, "key": key, "status": nil}))
	if err != nil {
		return fmt.Errorf("forget idempotency key: %w", err)
	}
	return nil
}

// Purge deletes answers that are no longer given, and returns how many.
func (a *Answers) Purge(ctx context.Context) (int64, error) {
	n, err := Exec(ctx, a.db.pool, SQL.Delete("platform.idempotency_keys").
		Where("created_at < now() - ?::interval", answersKept))
	if err != nil {
		return 0, fmt.Errorf("purge answers: %w", err)
	}
	return n, nil
}

type earlierRequest struct {
	Operation   string
	RequestHash []byte
	Status      *int
	ContentType *string
	Body        []byte
}

func (e earlierRequest) claim(k domain.RepeatKey) domain.Claim {
	claim := domain.Claim{Same: e.Operation == k.Operation && bytes.Equal(e.RequestHash, k.Hash)}
	if e.Status != nil {
		claim.Answer = &domain.Answer{Status: *e.Status, Body: e.Body}
		if e.ContentType != nil {
			claim.Answer.ContentType = *e.ContentType
		}
	}
	return claim
}
