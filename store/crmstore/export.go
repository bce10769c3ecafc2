package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// MatchingContacts implements crm.Exports.
func (s *Store) MatchingContacts(ctx context.Context, org domain.OrgID, q crm.ContactQuery) ([]crm.ContactID, error) {
	query, err := s.Matching(ctx, org, q)
	if err != nil {
		return nil, err
	}
	ids, err := store.Values[crm.ContactID](ctx, s.db.Read(), query.OrderBy("c.id"))
	if err != nil {
		return nil, fmt.Errorf("find contacts: %w", err)
	}
	return ids, nil
}

const (
	exportTags = `select ct.contact_id, array_agg(t.name order by t.name_norm) as names
		from crm.contact_tags ct join crm.tags t on t.org_id = ct.org_id and t.id = ct.tag_id
		where ct.org_id = $1 and ct.contact_id = any($2) group by ct.contact_id`

	exportSegments = `select sc.contact_id, array_agg(g.alias order by g.alias) as names
		from crm.segment_contacts sc join crm.segments g on g.org_id = sc.org_id and g.id = sc.segment_id
		where sc.org_id = $1 and sc.contact_id = any($2) group by sc.contact_id`

	exportMarks = `select contact_id, channel, reason, comment, origin, created_at from crm.do_not_contact
		where org_id = $1 and contact_id = any($2) order by contact_id, channel`
)

var selectExport = store.SQL.
	Select("c.id", "c.firstname", "c.lastname", "c.email", "c.phone", "c.phone_e164", "c.company", "c.position", "c.points", "c.stage",
		"c.owner_id", "c.time_zone", "c.preferred_channel", "c.locale", "c.fields", "c.is_sample", "c.created_at", "c.updated_at").
	Column("'{}'::text[] as tags").Column("'[]'::jsonb as do_not_contact").
	Column("coalesce(u.email, '') as owner").Column("'{}'::text[] as segments").
	From("crm.contacts c").LeftJoin("identity.users u on u.id = c.owner_id")

// ExportRows implements crm.Exports. What belongs to contacts is read for all of them at once.
func (s *Store) ExportRows(ctx context.Context, org domain.OrgID, ids []crm.ContactID) ([]crm.ExportRow, error) {
	rows, err := store.Many[crm.ExportRow](ctx, s.db.Querier(ctx), selectExport.Where(sq.Eq{"c.org_id": org}).Where("c.id = any(?)", ids).OrderBy("c.id"))
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	places := make(map[crm.ContactID]int, len(rows))
	for i, row := range rows {
		places[row.ID] = i
	}
	if err := s.exportNames(ctx, exportTags, org, ids, func(id crm.ContactID, names []string) {
		if i, ok := places[id]; ok {
			rows[i].Tags = names
		}
	}); err != nil {
		return nil, fmt.Errorf("read tags: %w", err)
	}
	if err := s.exportNames(ctx, exportSegments, org, ids, func(id crm.ContactID, names []string) {
		if i, ok := places[id]; ok {
			rows[i].Segments = names
		}
	}); err != nil {
		return nil, fmt.Errorf("read segments: %w", err)
	}
	type mark struct {
		ContactID crm.ContactID
		crm.DoNotContact
	}
	marks, err := store.Many[mark](ctx, s.db.Querier(ctx), sq.Expr(exportMarks, org, ids))
	if err != nil {
		return nil, fmt.Errorf("read do-not-contact: %w", err)
	}
	for _, m := range marks {
		if i, ok := places[m.ContactID]; ok {
			rows[i].DoNotContact = append(rows[i].DoNotContact, m.DoNotContact)
		}
	}
	return rows, nil
}

func (s *Store) exportNames(ctx context.Context, statement string, org domain.OrgID, ids []crm.ContactID, take func(crm.ContactID, []string)) error {
	type row struct {
		ContactID crm.ContactID
		Names     []string
	}
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), sq.Expr(statement, org, ids))
	for _, row := range rows {
		take(row.ContactID, row.Names)
	}
	return err
}

// AddJobPiece implements crm.Exports.
func (s *Store) AddJobPiece(ctx context.Context, org domain.OrgID, id crm.JobID, no int, data []byte) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Insert("crm.job_pieces").Columns("org_id", "job_id", "no", "data").Values(org, id, no, data))
	if err != nil {
		return fmt.Errorf("store piece of file: %w", err)
	}
	return nil
}

// JobPiece implements crm.Exports.
func (s *Store) JobPiece(ctx context.Context, org domain.OrgID, id crm.JobID, no int) ([]byte, error) {
	pieces, err := store.Values[[]byte](ctx, s.db.Read(), store.SQL.Select("data").From("crm.job_pieces").Where(sq.Eq{"org_id": org, "job_id": id, "no": no}))
	if err != nil {
		return nil, fmt.Errorf("read piece of file: %w", err)
	}
	if len(pieces) == 0 {
		return nil, nil
	}
	return pieces[0], nil
}

// DropJobPieces implements crm.Exports.
func (s *Store) DropJobPieces(ctx context.Context, org domain.OrgID, id crm.JobID) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("crm.job_pieces").Where(sq.Eq{"org_id": org, "job_id": id}))
	if err != nil {
		return fmt.Errorf("drop file: %w", err)
	}
	return nil
}
