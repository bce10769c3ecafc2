package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

var (
	selectStop = store.SQL.Select("s.id", "s.scope", "s.subject", "s.level", "s.rule", "s.reason", "s.sent", "s.faults",
		"s.created_at", "s.lifted_at", "s.lifted_by").From("messaging.stops s")
	stopOrder = map[string]string{"id": "id"}
)

// putStop leaves an open pause as it is, and brings the figures of a warning up to date. Only what is
// new, or has become a pause, returns a row.
const putStop = `
with before as (
	select level from messaging.stops where org_id = $1 and scope = $2 and subject = $3 and lifted_at is null
), put as (
	insert into messaging.stops as s (org_id, scope, subject, level, rule, reason, sent, faults)
	values ($1, $2, $3, $4, $5, $6, $7, $8)
	on conflict (org_id, scope, subject) where lifted_at is null do update
	set level = excluded.level, rule = excluded.rule, reason = excluded.reason, sent = excluded.sent, faults = excluded.faults,
		created_at = case when s.level = excluded.level then s.created_at else now() end
	where s.level = 'warning'
	returning s.level
)
select p.level is distinct from b.level from put p left join before b on true`

// PutStop implements messaging.StopsKept.
func (s *Store) PutStop(ctx context.Context, org domain.OrgID, subject messaging.Subject, found messaging.Finding) (bool, error) {
	fresh, err := store.Values[bool](ctx, s.db.Querier(ctx), sq.Expr(putStop, org, subject.Scope, subject.Subject,
		found.Level, found.Measure, found.Reason, found.Sent, found.Faults))
	if err != nil {
		return false, fmt.Errorf("put stop: %w", err)
	}
	return len(fresh) == 1 && fresh[0], nil
}

// Stop implements messaging.StopsKept.
func (s *Store) Stop(ctx context.Context, org domain.OrgID, id messaging.StopID) (messaging.Stop, error) {
	stop, err := store.One[messaging.Stop](ctx, s.db.Querier(ctx), selectStop.Where(sq.Eq{"s.org_id": org, "s.id": id}))
	switch {
	case store.IsNoRows(err):
		return stop, domain.NotFound("There is no stop %d.", id)
	case err != nil:
		return stop, fmt.Errorf("read stop: %w", err)
	}
	return stop, nil
}

// Stops implements messaging.StopsKept.
func (s *Store) Stops(ctx context.Context, org domain.OrgID, q messaging.StopQuery) (domain.Page[messaging.Stop], error) {
	order, err := store.Order(q.PageQuery, stopOrder, "id")
	if err != nil {
		return domain.Page[messaging.Stop]{}, err
	}
	query := selectStop.Where(sq.Eq{"s.org_id": org})
	if q.Scope != "" {
		query = query.Where(sq.Eq{"s.scope": q.Scope})
	}
	if q.Open {
		query = query.Where("s.lifted_at is null")
	}
	page, err := store.Page[messaging.Stop](ctx, s.db.Read(), query, q.PageQuery, order)
	if err != nil {
		return page, fmt.Errorf("list stops: %w", err)
	}
	return page, nil
}

// OpenStop implements messaging.StopsKept.
func (s *Store) OpenStop(ctx context.Context, org domain.OrgID, subject messaging.Subject) (messaging.Stop, bool, error) {
	stops, err := store.Many[messaging.Stop](ctx, s.db.Querier(ctx),
		selectStop.Where(sq.Eq{"s.org_id": org, "s.scope": subject.Scope, "s.subject": subject.Subject}).Where("s.lifted_at is null"))
	if err != nil {
		return messaging.Stop{}, false, fmt.Errorf("look for a stop: %w", err)
	}
	if len(stops) == 0 {
		return messaging.Stop{}, false, nil
	}
	return stops[0], true, nil
}

// LiftStops implements messaging.StopsKept.
func (s *Store) LiftStops(ctx context.Context, org domain.OrgID, subject messaging.Subject, by string) error {
	return s.lift(ctx, org, subject, by, messaging.LevelPaused, messaging.LevelWarning)
}

// EndWarning implements messaging.StopsKept.
func (s *Store) EndWarning(ctx context.Context, org domain.OrgID, subject messaging.Subject) error {
	return s.lift(ctx, org, subject, "", messaging.LevelWarning)
}

func (s *Store) lift(ctx context.Context, org domain.OrgID, subject messaging.Subject, by string, levels ...messaging.Level) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("messaging.stops").
		Set("lifted_at", sq.Expr("now()")).Set("lifted_by", by).
		Where(sq.Eq{"org_id": org, "scope": subject.Scope, "subject": subject.Subject, "level": levels}).Where("lifted_at is null"))
	if err != nil {
		return fmt.Errorf("lift stop: %w", err)
	}
	return nil
}
