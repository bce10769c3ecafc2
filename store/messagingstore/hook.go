package messagingstore

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/store"
)

// hooksArmed is the fact that holds until when new subscriptions are taken.
const hooksArmed = "sns.armed_until"

// ArmHooks implements messaging.Hooks.
func (s *Store) ArmHooks(ctx context.Context, d time.Duration) (time.Time, error) {
	until, err := store.Value[time.Time](ctx, s.db.Querier(ctx), store.SQL.Insert("platform.facts").Columns("name", "value").
		Select(store.SQL.Select().Column("?", hooksArmed).Column("(now() + ?)::text", d)).
		Suffix("on conflict (name) do update set value = excluded.value, updated_at = now() returning value::timestamptz"))
	if err != nil {
		return until, fmt.Errorf("arm hooks: %w", err)
	}
	return until, nil
}

// HooksArmed implements messaging.Hooks.
func (s *Store) HooksArmed(ctx context.Context) (bool, error) {
	armed, err := store.Value[bool](ctx, s.db.Querier(ctx), store.SQL.Select().
		Column("exists (select from platform.facts where name = ? and value::timestamptz > now())", hooksArmed))
	if err != nil {
		return false, fmt.Errorf("look whether hooks are armed: %w", err)
	}
	return armed, nil
}
