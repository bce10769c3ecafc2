package crmstore

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// manyEvents is from how many events on one statement is quicker than one for each.
const manyEvents = 20

// Their ids are drawn first: what is stored of a set comes back in no order.
const insertEvents = `with kept as (
		select id from crm.all_contacts where org_id = $1 and id = any($3) order by id for key share),
	drawn as (
		select row.*, nextval('crm.events_id_seq') as id
		from unnest($2::int[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::jsonb[], $8::text[], $9::timestamptz[])
			as row (no, contact_id, type, message_id, campaign_id, data, key, occurred_at)
		order by row.no),
	inserted as (
		insert into crm.events (id, org_id, contact_id, type, message_id, campaign_id, data, key, occurred_at) overriding system value
		select id, $1, contact_id, type, message_id, campaign_id, data, nullif(key, ''), occurred_at
		from drawn where contact_id in (select id from kept) order by no
		on conflict (org_id, key) where key is not null do nothing
		returning id, created_at)
	select d.no, i.id, i.created_at from inserted i join drawn d on d.id = i.id`

// insertSet is insertEach by one statement.
func (s *Store) insertSet(ctx context.Context, org domain.OrgID, events []crm.Event, fresh []bool) error {
	type row struct {
		No        int
		ID        crm.EventID
		CreatedAt time.Time
	}
	c := eventSetOf(events)
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), statement{
		insertEvents, []any{org, c.no, c.contact, c.kind, c.message, c.campaign, c.data, c.key, c.at},
	})
	if err != nil {
		return err
	}
	for _, row := range rows {
		fresh[row.No] = true
		events[row.No].ID, events[row.No].CreatedAt = row.ID, row.CreatedAt
	}
	return nil
}

// eventSet are events by column, as unnest takes them.
type eventSet struct {
	no                []int
	contact           []crm.ContactID
	kind, key         []string
	message, campaign []*int64
	data              []map[string]any
	at                []time.Time
}

func eventSetOf(events []crm.Event) eventSet {
	var c eventSet
	for i, event := range events {
		c.no, c.contact, c.kind, c.key = append(c.no, i), append(c.contact, event.Contact), append(c.kind, event.Type), append(c.key, event.Key)
		c.message, c.campaign = append(c.message, event.MessageID), append(c.campaign, event.CampaignID)
		c.data, c.at = append(c.data, event.Data), append(c.at, event.OccurredAt)
	}
	return c
}
