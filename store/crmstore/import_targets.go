package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// One look into the index of addresses for each of them. A join may be planned as a reading of the whole
// table, and so may a look that is limited to one row: it would stop early if there were such a row.
const idsByEmail = `select id from (
		select (select id from crm.contacts where org_id = $1 and email_norm = row.email) as id
		from unnest($2::text[]) row (email) offset 0
	) found where id is not null`

// selectTarget is selectContact with what an import asks besides.
func selectTarget(id crm.ImportID, segments []crm.SegmentID) sq.SelectBuilder {
	return selectContact.
		Column(sq.Expr(`array(select m.segment_id from crm.segment_contacts m
			where m.org_id = c.org_id and m.contact_id = c.id and m.segment_id = any(?)) as segments`, segments)).
		Column(sq.Expr(`exists (select from crm.import_contacts i
			where i.org_id = c.org_id and i.import_id = ? and i.contact_id = c.id) as touched`, id))
}

// ImportTargets implements crm.ImportContacts. Contacts are locked in the order of their ids, so that two
// imports of the same people don't wait for each other crosswise.
func (s *Store) ImportTargets(ctx context.Context, org domain.OrgID, q crm.ImportLookup) ([]crm.ImportTarget, error) {
	if q.Lock {
		if _, err := s.db.Querier(ctx).Exec(ctx, importCarefully); err != nil {
			return nil, fmt.Errorf("prepare an import: %w", err)
		}
	}
	ids, err := s.holderIDs(ctx, org, q.UniqueValues)
	if err != nil {
		return nil, err
	}
	ids = append(ids, q.IDs...)
	if len(ids) == 0 {
		return nil, nil
	}
	query := selectTarget(q.Import, q.Segments).Where(sq.Eq{"c.org_id": org}).Where("c.id = any(?)", ids).OrderBy("c.id")
	if q.Lock {
		query = query.Suffix("for no key update of c")
	}
	targets, err := store.Many[crm.ImportTarget](ctx, s.db.Querier(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("find contacts of import: %w", err)
	}
	return targets, nil
}

// Foreign keys are checked by a plan that is made once in a session: one made while the table was small
// would read it from end to end. Postgres can't see that two batches of an import wait for each other, so
// nobody waits for a lock for long. The longer the list of what is still to be sorted into the index for
// searches, the less work each row of it is; searches read it from end to end.
const importCarefully = `select set_config('enable_seqscan', 'off', true), set_config('lock_timeout', '30s', true),
	set_config('gin_pending_list_limit', '16MB', true)`

// ContactsGrew implements crm.ImportContacts. A planner that takes the table for small reads all contacts
// of the organization for each address, and autovacuum comes too late for a file that fills the table in
// seconds. Rows of open transactions are not counted: one that has just made all contacts would leave none.
// While an index is being built the table can't be analyzed; nobody waits for that.
func (s *Store) ContactsGrew(ctx context.Context) error {
	if _, err := s.db.Querier(ctx).Exec(ctx, "analyze (skip_locked) crm.all_contacts (org_id, email_norm)"); err != nil {
		return fmt.Errorf("tell the planner how many contacts there are: %w", err)
	}
	return s.GroupsGrew(ctx)
}

// GroupsGrew implements crm.Jobs. A planner that takes a tag for one that nobody has compares all who
// carry it with each contact of a list: a minute for ten thousand.
func (s *Store) GroupsGrew(ctx context.Context) error {
	if _, err := s.db.Querier(ctx).Exec(ctx, "analyze (skip_locked) crm.contact_tags, crm.segment_contacts"); err != nil {
		return fmt.Errorf("tell the planner how many carry a tag: %w", err)
	}
	return nil
}

func (s *Store) targetIDs(ctx context.Context, query string, args ...any) ([]crm.ContactID, error) {
	// Planned each time: a plan of the first batch, for a table that was all but empty, would be kept.
	ids, err := store.Values[crm.ContactID](ctx, s.db.Querier(ctx), store.Unprepared(statement{query, args}))
	if err != nil {
		return nil, fmt.Errorf("find contacts of import: %w", err)
	}
	return ids, nil
}

// statement is SQL that is written already.
type statement struct {
	sql  string
	args []any
}

// ToSql implements sq.Sqlizer.
func (s statement) ToSql() (string, []any, error) { return s.sql, s.args, nil } //nolint:staticcheck // squirrel names it

// idsByField spells organization and alias out, as the index of an identifying field does.
func idsByField(org domain.OrgID, alias string) string {
	value := fieldExpression(alias)
	return fmt.Sprintf(`select id from crm.contacts where org_id = %d and %s is not null and %s = any($1::text[])`, org, value, value)
}

// OwnersByEmail implements crm.ImportContacts.
func (s *Store) OwnersByEmail(ctx context.Context, org domain.OrgID) (map[string]identity.UserID, error) {
	type colleague struct {
		ID    identity.UserID
		Email string
	}
	all, err := store.Many[colleague](ctx, s.db.Querier(ctx), store.SQL.Select("u.id", "lower(u.email) as email").
		From("identity.org_members m").Join("identity.users u on u.id = m.user_id").Where(sq.Eq{"m.org_id": org}))
	if err != nil {
		return nil, fmt.Errorf("list colleagues: %w", err)
	}
	owners := make(map[string]identity.UserID, len(all))
	for _, one := range all {
		owners[one.Email] = one.ID
	}
	return owners, nil
}

// SegmentNames implements crm.ImportContacts. Where a name is another segment's alias, the alias counts.
func (s *Store) SegmentNames(ctx context.Context, org domain.OrgID) (map[string]crm.SegmentID, error) {
	type named struct {
		ID    crm.SegmentID
		Name  string
		Alias string
	}
	all, err := store.Many[named](ctx, s.db.Querier(ctx), store.SQL.Select("id", "lower(name) as name", "alias").
		From("crm.segments").Where(sq.Eq{"org_id": org}).OrderBy("id desc"))
	if err != nil {
		return nil, fmt.Errorf("list names of segments: %w", err)
	}
	names := make(map[string]crm.SegmentID, 2*len(all))
	for _, one := range all {
		names[one.Name] = one.ID
	}
	for _, one := range all {
		names[one.Alias] = one.ID
	}
	return names, nil
}
