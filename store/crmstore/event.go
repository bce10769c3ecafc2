package crmstore

import (
	"context"
	"fmt"
	"slices"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

const eventColumns = "id, contact_id as contact, type, message_id, campaign_id, data, coalesce(key, '') as key, occurred_at, created_at"

var selectEvent = store.SQL.Select(eventColumns).From("crm.events")

// An event under a known key answers no row: its twin is read afterwards. The contact is kept from being
// deleted meanwhile, as by a foreign key.
const insertEvent = `insert into crm.events (org_id, contact_id, type, message_id, campaign_id, data, key, occurred_at)
	select org_id, id, $3, $4, $5, $6, nullif($7, ''), $8 from crm.all_contacts where org_id = $1 and id = $2 for key share
	on conflict (org_id, key) where key is not null do nothing
	returning id, created_at`

// AppendEvents implements crm.Events.
func (s *Store) AppendEvents(ctx context.Context, org domain.OrgID, events []crm.Event) ([]crm.Event, []bool, error) {
	stored, fresh := slices.Clone(events), make([]bool, len(events))
	for i := range stored {
		if stored[i].Data == nil {
			stored[i].Data = map[string]any{}
		}
	}
	insert := s.insertEach
	if len(events) >= manyEvents {
		insert = s.insertSet
	}
	if err := insert(ctx, org, stored, fresh); err != nil {
		return nil, nil, fmt.Errorf("insert events: %w", err)
	}
	return stored, fresh, s.readTwins(ctx, org, stored, fresh)
}

// insertEach stores events one by one, in one round trip. It gives them their ids and says which are fresh.
func (s *Store) insertEach(ctx context.Context, org domain.OrgID, events []crm.Event, fresh []bool) error {
	batch := &pgx.Batch{}
	for i, event := range events {
		batch.Queue(insertEvent, org, event.Contact, event.Type, event.MessageID, event.CampaignID, event.Data, event.Key, event.OccurredAt).
			Query(func(rows pgx.Rows) error {
				defer rows.Close()
				if fresh[i] = rows.Next(); !fresh[i] {
					return rows.Err()
				}
				return rows.Scan(&events[i].ID, &events[i].CreatedAt)
			})
	}
	return s.db.Querier(ctx).SendBatch(ctx, batch).Close()
}

// readTwins replaces events that were not stored by those that are there under their keys. Where there is
// none, it was the contact that was missing.
func (s *Store) readTwins(ctx context.Context, org domain.OrgID, events []crm.Event, fresh []bool) error {
	var keys []string
	for i, event := range events {
		if !fresh[i] {
			keys = append(keys, event.Key)
		}
	}
	if keys == nil {
		return nil
	}
	there, err := store.Many[crm.Event](ctx, s.db.Querier(ctx), selectEvent.Where(sq.Eq{"org_id": org}).Where("key = any(?)", keys))
	if err != nil {
		return fmt.Errorf("read events by key: %w", err)
	}
	byKey := make(map[string]crm.Event, len(there))
	for _, event := range there {
		byKey[event.Key] = event
	}
	for i, event := range events {
		if fresh[i] {
			continue
		}
		twin, ok := byKey[event.Key]
		if !ok {
			return domain.NotFound("The contact of an event does not exist.")
		}
		events[i] = twin
	}
	return nil
}

// FindEvent implements crm.Events.
func (s *Store) FindEvent(ctx context.Context, org domain.OrgID, match crm.EventMatch) (crm.Event, bool, error) {
	query := selectEvent.Where(sq.Eq{"org_id": org, "contact_id": match.Contact, "type": match.Type}).
		Where(sq.Gt{"id": match.Since}).Where("data->>'machine' is distinct from 'true'").OrderBy("id").Limit(1)
	if match.MessageID != nil {
		query = query.Where(sq.Eq{"message_id": *match.MessageID})
	}
	events, err := store.Many[crm.Event](ctx, s.db.Querier(ctx), query)
	if err != nil {
		return crm.Event{}, false, fmt.Errorf("find event: %w", err)
	}
	if len(events) == 0 {
		return crm.Event{}, false, nil
	}
	return events[0], true, nil
}

// LastEventID implements crm.Events. Ids count through all organizations.
func (s *Store) LastEventID(ctx context.Context) (crm.EventID, error) {
	id, err := store.Value[crm.EventID](ctx, s.db.Querier(ctx), store.SQL.Select("coalesce(max(id), 0)").From("crm.events"))
	if err != nil {
		return 0, fmt.Errorf("read last event id: %w", err)
	}
	return id, nil
}

// Timeline implements crm.Events.
func (s *Store) Timeline(ctx context.Context, org domain.OrgID, id crm.ContactID, before crm.EventID, limit int) ([]crm.Event, error) {
	query := selectEvent.Where(sq.Eq{"org_id": org, "contact_id": id}).OrderBy("id desc").Limit(uint64(limit))
	if before > 0 {
		query = query.Where(sq.Lt{"id": before})
	}
	events, err := store.Many[crm.Event](ctx, s.db.Querier(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	return events, nil
}
