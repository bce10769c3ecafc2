package messagingstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

const ruleColumns = "id, kind, channel, action, days, starts, ends, messages, per, created_at, updated_at"

var selectRule = store.SQL.Select(ruleColumns).From("messaging.rules")

// Rules implements messaging.Rules.
func (s *Store) Rules(ctx context.Context, org domain.OrgID) ([]messaging.Rule, error) {
	rules, err := store.Many[messaging.Rule](ctx, s.db.Querier(ctx), selectRule.Where(sq.Eq{"org_id": org}).OrderBy("id"))
	if err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}
	return rules, nil
}

// Rule implements messaging.Rules.
func (s *Store) Rule(ctx context.Context, org domain.OrgID, id messaging.RuleID) (messaging.Rule, error) {
	rule, err := store.One[messaging.Rule](ctx, s.db.Querier(ctx), selectRule.Where(sq.Eq{"org_id": org, "id": id}))
	return rule, noRule(err, "read rule", id)
}

// InsertRule implements messaging.Rules.
func (s *Store) InsertRule(ctx context.Context, org domain.OrgID, in messaging.RuleInput) (messaging.Rule, error) {
	rule, err := store.One[messaging.Rule](ctx, s.db.Querier(ctx), store.SQL.Insert("messaging.rules").
		Columns("org_id", "kind", "channel", "action", "days", "starts", "ends", "messages", "per").
		Values(org, in.Kind, in.Channel, in.Action, in.Days, in.Starts, in.Ends, in.Messages, in.Per).
		Suffix("returning "+ruleColumns))
	if err != nil {
		return rule, fmt.Errorf("insert rule: %w", err)
	}
	return rule, nil
}

// UpdateRule implements messaging.Rules.
func (s *Store) UpdateRule(ctx context.Context, org domain.OrgID, id messaging.RuleID, in messaging.RuleInput) (messaging.Rule, error) {
	rule, err := store.One[messaging.Rule](ctx, s.db.Querier(ctx), store.SQL.Update("messaging.rules").
		Set("kind", in.Kind).Set("channel", in.Channel).Set("action", in.Action).Set("days", in.Days).Set("starts", in.Starts).
		Set("ends", in.Ends).Set("messages", in.Messages).Set("per", in.Per).Set("updated_at", sq.Expr("now()")).
		Where(sq.Eq{"org_id": org, "id": id}).Suffix("returning "+ruleColumns))
	return rule, noRule(err, "update rule", id)
}

// DeleteRule implements messaging.Rules.
func (s *Store) DeleteRule(ctx context.Context, org domain.OrgID, id messaging.RuleID) error {
	deleted, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("messaging.rules").Where(sq.Eq{"org_id": org, "id": id}))
	if err == nil && deleted == 0 {
		return domain.NotFound("There is no rule %d.", id)
	}
	if err != nil {
		return fmt.Errorf("delete rule: %w", err)
	}
	return nil
}

func noRule(err error, doing string, id messaging.RuleID) error {
	switch {
	case store.IsNoRows(err):
		return domain.NotFound("There is no rule %d.", id)
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// capsReached counts what may be with the contact: an unknown message counts as sent. It is a
// statement of its own after the lock, so that it sees what the last holder of the lock committed.
const (
	lockCaps    = `select pg_advisory_xact_lock(hashtextextended('messaging.caps/' || $1::bigint || '/' || $2::bigint, 0))`
	capsReached = `
select (
	select m.claimed_at from messaging.messages m
	where m.org_id = $1 and m.contact_id = $2 and m.class = 'marketing' and m.claimed_at > $4::timestamptz - cap.span
		and m.state in ('calling', 'sent', 'unknown') and m.id <> $3 and (cap.channel = '' or m.channel = cap.channel)
	order by m.claimed_at desc offset cap.messages - 1 limit 1)
from unnest($5::text[], $6::int[], $7::interval[]) with ordinality as cap (channel, messages, span, nr)
order by cap.nr`
)

// CapsReached implements messaging.Rules.
func (s *Store) CapsReached(ctx context.Context, org domain.OrgID, q messaging.CapQuery) ([]*time.Time, error) {
	channels, messages, spans := make([]string, len(q.Caps)), make([]int, len(q.Caps)), make([]time.Duration, len(q.Caps))
	for i, c := range q.Caps {
		channels[i], messages[i], spans[i] = string(c.Channel), c.Messages, c.Span
	}
	var reached []*time.Time
	batch := &pgx.Batch{}
	batch.Queue(lockCaps, org, q.Contact)
	batch.Queue(capsReached, org, q.Contact, q.Except, q.Now, channels, messages, spans).Query(func(rows pgx.Rows) (err error) {
		reached, err = pgx.CollectRows(rows, pgx.RowTo[*time.Time])
		return err
	})
	if err := s.db.Querier(ctx).SendBatch(ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("count messages of contact: %w", err)
	}
	return reached, nil
}
