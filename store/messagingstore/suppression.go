package messagingstore

import (
	"context"
	"fmt"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

var (
	selectSuppression = store.SQL.Select("s.id", "s.channel", "coalesce(s.address, '') as address", "s.reason", "s.weight", "s.stops",
		"s.comment", "s.origin", "s.until", "s.lifted_at", "s.lifted_by", "s.created_at", "s.updated_at").
		From("messaging.suppressions s")
	suppressionOrder = map[string]string{"createdAt": "s.created_at", "address": "s.address", "id": "id"}
)

// inForce says that a suppression keeps messages back now.
const inForce = "s.lifted_at is null and (s.until is null or s.until > now())"

// suppress merges an entry into the one that may be there. What was lifted, or has run out, counts
// for nothing any more; an entry that was lifted after the cause of the new one stays lifted.
const suppress = `
insert into messaging.suppressions as s (org_id, channel, address, reason, weight, stops, comment, origin, until)
select $1, f.channel, f.address, f.reason, f.weight, f.stops, f.comment, f.origin, f.until
from unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
	f (channel, address, reason, weight, stops, comment, origin, until)
order by f.channel, f.address
on conflict (org_id, channel, address) where address is not null do update set
	reason  = case when ` + replaces + ` then excluded.reason  else s.reason  end,
	comment = case when ` + replaces + ` then excluded.comment else s.comment end,
	origin  = case when ` + replaces + ` then excluded.origin  else s.origin  end,
	weight  = case when ` + replaces + ` then excluded.weight  else s.weight  end,
	stops   = case when ` + over + ` or excluded.stops = 'all' then excluded.stops else s.stops end,
	until   = case when ` + over + ` then excluded.until when s.until is null or excluded.until is null then null else greatest(s.until, excluded.until) end,
	created_at = case when ` + over + ` then now() else s.created_at end,
	lifted_at = null, lifted_by = '', updated_at = now()
where s.lifted_at is null or s.lifted_at < $10
returning s.channel, s.address, s.created_at = now() as added`

const (
	over     = `(s.lifted_at is not null or s.until <= now())`
	replaces = `(` + over + ` or excluded.weight > s.weight)`
)

// Suppress implements messaging.Suppressions.
func (s *Store) Suppress(ctx context.Context, org domain.OrgID, list []messaging.Suppression, since time.Time) ([]bool, error) {
	n := len(list)
	channels, addresses, reasons, weights := make([]messaging.Channel, n), make([]string, n), make([]messaging.SuppressionReason, n), make([]int, n)
	stops, comments, origins, untils := make([]messaging.Stops, n), make([]string, n), make([]string, n), make([]*time.Time, n)
	for i, e := range list {
		channels[i], addresses[i], reasons[i], weights[i] = e.Channel, e.Address, e.Reason, e.Weight
		stops[i], comments[i], origins[i], untils[i] = e.Stops, e.Comment, e.Origin, e.Until
	}
	rows, err := s.db.Querier(ctx).Query(ctx, suppress, org, channels, addresses, reasons, weights, stops, comments, origins, untils, since)
	if err != nil {
		return nil, fmt.Errorf("suppress addresses: %w", err)
	}
	type row struct {
		Channel messaging.Channel
		Address string
		Added   bool
	}
	kept, err := pgx.CollectRows(rows, pgx.RowToStructByName[row])
	if err != nil {
		return nil, fmt.Errorf("suppress addresses: %w", err)
	}
	fresh := make(map[[2]string]bool, len(kept))
	for _, k := range kept {
		fresh[[2]string{string(k.Channel), k.Address}] = k.Added
	}
	added := make([]bool, n)
	for i, e := range list {
		added[i] = fresh[[2]string{string(e.Channel), e.Address}]
	}
	return added, nil
}

// Suppression implements messaging.Suppressions.
func (s *Store) Suppression(ctx context.Context, org domain.OrgID, id messaging.SuppressionID) (messaging.Suppression, error) {
	found, err := store.One[messaging.Suppression](ctx, s.db.Querier(ctx), selectSuppression.Where(sq.Eq{"s.org_id": org, "s.id": id}))
	switch {
	case store.IsNoRows(err):
		return found, domain.NotFound("There is no suppression %d.", id)
	case err != nil:
		return found, fmt.Errorf("read suppression: %w", err)
	}
	return found, nil
}

// Suppressions implements messaging.Suppressions.
func (s *Store) Suppressions(ctx context.Context, org domain.OrgID, q messaging.SuppressionQuery) (domain.Page[messaging.Suppression], error) {
	order, err := store.Order(q.PageQuery, suppressionOrder, "createdAt")
	if err != nil {
		return domain.Page[messaging.Suppression]{}, err
	}
	query := selectSuppression.Where(sq.Eq{"s.org_id": org}).Where(inForce)
	if q.Channel != "" {
		query = query.Where(sq.Eq{"s.channel": q.Channel})
	}
	if q.Reason != "" {
		query = query.Where(sq.Eq{"s.reason": q.Reason})
	}
	matches, err := suppressionSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[messaging.Suppression]{}, err
	}
	query = query.Where(matches)
	page, err := store.LongPage[messaging.Suppression](ctx, s.db.Read(), query, q.PageQuery, order)
	if err != nil {
		return page, fmt.Errorf("list suppressions: %w", err)
	}
	return page, nil
}

// SuppressionsAfter implements messaging.Suppressions.
func (s *Store) SuppressionsAfter(ctx context.Context, org domain.OrgID, after messaging.SuppressionID, limit int) ([]messaging.Suppression, error) {
	list, err := store.Many[messaging.Suppression](ctx, s.db.Read(), selectSuppression.Where(sq.Eq{"s.org_id": org}).Where(inForce).
		Where("s.address is not null").Where(sq.Gt{"s.id": after}).OrderBy("s.id").Limit(uint64(max(limit, 0))))
	if err != nil {
		return nil, fmt.Errorf("read suppressions: %w", err)
	}
	return list, nil
}

// FindSuppression implements messaging.Suppressions.
func (s *Store) FindSuppression(ctx context.Context, org domain.OrgID, who messaging.Addressee, class messaging.Class) (messaging.Suppression, bool, error) {
	query := selectSuppression.Where(sq.Eq{"s.org_id": org, "s.channel": who.Channel}).Where(inForce).
		Where("(s.address = ? or s.hash = any(?))", who.Address, who.Hashes).OrderBy("s.weight desc", "s.id").Limit(1)
	if class != messaging.ClassMarketing {
		query = query.Where(sq.Eq{"s.stops": messaging.StopsAll})
	}
	found, err := store.Many[messaging.Suppression](ctx, s.db.Querier(ctx), query)
	if err != nil {
		return messaging.Suppression{}, false, fmt.Errorf("look into the suppression list: %w", err)
	}
	if len(found) == 0 {
		return messaging.Suppression{}, false, nil
	}
	return found[0], true, nil
}

// LiftSuppression implements messaging.Suppressions.
func (s *Store) LiftSuppression(ctx context.Context, org domain.OrgID, id messaging.SuppressionID, by string) (bool, error) {
	const lift = `update messaging.suppressions set lifted_at = now(), lifted_by = $3, updated_at = now() where org_id = $1 and id = $2 and lifted_at is null`
	tag, err := s.db.Querier(ctx).Exec(ctx, lift, org, id, by)
	if err != nil {
		return false, fmt.Errorf("lift suppression: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// MarkedBounced implements messaging.Suppressions.
func (s *Store) MarkedBounced(ctx context.Context, org domain.OrgID, channel messaging.Channel, address string) ([]crm.ContactID, error) {
	column := map[messaging.Channel]string{messaging.ChannelEmail: "c.email_norm", messaging.ChannelSMS: "c.phone_e164"}[channel]
	ids, err := store.Values[crm.ContactID](ctx, s.db.Querier(ctx), store.SQL.Select("c.id").From("crm.contacts c").
		Join("crm.do_not_contact d on d.org_id = c.org_id and d.contact_id = c.id").
		Where(sq.Eq{"c.org_id": org, column: address, "d.channel": channel, "d.reason": crm.Bounced}).OrderBy("c.id"))
	if err != nil {
		return nil, fmt.Errorf("find contacts marked as bounced: %w", err)
	}
	return ids, nil
}

// EraseAddress implements messaging.Suppressions.
func (s *Store) EraseAddress(ctx context.Context, org domain.OrgID, who messaging.Addressee, entry messaging.Suppression) error {
	const keep = `insert into messaging.suppressions (org_id, channel, hash, reason, weight, stops) values ($1, $2, $3, $4, $5, $6)
		on conflict (org_id, channel, hash) where hash is not null do nothing`
	batch := &pgx.Batch{}
	batch.Queue(`delete from messaging.suppressions where org_id = $1 and channel = $2 and address = $3`, org, who.Channel, who.Address)
	batch.Queue(keep, org, who.Channel, who.Hashes[0], entry.Reason, entry.Weight, entry.Stops)
	if err := s.db.Querier(ctx).SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("erase address: %w", err)
	}
	return nil
}

// SetSoftSuppression implements messaging.Suppressions.
func (s *Store) SetSoftSuppression(ctx context.Context, org domain.OrgID, channel messaging.Channel, address string, soft messaging.SoftVerdict) error {
	const (
		remove = `delete from messaging.suppressions where org_id = $1 and channel = $2 and address = $3 and reason = 'soft_bounces' and lifted_at is null`
		put    = `insert into messaging.suppressions as s (org_id, channel, address, reason, weight, stops, until)
			values ($1, $2, $3, 'soft_bounces', $4, $5, $6)
			on conflict (org_id, channel, address) where address is not null do update
			set reason = excluded.reason, weight = excluded.weight, stops = excluded.stops, until = excluded.until, comment = '', origin = '',
				created_at = case when ` + over + ` then now() else s.created_at end, lifted_at = null, lifted_by = '', updated_at = now()
			where s.reason = 'soft_bounces' or ` + over
	)
	entry := soft.Suppression(channel, address)
	var err error
	if entry == nil {
		_, err = s.db.Querier(ctx).Exec(ctx, remove, org, channel, address)
	} else {
		_, err = s.db.Querier(ctx).Exec(ctx, put, org, channel, address, entry.Weight, entry.Stops, entry.Until)
	}
	if err != nil {
		return fmt.Errorf("set suppression by soft bounces: %w", err)
	}
	return nil
}
