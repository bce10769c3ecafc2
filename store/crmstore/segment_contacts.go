package crmstore

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

const (
	addToSegment = `with added as (
			insert into crm.segment_contacts (org_id, segment_id, contact_id, origin)
			select $1, $2, c.id, $4 from crm.contacts c where c.org_id = $1 and c.id = any($3) order by c.id
			on conflict do nothing returning contact_id)
		insert into crm.events (org_id, contact_id, type, data, occurred_at)
		select $1, contact_id, $5, $6, $7 from added order by contact_id
		returning ` + eventColumns

	removeFromSegment = `with removed as (
			delete from crm.segment_contacts where org_id = $1 and segment_id = $2 and contact_id = any($3)
			returning contact_id)
		insert into crm.events (org_id, contact_id, type, data, occurred_at)
		select $1, r.contact_id, $4, $5, $6 from removed r
		join crm.contacts c on c.org_id = $1 and c.id = r.contact_id order by r.contact_id
		returning ` + eventColumns
)

// AddToSegment implements crm.Segments.
func (s *Store) AddToSegment(ctx context.Context, org domain.OrgID, g crm.SegmentChange) ([]crm.Event, error) {
	return s.changeSegment(ctx, addToSegment, org, g.Segment.ID, g.Contacts, g.Origin, crm.EventAddedToSegment, g.Data, g.At)
}

// RemoveFromSegment implements crm.Segments.
func (s *Store) RemoveFromSegment(ctx context.Context, org domain.OrgID, g crm.SegmentChange) ([]crm.Event, error) {
	return s.changeSegment(ctx, removeFromSegment, org, g.Segment.ID, g.Contacts, crm.EventRemovedFromSegment, g.Data, g.At)
}

func (s *Store) changeSegment(ctx context.Context, statement string, args ...any) ([]crm.Event, error) {
	rows, err := s.db.Querier(ctx).Query(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("change segment: %w", err)
	}
	events, err := pgx.CollectRows(rows, pgx.RowToStructByName[crm.Event])
	if err != nil {
		return nil, fmt.Errorf("change segment: %w", err)
	}
	return events, nil
}
