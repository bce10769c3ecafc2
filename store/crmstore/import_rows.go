package crmstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// ApplyImport implements crm.ImportContacts. Between looking for a contact and inserting it somebody
// else may create it; the batch then fails whole, and its repeat finds the contact.
func (s *Store) ApplyImport(ctx context.Context, org domain.OrgID, batch crm.ImportBatch, claimed func()) error {
	if len(batch.Contacts) == 0 {
		return nil
	}
	run := importRun{q: s.db.Querier(ctx), org: org, batch: batch, contacts: batch.Contacts}
	claim := func(context.Context) error { claimed(); return nil }
	steps := []func(context.Context) error{
		run.drawIDs, run.update, run.makeTags, claim,
		run.insert, run.giveTags, run.forbid, run.trace, run.record, run.enlist,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return fmt.Errorf("import batch: %w", err)
		}
	}
	return nil
}

// importRun stores one batch, step by step.
type importRun struct {
	q        store.Querier
	org      domain.OrgID
	batch    crm.ImportBatch
	contacts []crm.ImportedContact
	tags     map[string]int64 // by name in small letters
	given    [][]int64        // tags that each contact did not have
}

func (r *importRun) drawIDs(ctx context.Context) error {
	var created []int
	for i, contact := range r.contacts {
		if contact.New {
			created = append(created, i)
		}
	}
	if len(created) == 0 {
		return nil
	}
	rows, err := r.q.Query(ctx, drawIDs, len(created))
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[crm.ContactID])
	if err != nil {
		return fmt.Errorf("draw ids: %w", err)
	}
	for n, i := range created {
		r.contacts[i].Contact.ID = ids[n]
	}
	return nil
}

func (r *importRun) insert(ctx context.Context) error {
	created := make([]crm.Contact, 0, len(r.contacts))
	for _, contact := range r.contacts {
		if contact.New {
			created = append(created, contact.Contact)
		}
	}
	if len(created) == 0 {
		return nil
	}
	_, err := r.q.CopyFrom(ctx, pgx.Identifier{"crm", "all_contacts"}, // COPY can't write into a view
		[]string{
			"id", "org_id", "firstname", "lastname", "email", "phone", "phone_e164", "company", "position", "points",
			"stage", "owner_id", "time_zone", "preferred_channel", "locale", "fields", "created_at", "updated_at",
		},
		pgx.CopyFromSlice(len(created), func(i int) ([]any, error) {
			c := created[i]
			return []any{
				c.ID, r.org, c.Firstname, c.Lastname, c.Email, c.Phone, c.PhoneE164, c.Company, c.Position, c.Points,
				c.Stage, c.OwnerID, c.TimeZone, c.PreferredChannel, c.Locale, c.Fields, c.CreatedAt, c.UpdatedAt,
			}, nil
		}))
	if err != nil {
		return fmt.Errorf("copy contacts: %w", err)
	}
	return nil
}

// update changes contacts that were there.
func (r *importRun) update(ctx context.Context) error {
	return updateImported(ctx, r.q, r.org, r.contacts)
}

const (
	// Values of fields that are not published are not read with a contact, and stay.
	updateContacts = `update crm.contacts c set firstname = row.firstname, lastname = row.lastname, email = row.email, phone = row.phone,
			phone_e164 = row.phone_e164, company = row.company, position = row.position, points = row.points, stage = row.stage,
			owner_id = row.owner_id, time_zone = row.time_zone, preferred_channel = row.preferred_channel, locale = row.locale,
			fields = coalesce((select jsonb_object_agg(h.key, h.value) from jsonb_each(c.fields) h
				join crm.fields f on f.org_id = c.org_id and f.alias = h.key and not f.is_published), '{}') || row.fields,
			updated_at = row.updated_at
		from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[],
			$11::text[], $12::bigint[], $13::text[], $14::text[], $15::text[], $16::jsonb[], $17::timestamptz[])
			as row (id, firstname, lastname, email, phone, phone_e164, company, position, points, stage, owner_id, time_zone,
				preferred_channel, locale, fields, updated_at)
		where c.org_id = $1 and c.id = row.id`

	// Two contacts of a batch may pass an address on, or a value that identifies them: nobody has it in between.
	leaveEmails = `update crm.contacts set email = null where org_id = $1 and id = any($2)`
	leaveValues = `update crm.contacts c set fields = c.fields - array(select f.alias from crm.fields f
			where f.org_id = $1 and f.is_unique and f.alias = any($3))
		where c.org_id = $1 and c.id = any($2) and exists (select from crm.fields f where f.org_id = $1 and f.is_unique and f.alias = any($3))`
)

// updateImported stores those contacts whose fields have changed; they are locked.
func updateImported(ctx context.Context, q store.Querier, org domain.OrgID, contacts []crm.ImportedContact) error {
	var c contactColumns
	for _, contact := range contacts {
		if !contact.New && len(contact.Fields) > 0 {
			c.add(contact.Contact)
		}
	}
	if len(c.id) == 0 {
		return nil
	}
	if err := leaveUnique(ctx, q, org, contacts); err != nil {
		return err
	}
	_, err := q.Exec(ctx, updateContacts, org, c.id, c.firstname, c.lastname, c.email, c.phone, c.e164, c.company, c.position, c.points,
		c.stage, c.owner, c.timeZone, c.channel, c.locale, c.fields, c.updated)
	if err != nil {
		return fmt.Errorf("update contacts: %w", err)
	}
	return nil
}

// leaveUnique takes from contacts what no two can have and what they are about to exchange for something
// else.
func leaveUnique(ctx context.Context, q store.Querier, org domain.OrgID, contacts []crm.ImportedContact) error {
	var moved, changed []crm.ContactID
	aliases := map[string]bool{}
	for _, contact := range contacts {
		if contact.New {
			continue
		}
		if slices.Contains(contact.Fields, "email") {
			moved = append(moved, contact.Contact.ID)
		}
		custom := false
		for _, name := range contact.Fields {
			if alias, ok := strings.CutPrefix(name, "fields."); ok {
				aliases[alias], custom = true, true
			}
		}
		if custom {
			changed = append(changed, contact.Contact.ID)
		}
	}
	if len(moved) > 0 {
		if _, err := q.Exec(ctx, leaveEmails, org, moved); err != nil {
			return fmt.Errorf("move email addresses: %w", err)
		}
	}
	if len(changed) > 0 {
		if _, err := q.Exec(ctx, leaveValues, org, changed, sortedKeys(aliases)); err != nil {
			return fmt.Errorf("move identifying values: %w", err)
		}
	}
	return nil
}

// contactColumns are contacts by column, as unnest takes them.
type contactColumns struct {
	id                                                                                           []crm.ContactID
	firstname, lastname, email, phone, e164, company, position, stage, timeZone, channel, locale []*string
	points                                                                                       []int
	owner                                                                                        []*int64
	fields                                                                                       []map[string]any
	updated                                                                                      []time.Time
}

func (c *contactColumns) add(contact crm.Contact) {
	c.id = append(c.id, contact.ID)
	c.firstname, c.lastname = append(c.firstname, contact.Firstname), append(c.lastname, contact.Lastname)
	c.email, c.phone, c.e164 = append(c.email, contact.Email), append(c.phone, contact.Phone), append(c.e164, contact.PhoneE164)
	c.company, c.position = append(c.company, contact.Company), append(c.position, contact.Position)
	c.stage, c.timeZone = append(c.stage, contact.Stage), append(c.timeZone, contact.TimeZone)
	c.channel, c.locale = append(c.channel, (*string)(contact.PreferredChannel)), append(c.locale, contact.Locale)
	c.points, c.owner = append(c.points, contact.Points), append(c.owner, (*int64)(contact.OwnerID))
	c.fields, c.updated = append(c.fields, contact.Fields), append(c.updated, contact.UpdatedAt)
}

const enlistContacts = `with added as (
		insert into crm.segment_contacts (org_id, segment_id, contact_id, origin)
		select $1, member.segment, member.contact, $4 from unnest($2::bigint[], $3::bigint[]) member (segment, contact)
		join crm.segments s on s.org_id = $1 and s.id = member.segment -- it may have been deleted meanwhile
		on conflict do nothing returning segment_id, contact_id)
	insert into crm.events (org_id, contact_id, type, data, occurred_at)
	select $1, a.contact_id, $5, $6::jsonb || jsonb_build_object('segmentId', s.id, 'segment', s.name), $7
	from added a join crm.segments s on s.org_id = $1 and s.id = a.segment_id order by s.id, a.contact_id`

// enlist adds contacts to segments, and tells so about those that were not in them.
func (r *importRun) enlist(ctx context.Context) error {
	var segments []crm.SegmentID
	var contacts []crm.ContactID
	for _, contact := range r.contacts {
		for _, segment := range contact.Segments {
			segments, contacts = append(segments, segment), append(contacts, contact.Contact.ID)
		}
	}
	if len(segments) == 0 {
		return nil
	}
	_, err := r.q.Exec(ctx, enlistContacts, r.org, segments, contacts, r.batch.Import.Origin(), crm.EventAddedToSegment, r.batch.EventData(), r.batch.At)
	if err != nil {
		return fmt.Errorf("add to segments: %w", err)
	}
	return nil
}

const forbidChannels = `with marked as (
		insert into crm.do_not_contact (org_id, contact_id, channel, reason, origin)
		select $1, mark.contact, mark.channel, mark.reason, $5 from unnest($2::bigint[], $3::text[], $4::text[]) mark (contact, channel, reason)
		on conflict do nothing returning contact_id, channel, reason)
	insert into crm.consents (org_id, contact_id, purpose, state, source, detail, happened_at)
	select $1, contact_id, channel, 'withdrawn', 'import', $5, $6 from marked where reason <> 'bounced'`

// forbid marks contacts; a mark that is there already keeps its reason.
func (r *importRun) forbid(ctx context.Context) error {
	var contacts []crm.ContactID
	var channels, reasons []string
	for _, contact := range r.contacts {
		for _, mark := range contact.Marks {
			contacts, channels, reasons = append(contacts, contact.Contact.ID), append(channels, string(mark.Channel)), append(reasons, string(mark.Reason))
		}
	}
	if len(contacts) == 0 {
		return nil
	}
	if _, err := r.q.Exec(ctx, forbidChannels, r.org, contacts, channels, reasons, r.batch.Import.Origin(), r.batch.At); err != nil {
		return fmt.Errorf("set do-not-contact: %w", err)
	}
	return nil
}

// sortedKeys keeps two who create the same tags from waiting for each other crosswise.
func sortedKeys[V any](set map[string]V) []string { return slices.Sorted(maps.Keys(set)) }
