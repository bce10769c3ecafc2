package crmstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// CountImported implements crm.ImportUndos.
func (s *Store) CountImported(ctx context.Context, org domain.OrgID, id crm.ImportID) (int64, error) {
	n, err := store.Value[int64](ctx, s.db.Querier(ctx), store.SQL.Select("count(*)").From("crm.import_contacts").
		Where(sq.Eq{"org_id": org, "import_id": id}))
	if err != nil {
		return 0, fmt.Errorf("count imported contacts: %w", err)
	}
	return n, nil
}

// ImportTraces implements crm.ImportUndos.
func (s *Store) ImportTraces(ctx context.Context, org domain.OrgID, q crm.ImportTraceQuery) ([]crm.ImportTrace, error) {
	type row struct {
		ContactID crm.ContactID
		Created   bool
		At        time.Time
		Before    map[string]any
		After     map[string]any
	}
	query := store.SQL.Select("contact_id", "created", "at", "before", "after").From("crm.import_contacts").
		Where(sq.Eq{"org_id": org, "import_id": q.Import}).Where(sq.Gt{"contact_id": q.After}).Where("not ahead")
	if q.Contacts != nil {
		query = query.Where("contact_id = any(?)", q.Contacts)
	}
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), query.OrderBy("contact_id").Limit(uint64(q.Limit)))
	if err != nil {
		return nil, fmt.Errorf("read what the import did: %w", err)
	}
	ids := make([]crm.ContactID, len(rows))
	for i, row := range rows {
		ids[i] = row.ContactID
	}
	contacts, err := store.Many[crm.Contact](ctx, s.db.Querier(ctx), selectBare.Where(sq.Eq{"c.org_id": org}).
		Where("c.id = any(?)", ids).OrderBy("c.id").Suffix("for no key update of c"))
	if err != nil {
		return nil, fmt.Errorf("read imported contacts: %w", err)
	}
	known := make(map[crm.ContactID]crm.Contact, len(contacts))
	for _, contact := range contacts {
		known[contact.ID] = contact
	}
	traces := make([]crm.ImportTrace, len(rows))
	for i, row := range rows {
		contact, there := known[row.ContactID]
		contact.ID = row.ContactID
		traces[i] = crm.ImportTrace{Contact: contact, Gone: !there, Created: row.Created, At: row.At, Before: row.Before, After: row.After}
	}
	return traces, nil
}

const (
	takeBackTags = `delete from crm.contact_tags ct using crm.import_contacts i
		where i.org_id = $1 and i.import_id = $2 and i.contact_id = any($3)
			and ct.org_id = $1 and ct.contact_id = i.contact_id and ct.tag_id = any(i.tags)`
	takeBackSegments = `with removed as (
			delete from crm.segment_contacts where org_id = $1 and contact_id = any($2) and origin = $3 returning segment_id, contact_id)
		insert into crm.events (org_id, contact_id, type, data, occurred_at)
		select $1, r.contact_id, $4, $5::jsonb || jsonb_build_object('segmentId', s.id, 'segment', s.name), $6
		from removed r join crm.segments s on s.org_id = $1 and s.id = r.segment_id order by s.id, r.contact_id`
	takeBackMarks = `with cleared as (
			delete from crm.do_not_contact where org_id = $1 and contact_id = any($2) and origin = $3 returning contact_id, channel)
		insert into crm.consents (org_id, contact_id, purpose, state, source, detail, happened_at)
		select $1, contact_id, channel, 'granted', 'import', $3 || ' undone', $4 from cleared`
)

// ApplyUndo implements crm.ImportUndos.
func (s *Store) ApplyUndo(ctx context.Context, org domain.OrgID, batch crm.UndoBatch) error {
	q, origin := s.db.Querier(ctx), batch.Import.Origin()
	if err := putBack(ctx, q, org, batch); err != nil {
		return err
	}
	if len(batch.TakeBack) == 0 {
		return nil
	}
	if _, err := q.Exec(ctx, takeBackTags, org, batch.Import, batch.TakeBack); err != nil {
		return fmt.Errorf("take back tags: %w", err)
	}
	if _, err := q.Exec(ctx, takeBackSegments, org, batch.TakeBack, origin, crm.EventRemovedFromSegment, batch.EventData(), batch.At); err != nil {
		return fmt.Errorf("take back segments: %w", err)
	}
	if _, err := q.Exec(ctx, takeBackMarks, org, batch.TakeBack, origin, batch.At); err != nil {
		return fmt.Errorf("take back marks: %w", err)
	}
	return recordUndo(ctx, q, org, batch)
}

const (
	undoneAhead = `update crm.import_contacts set ahead = true where org_id = $1 and import_id = $2 and contact_id = any($3)`
	// As if the import had emptied the field: its turn gives back what was there before.
	lentValues = `update crm.import_contacts t set after = t.after || row.lent from unnest($3::bigint[], $4::jsonb[]) row (id, lent)
		where t.org_id = $1 and t.import_id = $2 and t.contact_id = row.id`
)

// putBack gives contacts back what they had, and notes what was done to others on the way.
func putBack(ctx context.Context, q store.Querier, org domain.OrgID, batch crm.UndoBatch) error {
	if err := updateImported(ctx, q, org, slices.Concat(batch.Restore, batch.Lend)); err != nil {
		return err
	}
	if len(batch.Ahead) > 0 {
		if _, err := q.Exec(ctx, undoneAhead, org, batch.Import, batch.Ahead); err != nil {
			return fmt.Errorf("note whose turn came early: %w", err)
		}
	}
	if len(batch.Lend) == 0 {
		return nil
	}
	ids, lent := make([]crm.ContactID, len(batch.Lend)), make([]map[string]any, len(batch.Lend))
	for i, contact := range batch.Lend {
		ids[i] = contact.Contact.ID
		_, lent[i] = contact.Values()
	}
	if _, err := q.Exec(ctx, lentValues, org, batch.Import, ids, lent); err != nil {
		return fmt.Errorf("note who waits for a value: %w", err)
	}
	return nil
}

// recordUndo tells the timelines of contacts that stay.
func recordUndo(ctx context.Context, q store.Querier, org domain.OrgID, batch crm.UndoBatch) error {
	fields := make(map[crm.ContactID][]string, len(batch.Restore))
	for _, contact := range batch.Restore {
		fields[contact.Contact.ID] = contact.Fields
	}
	events := make([][]any, len(batch.TakeBack))
	for i, id := range batch.TakeBack {
		data := batch.EventData()
		if len(fields[id]) > 0 {
			data["fields"] = fields[id]
		}
		text, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("write event: %w", err)
		}
		events[i] = []any{org, id, crm.EventImportUndone, json.RawMessage(text), batch.At}
	}
	_, err := q.CopyFrom(ctx, pgx.Identifier{"crm", "events"}, []string{"org_id", "contact_id", "type", "data", "occurred_at"}, pgx.CopyFromRows(events))
	if err != nil {
		return fmt.Errorf("copy events: %w", err)
	}
	return nil
}

// WaitingImports implements crm.ImportLeftovers.
func (s *Store) WaitingImports(ctx context.Context, before time.Time) ([]crm.OpenImport, error) {
	return store.Many[crm.OpenImport](ctx, s.db.Read(), store.SQL.Select("org_id as org", "id").From("crm.imports").
		Where(sq.Eq{"state": crm.ImportMapping}).Where(sq.Lt{"created_at": before}).OrderBy("id"))
}

const forgetImported = `update crm.import_contacts t set before = null, after = null
	from (select org_id, import_id, contact_id from crm.import_contacts where before is not null and at < $1 order by at limit $2) old
	where t.org_id = old.org_id and t.import_id = old.import_id and t.contact_id = old.contact_id`

// ForgetImported implements crm.ImportLeftovers.
func (s *Store) ForgetImported(ctx context.Context, before time.Time, limit int) (int64, error) {
	done, err := s.db.Querier(ctx).Exec(ctx, forgetImported, before, limit)
	if err != nil {
		return 0, fmt.Errorf("forget values before an import: %w", err)
	}
	return done.RowsAffected(), nil
}
