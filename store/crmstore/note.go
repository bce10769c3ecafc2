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

// selectNote reads notes that are not deleted, of contacts that are not either.
var selectNote = store.SQL.
	Select("n.id", "n.contact_id as contact", "n.type", "n.text", "n.happened_at", "n.author_id",
		"coalesce(nullif(u.name, ''), u.email, '') as author", "n.created_at", "n.updated_at").
	From("crm.notes n").Join("crm.contacts c on c.org_id = n.org_id and c.id = n.contact_id").
	LeftJoin("identity.users u on u.id = n.author_id").Where("n.deleted_at is null")

// Notes implements crm.Notes.
func (s *Store) Notes(ctx context.Context, org domain.OrgID, contact crm.ContactID, q domain.PageQuery) (domain.Page[crm.Note], error) {
	order, err := store.Order(q, map[string]string{"id": "id", "happenedAt": "happened_at", "createdAt": "created_at"}, "happenedAt")
	if err != nil {
		return domain.Page[crm.Note]{}, err
	}
	query := selectNote.Where(sq.Eq{"n.org_id": org, "n.contact_id": contact})
	if search := strings.TrimSpace(q.Search); search != "" {
		query = query.Where("lower(n.text) like lower(?)", store.Contains(search))
	}
	page, err := store.Page[crm.Note](ctx, s.db.Read(), query, q, order)
	if err != nil {
		return page, fmt.Errorf("list notes: %w", err)
	}
	return page, nil
}

// Note implements crm.Notes.
func (s *Store) Note(ctx context.Context, org domain.OrgID, id crm.NoteID) (crm.Note, error) {
	note, err := store.One[crm.Note](ctx, s.db.Querier(ctx), selectNote.Where(sq.Eq{"n.org_id": org, "n.id": id}))
	switch {
	case store.IsNoRows(err):
		return crm.Note{}, noNote(id)
	case err != nil:
		return crm.Note{}, fmt.Errorf("read note: %w", err)
	}
	return note, nil
}

// InsertNote implements crm.Notes.
func (s *Store) InsertNote(ctx context.Context, org domain.OrgID, n crm.Note) (crm.NoteID, error) {
	id, err := store.Value[crm.NoteID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.notes").
		Columns("org_id", "contact_id", "type", "text", "happened_at", "author_id", "created_at", "updated_at").
		Values(org, n.Contact, n.Type, n.Text, n.HappenedAt, n.AuthorID, n.CreatedAt, n.UpdatedAt).Suffix("returning id"))
	if err != nil {
		return 0, fmt.Errorf("insert note: %w", err)
	}
	return id, nil
}

// SaveNote implements crm.Notes.
func (s *Store) SaveNote(ctx context.Context, org domain.OrgID, n crm.Note) error {
	saved, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.notes").
		Set("type", n.Type).Set("text", n.Text).Set("happened_at", n.HappenedAt).Set("updated_at", n.UpdatedAt).
		Where(sq.Eq{"org_id": org, "id": n.ID, "deleted_at": nil}))
	switch {
	case err != nil:
		return fmt.Errorf("save note: %w", err)
	case saved == 0:
		return noNote(n.ID)
	}
	_, err = store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.events").Set("occurred_at", n.HappenedAt).
		Where(sq.Eq{"org_id": org, "contact_id": n.Contact, "type": crm.EventNoteAdded, "data->>'noteId'": fmt.Sprint(n.ID)}).
		Where(sq.NotEq{"occurred_at": n.HappenedAt}))
	if err != nil {
		return fmt.Errorf("move event of note: %w", err)
	}
	return nil
}

// DeleteNote implements crm.Notes.
func (s *Store) DeleteNote(ctx context.Context, org domain.OrgID, id crm.NoteID) error {
	return s.putAside(ctx, org, aside{"crm.notes", int64(id), noNote(id)})
}

// RestoreNote implements crm.Notes.
func (s *Store) RestoreNote(ctx context.Context, org domain.OrgID, id crm.NoteID) error {
	return s.takeBack(ctx, org, aside{"crm.notes", int64(id), noNote(id)})
}

func noNote(id crm.NoteID) error { return domain.NotFound("There is no note %d.", id) }
