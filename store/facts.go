package store

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"
)

// Names of facts about the installation.
const (
	FactSendingPaused = "sending.paused"          // why nothing is sent; absent: sending goes on
	FactNamespace     = "temporal.namespace_id"   // where the open journeys' workflows are
	FactSigningKey    = "signing_key.fingerprint" // of the key that signs public links
	FactBackup        = "backup.last"             // the file of the last backup
)

// Fact is something that the database remembers about the installation as a whole.
type Fact struct {
	Value     string
	UpdatedAt time.Time
}

var selectFact = SQL.Select("value", "updated_at").From("platform.facts")

// Fact returns a fact; nil when nothing is known.
func (db *DB) Fact(ctx context.Context, name string) (*Fact, error) {
	found, err := One[Fact](ctx, db.Querier(ctx), selectFact.Where(sq.Eq{"name": name}))
	switch {
	case IsNoRows(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return &found, nil
}

// SetFact remembers a fact in place of what was known.
func (db *DB) SetFact(ctx context.Context, name, value string) error {
	_, err := Exec(ctx, db.Querier(ctx), insertFact(name, value).Suffix("on conflict (name) do update set value = excluded.value, updated_at = now()"))
	if err != nil {
		return fmt.Errorf("remember %s: %w", name, err)
	}
	return nil
}

// SettleFact remembers a fact unless something is known already, and returns what is known then.
func (db *DB) SettleFact(ctx context.Context, name, value string) (string, error) {
	if _, err := Exec(ctx, db.Querier(ctx), insertFact(name, value).Suffix("on conflict (name) do nothing")); err != nil {
		return "", fmt.Errorf("settle %s: %w", name, err)
	}
	known, err := db.Fact(ctx, name)
	if err != nil || known == nil {
		return value, err
	}
	return known.Value, nil
}

// ForgetFact removes a fact, and says whether it was known.
func (db *DB) ForgetFact(ctx context.Context, name string) (bool, error) {
	gone, err := Exec(ctx, db.Querier(ctx), SQL.Delete("platform.facts").Where(sq.Eq{"name": name}))
	if err != nil {
		return false, fmt.Errorf("forget %s: %w", name, err)
	}
	return gone > 0, nil
}

func insertFact(name, value string) sq.InsertBuilder {
	return SQL.Insert("platform.facts").Columns("name", "value").Values(name, value)
}
