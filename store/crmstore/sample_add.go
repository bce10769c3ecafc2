package crmstore

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// sampleNote describes what the demo has made.
const sampleNote = "Loaded with the sample data."

const (
	createSampleTags = `insert into crm.tags (org_id, name, description) select $1, name, $3 from unnest($2::text[]) name
		on conflict do nothing`
	sampleTagIDs = `select t.id from unnest($2::text[]) with ordinality as wanted (name, place)
		join crm.tags t on t.org_id = $1 and t.name_norm = lower(wanted.name) order by place`

	// A mark in the settings, which goes when people change the field, says that it is the demo's.
	createSampleField = `insert into crm.fields (org_id, alias, label, type, field_group, options, settings)
		values ($1, $2, $3, $4, $5, $6, '{"sample": true}') on conflict do nothing`

	createSampleSegments = `insert into crm.segments (org_id, name, alias, description)
		select $1, name, alias, $4 from unnest($2::text[], $3::text[]) as wanted (name, alias)
		on conflict do nothing`
	sampleSegmentIDs = `select s.id from unnest($2::text[]) with ordinality as wanted (alias, place)
		join crm.segments s on s.org_id = $1 and s.alias = wanted.alias order by place`
)

// PrepareSamples implements crm.Samples.
func (s *Store) PrepareSamples(ctx context.Context, org domain.OrgID) (crm.SampleNouns, error) {
	var nouns crm.SampleNouns
	err := s.db.InTx(ctx, org, func(ctx context.Context) error {
		tags, segments, aliases := make([]string, len(crm.SampleTags)), make([]string, len(crm.SampleSegments)), sampleAliases()
		for i, tag := range crm.SampleTags {
			tags[i] = tag.Name
		}
		for i, segment := range crm.SampleSegments {
			segments[i] = segment.Name
		}
		batch := &pgx.Batch{}
		batch.Queue(createSampleTags, org, tags, sampleNote)
		batch.Queue(sampleTagIDs, org, tags).Query(collectIDs(&nouns.Tags))
		batch.Queue(createSampleSegments, org, segments, aliases, sampleNote)
		batch.Queue(sampleSegmentIDs, org, aliases).Query(collectIDs(&nouns.Segments))
		for _, field := range crm.SampleFields {
			if field.Options == nil {
				field.Options = []crm.FieldOption{}
			}
			batch.Queue(createSampleField, org, field.Alias, field.Label, field.Type, field.Group, field.Options)
		}
		return s.db.Querier(ctx).SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return crm.SampleNouns{}, fmt.Errorf("prepare sample contacts: %w", err)
	}
	return nouns, nil
}

func sampleAliases() []string {
	aliases := make([]string, len(crm.SampleSegments))
	for i, segment := range crm.SampleSegments {
		aliases[i] = segment.SampleAlias()
	}
	return aliases
}

func collectIDs(ids *[]int64) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*ids, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		return err
	}
}

const (
	knownEmails = `select email_norm from crm.contacts where org_id = $1 and email_norm = any($2)`
	drawIDs     = `select nextval('crm.contacts_id_seq') from generate_series(1, $1)`

	// Many rows at once are sorted into the search index together. Foreign keys are checked by a plan
	// that is made once in a session: one made while the table was small would read it from end to end.
	sampleGenerously = `select set_config('gin_pending_list_limit', '65536', true), set_config('synchronous_commit', 'off', true),
		set_config('enable_seqscan', 'off', true)`
)

// AddSamples implements crm.Samples.
func (s *Store) AddSamples(ctx context.Context, org domain.OrgID, nouns crm.SampleNouns, people []crm.SamplePerson) (int, error) {
	var added int
	err := s.db.InTx(ctx, org, func(ctx context.Context) error {
		q := s.db.Querier(ctx)
		if _, err := q.Exec(ctx, sampleGenerously); err != nil {
			return err
		}
		strangers, err := s.sampleStrangers(ctx, org, people)
		if err != nil || len(strangers) == 0 {
			return err
		}
		added = len(strangers)
		copying := sampleCopy{org: org, nouns: nouns, people: strangers}
		for _, table := range copying.tables() {
			if len(table.rows) == 0 {
				continue
			}
			if _, err := q.CopyFrom(ctx, pgx.Identifier{"crm", table.name}, table.columns, pgx.CopyFromRows(table.rows)); err != nil {
				return fmt.Errorf("copy %s: %w", table.name, err)
			}
		}
		return nil
	})
	return added, err
}

// sampleStrangers are those whose address nobody has, with ids of their own.
func (s *Store) sampleStrangers(ctx context.Context, org domain.OrgID, people []crm.SamplePerson) ([]crm.SamplePerson, error) {
	emails := make([]string, len(people))
	for i, person := range people {
		emails[i] = *person.Contact.Email
	}
	rows, err := s.db.Querier(ctx).Query(ctx, knownEmails, org, emails)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	var email string
	if _, err := pgx.ForEachRow(rows, []any{&email}, func() error { known[email] = true; return nil }); err != nil {
		return nil, fmt.Errorf("look for sample contacts: %w", err)
	}
	var strangers []crm.SamplePerson
	for _, person := range people {
		if !known[*person.Contact.Email] {
			strangers = append(strangers, person)
		}
	}
	if rows, err = s.db.Querier(ctx).Query(ctx, drawIDs, len(strangers)); err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[crm.ContactID])
	if err != nil {
		return nil, fmt.Errorf("draw ids: %w", err)
	}
	for i, id := range ids {
		strangers[i].Contact.ID = id
	}
	return strangers, nil
}

// sampleCopy turns people into rows.
type sampleCopy struct {
	org    domain.OrgID
	nouns  crm.SampleNouns
	people []crm.SamplePerson
}

type sampleTable struct {
	name    string
	columns []string
	rows    [][]any
}

func (c sampleCopy) tables() []sampleTable {
	contacts := sampleTable{name: "all_contacts", columns: []string{
		"id", "org_id", "firstname", "lastname", "email", "phone", "phone_e164", "company", "position", "points",
		"time_zone", "locale", "fields", "is_sample", "created_at", "updated_at",
	}}
	tags := sampleTable{name: "contact_tags", columns: []string{"org_id", "contact_id", "tag_id", "created_at"}}
	segments := sampleTable{name: "segment_contacts", columns: []string{"org_id", "contact_id", "segment_id", "origin", "created_at"}}
	events := sampleTable{name: "events", columns: []string{"org_id", "contact_id", "type", "data", "occurred_at"}}
	for _, person := range c.people {
		p := person.Contact
		contacts.rows = append(contacts.rows, []any{
			p.ID, c.org, p.Firstname, p.Lastname, p.Email, p.Phone, p.PhoneE164, p.Company, p.Position, p.Points,
			p.TimeZone, p.Locale, p.Fields, p.IsSample, p.CreatedAt, p.UpdatedAt,
		})
		for _, place := range person.Tags {
			tags.rows = append(tags.rows, []any{c.org, p.ID, c.nouns.Tags[place], p.CreatedAt})
		}
		for _, place := range person.Segments {
			segments.rows = append(segments.rows, []any{c.org, p.ID, c.nouns.Segments[place], "sample data", p.CreatedAt})
		}
		for _, event := range person.Events {
			events.rows = append(events.rows, []any{c.org, p.ID, event.Type, event.Data, event.OccurredAt})
		}
	}
	return []sampleTable{contacts, tags, segments, events}
}

// SettleSamples implements crm.Samples: searches read a list of what is not sorted in yet from end to
// end, and the planner should know the tables by their new size.
func (s *Store) SettleSamples(ctx context.Context) error {
	for _, statement := range []string{
		"select gin_clean_pending_list('crm.contacts_search')",
		"vacuum (analyze) crm.all_contacts", "vacuum (analyze) crm.contact_tags", "vacuum (analyze) crm.segment_contacts", "analyze crm.events",
	} {
		if _, err := s.db.Pool().Exec(ctx, statement); err != nil {
			return fmt.Errorf("settle sample contacts: %w", err)
		}
	}
	return nil
}
