package crmstore

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain/crm"
)

// What an earlier batch of the import noted about a contact counts more: it knows how the contact was.
const traceContacts = `insert into crm.import_contacts as t (org_id, import_id, contact_id, created, at, before, after, tags)
	select $1, $2, row.id, false, row.at, row.before, row.after, array(select jsonb_array_elements_text(row.tags)::bigint)
	from unnest($3::bigint[], $4::timestamptz[], $5::jsonb[], $6::jsonb[], $7::jsonb[]) as row (id, at, before, after, tags)
	on conflict (org_id, import_id, contact_id) do update set at = excluded.at,
		before = excluded.before || coalesce(t.before, '{}'), after = coalesce(t.after, '{}') || excluded.after, tags = t.tags || excluded.tags`

// trace notes what the import did to each contact, for undoing it.
func (r *importRun) trace(ctx context.Context) error {
	var fresh [][]any
	var ids []crm.ContactID
	var at []time.Time
	var before, after []map[string]any
	var tags [][]int64
	for i, contact := range r.contacts {
		switch {
		case contact.New:
			fresh = append(fresh, []any{r.org, r.batch.Import, contact.Contact.ID, true, contact.Contact.UpdatedAt, r.given[i]})
		case contact.Changed():
			was, is := contact.Values()
			ids, at = append(ids, contact.Contact.ID), append(at, contact.Contact.UpdatedAt)
			before, after, tags = append(before, was), append(after, is), append(tags, slices.Clip(append([]int64{}, r.given[i]...)))
		}
	}
	if len(fresh) > 0 {
		_, err := r.q.CopyFrom(ctx, pgx.Identifier{"crm", "import_contacts"},
			[]string{"org_id", "import_id", "contact_id", "created", "at", "tags"}, pgx.CopyFromRows(fresh))
		if err != nil {
			return fmt.Errorf("copy traces: %w", err)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	lists := make([]json.RawMessage, len(tags))
	for i := range tags {
		list, err := json.Marshal(tags[i])
		if err != nil {
			return fmt.Errorf("write tags: %w", err)
		}
		lists[i] = list
	}
	if _, err := r.q.Exec(ctx, traceContacts, r.org, r.batch.Import, ids, at, before, after, lists); err != nil {
		return fmt.Errorf("note what changed: %w", err)
	}
	return nil
}

// record writes an event for each contact that is new or different, and for each repeated row.
func (r *importRun) record(ctx context.Context) error {
	base := r.batch.EventData()
	whole, err := json.Marshal(base)
	if err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	var events [][]any
	add := func(contact crm.ContactID, kind string, more map[string]any) {
		data := any(json.RawMessage(whole))
		if more != nil {
			maps.Copy(more, base)
			data = more
		}
		events = append(events, []any{r.org, contact, kind, data, r.batch.At})
	}
	for _, contact := range r.contacts {
		id := contact.Contact.ID
		switch {
		case contact.New:
			add(id, crm.EventContactCreated, nil)
		case len(contact.Fields)+len(contact.Tags)+len(contact.Marks) > 0: // segments have events of their own
			add(id, crm.EventContactUpdated, changeData(contact))
		}
		for _, row := range contact.Repeats {
			add(id, crm.EventImportRepeated, map[string]any{"row": row})
		}
	}
	if _, err := r.q.CopyFrom(ctx, pgx.Identifier{"crm", "events"}, []string{"org_id", "contact_id", "type", "data", "occurred_at"}, pgx.CopyFromRows(events)); err != nil {
		return fmt.Errorf("copy events: %w", err)
	}
	return nil
}

// changeData says what is different about a contact that was there.
func changeData(contact crm.ImportedContact) map[string]any {
	data := map[string]any{}
	if len(contact.Fields) > 0 {
		data["fields"] = contact.Fields
	}
	if len(contact.Tags) > 0 {
		data["added"] = contact.Tags
	}
	return data
}
