package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// segmentSize sums up what crm.group_sizes knows; from that it takes the few deleted contacts, which
// an index of their own finds. A counter in the row would be a place where all who add contacts wait for
// each other.
const segmentSize = `(select coalesce(sum(n), 0)::bigint from crm.group_sizes s where s.org_id = g.org_id and s.kind = 'segment' and s.group_id = g.id)
	- (select count(*) from crm.all_contacts c join crm.segment_contacts sc
		on sc.org_id = g.org_id and sc.segment_id = g.id and sc.contact_id = c.id
		where c.org_id = g.org_id and c.deleted_at is not null)`

var (
	segmentColumns = []string{"g.id", "g.name", "g.alias", "g.description", "g.is_published", "g.created_by", "g.created_at", "g.updated_at"}
	selectSegment  = store.SQL.Select(segmentColumns...).Column("0 as contacts").From("crm.segments g")
	segmentOrder   = map[string]string{"name": "lower(name)", "alias": "alias", "id": "id", "createdAt": "created_at", "updatedAt": "updated_at", "contacts": "contacts"}
)

// Segments implements crm.Segments.
func (s *Store) Segments(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[crm.Segment], error) {
	if q.OrderBy == "" {
		q.OrderBy, q.OrderDir = "name", "asc"
	}
	order, err := store.Order(q, segmentOrder, "name")
	if err != nil {
		return domain.Page[crm.Segment]{}, err
	}
	asked, err := segmentSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[crm.Segment]{}, err
	}
	window := q.Normal()
	total, err := store.Count(ctx, s.db.Read(), store.SQL.Select("g.id").From("crm.segments g").Where(sq.Eq{"g.org_id": org}).Where(asked))
	if err != nil {
		return domain.Page[crm.Segment]{}, fmt.Errorf("count segments: %w", err)
	}
	segments, err := store.Many[crm.Segment](ctx, s.db.Read(), store.SQL.Select(segmentColumns...).Column(segmentSize+" as contacts").From("crm.segments g").
		Where(sq.Eq{"g.org_id": org}).Where(asked).OrderBy(order).Limit(uint64(window.Limit)).Offset(uint64(window.Offset())))
	if err != nil {
		return domain.Page[crm.Segment]{}, fmt.Errorf("list segments: %w", err)
	}
	return domain.NewPage(segments, total, window), nil
}

// Segment implements crm.Segments.
func (s *Store) Segment(ctx context.Context, org domain.OrgID, id crm.SegmentID) (crm.Segment, error) {
	return s.oneSegment(ctx, sq.Eq{"g.org_id": org, "g.id": id}, noSegment(id))
}

// SegmentSize implements crm.Segments.
func (s *Store) SegmentSize(ctx context.Context, org domain.OrgID, id crm.SegmentID) (int, error) {
	size, err := store.Value[int](ctx, s.db.Querier(ctx), store.SQL.Select().Column(segmentSize).From("crm.segments g").
		Where(sq.Eq{"g.org_id": org, "g.id": id}))
	switch {
	case store.IsNoRows(err):
		return 0, noSegment(id)
	case err != nil:
		return 0, fmt.Errorf("count contacts of segment: %w", err)
	}
	return size, nil
}

// SegmentByAlias implements crm.Segments.
func (s *Store) SegmentByAlias(ctx context.Context, org domain.OrgID, alias string) (crm.Segment, error) {
	return s.oneSegment(ctx, sq.Eq{"g.org_id": org, "g.alias": alias}, domain.NotFound("There is no segment with the alias %.64q.", alias))
}

func (s *Store) oneSegment(ctx context.Context, where sq.Sqlizer, absent error) (crm.Segment, error) {
	segment, err := store.One[crm.Segment](ctx, s.db.Querier(ctx), selectSegment.Where(where))
	switch {
	case store.IsNoRows(err):
		return crm.Segment{}, absent
	case err != nil:
		return crm.Segment{}, fmt.Errorf("read segment: %w", err)
	}
	return segment, nil
}

// SegmentsOf implements crm.Segments.
func (s *Store) SegmentsOf(ctx context.Context, org domain.OrgID, contact crm.ContactID) ([]crm.Segment, error) {
	segments, err := store.Many[crm.Segment](ctx, s.db.Querier(ctx), selectSegment.
		Join("crm.segment_contacts sc on sc.org_id = g.org_id and sc.segment_id = g.id").
		Where(sq.Eq{"sc.org_id": org, "sc.contact_id": contact}).OrderBy("lower(g.name)", "g.id"))
	if err != nil {
		return nil, fmt.Errorf("read segments of contact: %w", err)
	}
	return segments, nil
}

// OpenSegments implements crm.Segments.
func (s *Store) OpenSegments(ctx context.Context, org domain.OrgID, contact crm.ContactID, limit int) ([]crm.Segment, error) {
	segments, err := store.Many[crm.Segment](ctx, s.db.Read(), selectSegment.Where(sq.Eq{"g.org_id": org, "g.is_published": true}).
		Where("not exists (select from crm.segment_contacts sc where sc.org_id = g.org_id and sc.segment_id = g.id and sc.contact_id = ?)", contact).
		OrderBy("lower(g.name)", "g.id").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read segments without contact: %w", err)
	}
	return segments, nil
}

// AliasesLike implements crm.Segments.
func (s *Store) AliasesLike(ctx context.Context, org domain.OrgID, alias string) ([]string, error) {
	aliases, err := store.Values[string](ctx, s.db.Querier(ctx), store.SQL.Select("alias").From("crm.segments").
		Where(sq.Eq{"org_id": org}).Where("alias like ?", alias+"%"))
	if err != nil {
		return nil, fmt.Errorf("look for free alias: %w", err)
	}
	return aliases, nil
}

// InsertSegment implements crm.Segments.
func (s *Store) InsertSegment(ctx context.Context, org domain.OrgID, g crm.Segment) (crm.SegmentID, error) {
	id, err := store.Value[crm.SegmentID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.segments").
		Columns("org_id", "name", "alias", "description", "is_published", "created_by", "created_at", "updated_at").
		Values(org, g.Name, g.Alias, g.Description, g.IsPublished, g.CreatedBy, g.CreatedAt, g.UpdatedAt).Suffix("returning id"))
	switch {
	case store.IsUnique(err, "segments_alias_unique"):
		return 0, aliasTaken(g.Alias)
	case err != nil:
		return 0, fmt.Errorf("insert segment: %w", err)
	}
	return id, nil
}

// SaveSegment implements crm.Segments.
func (s *Store) SaveSegment(ctx context.Context, org domain.OrgID, g crm.Segment) error {
	saved, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.segments").
		Set("name", g.Name).Set("alias", g.Alias).Set("description", g.Description).Set("is_published", g.IsPublished).
		Set("updated_at", g.UpdatedAt).Where(sq.Eq{"org_id": org, "id": g.ID}))
	switch {
	case store.IsUnique(err, "segments_alias_unique"):
		return aliasTaken(g.Alias)
	case err != nil:
		return fmt.Errorf("save segment: %w", err)
	case saved == 0:
		return noSegment(g.ID)
	}
	return nil
}

// DeleteSegment implements crm.Segments.
func (s *Store) DeleteSegment(ctx context.Context, org domain.OrgID, id crm.SegmentID) error {
	return s.putAside(ctx, org, aside{"crm.all_segments", int64(id), noSegment(id)})
}

// RestoreSegment implements crm.Segments.
func (s *Store) RestoreSegment(ctx context.Context, org domain.OrgID, id crm.SegmentID) error {
	err := s.takeBack(ctx, org, aside{"crm.all_segments", int64(id), noSegment(id)})
	if store.IsUnique(err, "segments_alias_unique") {
		return domain.Conflict("Another segment has taken the alias meanwhile. Change that one's alias first.")
	}
	return err
}

func noSegment(id crm.SegmentID) error { return domain.NotFound("There is no segment %d.", id) }

func aliasTaken(alias string) error {
	conflict := domain.Conflict("Another segment has the alias %s already.", alias)
	conflict.Field = "alias"
	return conflict
}
