package crmstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// target is where a row of a batch goes: a contact that is there, or a new one with its id drawn.
type target struct {
	ID    crm.ContactID
	Known bool
}

// ImportRows implements crm.Imports. Between looking for a contact and inserting it somebody else
// may create it; the batch then fails whole, and its repeat finds the contact.
func (s *Store) ImportRows(ctx context.Context, org domain.OrgID, batch crm.ImportBatch) (int, error) {
	if len(batch.Rows) == 0 {
		return 0, nil
	}
	run := importRun{q: s.db.Querier(ctx), org: org, batch: batch}
	for _, step := range []func(context.Context) error{run.findTargets, run.insert, run.update, run.tag, run.forbidEmail, run.record} {
		if err := step(ctx); err != nil {
			return 0, fmt.Errorf("import batch: %w", err)
		}
	}
	return len(run.created), nil
}

// importRun is the import of one batch, step by step.
type importRun struct {
	q       store.Querier
	org     domain.OrgID
	batch   crm.ImportBatch
	targets []target
	created []int           // places in batch.Rows
	changed []crm.ContactID // contacts that were there and are different now
}

// The limit keeps the planner from reading the whole table: one look into the index per row.
const findTargets = `select coalesce(c.id, nextval('crm.contacts_id_seq')) as id, c.id is not null as known
	from unnest($2::text[]) with ordinality as row (email, place)
	left join lateral (select id from crm.contacts where org_id = $1 and email_norm = row.email limit 1) c on true
	order by row.place`

func (r *importRun) findTargets(ctx context.Context) error {
	emails := make([]*string, len(r.batch.Rows))
	for i, row := range r.batch.Rows {
		if row.Contact.Email != nil {
			lower := strings.ToLower(*row.Contact.Email)
			emails[i] = &lower
		}
	}
	rows, err := r.q.Query(ctx, findTargets, r.org, emails)
	if err != nil {
		return err
	}
	if r.targets, err = pgx.CollectRows(rows, pgx.RowToStructByName[target]); err != nil {
		return fmt.Errorf("find contacts: %w", err)
	}
	for i, target := range r.targets {
		if !target.Known {
			r.created = append(r.created, i)
		}
	}
	return nil
}

func (r *importRun) insert(ctx context.Context) error {
	_, err := r.q.CopyFrom(ctx, pgx.Identifier{"crm", "all_contacts"}, // COPY can't write into a view
		[]string{
			"id", "org_id", "firstname", "lastname", "email", "phone", "phone_e164", "company", "position", "points",
			"stage", "time_zone", "preferred_channel", "locale", "fields", "created_at", "updated_at",
		},
		pgx.CopyFromSlice(len(r.created), func(n int) ([]any, error) {
			i := r.created[n]
			c := r.batch.Rows[i].Contact
			return []any{
				r.targets[i].ID, r.org, c.Firstname, c.Lastname, c.Email, c.Phone, c.PhoneE164, c.Company, c.Position, c.Points,
				c.Stage, c.TimeZone, c.PreferredChannel, c.Locale, c.Fields, r.batch.At, r.batch.At,
			}, nil
		}))
	if err != nil {
		return fmt.Errorf("copy contacts: %w", err)
	}
	return nil
}

const updateContacts = `with changed as (
		update crm.contacts c set
			firstname  = coalesce(row.firstname, c.firstname),
			lastname   = coalesce(row.lastname, c.lastname),
			phone      = coalesce(row.phone, c.phone),
			phone_e164 = case when row.phone is null then c.phone_e164 else row.phone_e164 end,
			company    = coalesce(row.company, c.company),
			position   = coalesce(row.position, c.position),
			points     = coalesce(row.points, c.points),
			stage      = coalesce(row.stage, c.stage),
			time_zone  = coalesce(row.time_zone, c.time_zone),
			preferred_channel = coalesce(row.preferred_channel, c.preferred_channel),
			locale     = coalesce(row.locale, c.locale),
			fields     = c.fields || row.fields,
			updated_at = $12
		from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[],
			$10::text[], $11::text[], $13::jsonb[], $14::text[], $15::text[])
			as row (id, firstname, lastname, phone, phone_e164, company, position, points, stage, time_zone, fields, preferred_channel, locale)
		where c.org_id = $1 and c.id = row.id and (
			c.firstname is distinct from coalesce(row.firstname, c.firstname) or
			c.lastname is distinct from coalesce(row.lastname, c.lastname) or
			c.phone is distinct from coalesce(row.phone, c.phone) or
			c.company is distinct from coalesce(row.company, c.company) or
			c.position is distinct from coalesce(row.position, c.position) or
			c.points is distinct from coalesce(row.points, c.points) or
			c.stage is distinct from coalesce(row.stage, c.stage) or
			c.time_zone is distinct from coalesce(row.time_zone, c.time_zone) or
			c.preferred_channel is distinct from coalesce(row.preferred_channel, c.preferred_channel) or
			c.locale is distinct from coalesce(row.locale, c.locale) or
			not c.fields @> row.fields)
		returning c.id)
	select id from changed`

// update changes contacts that were there. What a row leaves empty stays.
func (r *importRun) update(ctx context.Context) error {
	var (
		ids                                                                          []crm.ContactID
		firstname, lastname, phone, e164, company, position, stage, timeZone, locale []*string
		channel                                                                      []*crm.Channel
		points                                                                       []*int
		fields                                                                       []map[string]any
	)
	for i, row := range r.batch.Rows {
		if !r.targets[i].Known {
			continue
		}
		c := row.Contact
		ids = append(ids, r.targets[i].ID)
		firstname, lastname = append(firstname, c.Firstname), append(lastname, c.Lastname)
		phone, e164 = append(phone, c.Phone), append(e164, c.PhoneE164)
		company, position = append(company, c.Company), append(position, c.Position)
		stage, timeZone = append(stage, c.Stage), append(timeZone, c.TimeZone)
		channel, locale = append(channel, c.PreferredChannel), append(locale, c.Locale)
		fields = append(fields, c.Fields)
		if points = append(points, nil); row.HasPoints {
			points[len(points)-1] = &c.Points
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := r.q.Query(ctx, updateContacts, r.org, ids, firstname, lastname, phone, e164, company, position, points,
		stage, timeZone, r.batch.At, fields, channel, locale)
	if err != nil {
		return err
	}
	if r.changed, err = pgx.CollectRows(rows, pgx.RowTo[crm.ContactID]); err != nil {
		return fmt.Errorf("update contacts: %w", err)
	}
	return nil
}

const addTagsToMany = `insert into crm.contact_tags (org_id, contact_id, tag_id)
	select distinct $1::bigint, pair.contact, t.id
	from unnest($2::bigint[], $3::text[]) as pair (contact, name)
	join crm.tags t on t.org_id = $1 and t.name_norm = lower(pair.name)
	on conflict do nothing`

func (r *importRun) tag(ctx context.Context) error {
	var contacts []crm.ContactID
	var names []string
	distinct := map[string]bool{}
	for i, row := range r.batch.Rows {
		for _, tags := range [][]string{row.Tags, r.batch.Tags} {
			for _, name := range tags {
				contacts, names = append(contacts, r.targets[i].ID), append(names, name)
				distinct[name] = true
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	if _, err := r.q.Exec(ctx, createTags, r.org, sortedKeys(distinct)); err != nil {
		return fmt.Errorf("create tags: %w", err)
	}
	if _, err := r.q.Exec(ctx, addTagsToMany, r.org, contacts, names); err != nil {
		return fmt.Errorf("add tags: %w", err)
	}
	return nil
}

const forbidEmail = `with marked as (
		insert into crm.do_not_contact (org_id, contact_id, channel, reason, origin)
		select $1, contact, $3, $4, $5 from unnest($2::bigint[]) contact
		on conflict do nothing returning contact_id)
	insert into crm.consents (org_id, contact_id, purpose, state, source, detail, happened_at)
	select $1, contact_id, $3, 'withdrawn', 'import', $5, $6 from marked`

// forbidEmail marks contacts; a mark that is there already keeps its reason.
func (r *importRun) forbidEmail(ctx context.Context) error {
	var contacts []crm.ContactID
	for i, row := range r.batch.Rows {
		if row.DoNotEmail {
			contacts = append(contacts, r.targets[i].ID)
		}
	}
	if len(contacts) == 0 {
		return nil
	}
	_, err := r.q.Exec(ctx, forbidEmail, r.org, contacts, crm.Email, crm.Manual, fmt.Sprintf("import %d", r.batch.Import), r.batch.At)
	if err != nil {
		return fmt.Errorf("set do-not-contact: %w", err)
	}
	return nil
}

// record writes an event for each contact that is new or different.
func (r *importRun) record(ctx context.Context) error {
	data := map[string]any{"origin": "import", "importId": r.batch.Import}
	_, err := r.q.CopyFrom(ctx, pgx.Identifier{"crm", "events"}, []string{"org_id", "contact_id", "type", "data", "occurred_at"},
		pgx.CopyFromSlice(len(r.created)+len(r.changed), func(n int) ([]any, error) {
			if n < len(r.created) {
				return []any{r.org, r.targets[r.created[n]].ID, crm.EventContactCreated, data, r.batch.At}, nil
			}
			return []any{r.org, r.changed[n-len(r.created)], crm.EventContactUpdated, data, r.batch.At}, nil
		}))
	if err != nil {
		return fmt.Errorf("copy events: %w", err)
	}
	return nil
}

// sortedKeys keeps two imports that create the same tags from waiting for each other crosswise.
func sortedKeys(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
