package crmstore

import (
	"context"
	"fmt"
	"strings"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// stillThere leaves out events about notes and files that are deleted.
const stillThere = `case e.type
	when 'contact.note_added' then exists (select from crm.notes n where n.org_id = e.org_id and n.id = (e.data->>'noteId')::bigint and n.deleted_at is null)
	when 'contact.file_added' then exists (select from crm.attachments a where a.org_id = e.org_id and a.id = (e.data->>'attachmentId')::bigint and a.deleted_at is null)
	else true end`

// saysText looks into the type, every text of the data, and the text of the note that it tells of.
const saysText = `(lower(translate(e.type, '._-', '   ')) like lower(?)
	or exists (select from jsonb_path_query(e.data, 'strict $.** ?? (@.type() == "string")') v where lower(v #>> '{}') like lower(?))
	or e.type = 'contact.note_added' and exists (select from crm.notes n
		where n.org_id = e.org_id and n.id = (e.data->>'noteId')::bigint and lower(n.text) like lower(?)))`

// FindTimeline implements crm.Timelines. The events of a contact are found by events_timeline and
// sorted; an index in the order of their times would cost every send more than it saves here.
func (s *Store) FindTimeline(ctx context.Context, org domain.OrgID, q crm.TimelineQuery) ([]crm.Event, error) {
	query := selectEvent.From("crm.events e").Where(sq.Eq{"org_id": org, "contact_id": q.Contact}).
		Where(ofKinds(q.Filter())).Where(stillThere).OrderBy("occurred_at desc", "id desc").Limit(uint64(q.Limit))
	if search := strings.TrimSpace(q.Search); search != "" {
		pattern := store.Contains(search)
		query = query.Where(saysText, pattern, pattern, pattern)
	}
	if !q.From.IsZero() {
		query = query.Where(sq.GtOrEq{"occurred_at": q.From})
	}
	if !q.To.IsZero() {
		query = query.Where(sq.Lt{"occurred_at": q.To})
	}
	if q.Before.ID != 0 {
		query = query.Where("(occurred_at, id) < (?, ?)", q.Before.At, q.Before.ID)
	}
	events, err := store.Many[crm.Event](ctx, s.db.Read(), query)
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	return events, nil
}

func ofKinds(f crm.TimelineFilter) sq.Sqlizer {
	if f.Any {
		return sq.Expr("true")
	}
	either := sq.Or{sq.Expr("e.type = any(?)", f.Types)}
	if f.Campaign {
		either = append(either, sq.Expr("(e.campaign_id is not null or e.type like 'campaign.%' or e.data ?? 'campaignId')"))
	}
	if f.Imports {
		either = append(either, sq.Expr("e.data->>'origin' = 'import'"))
	}
	if f.Custom {
		custom := sq.And{}
		for _, own := range f.Own {
			custom = append(custom, sq.Expr("not starts_with(e.type, ?)", own))
		}
		either = append(either, custom)
	}
	return either
}

// NotesByID implements crm.Timelines.
func (s *Store) NotesByID(ctx context.Context, org domain.OrgID, ids []crm.NoteID) ([]crm.Note, error) {
	notes, err := store.Many[crm.Note](ctx, s.db.Read(), selectNote.Where(sq.Eq{"n.org_id": org}).Where("n.id = any(?)", ids))
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	return notes, nil
}
