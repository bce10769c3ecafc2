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

// selectAttachment reads files that are not deleted, of contacts that are not either.
var selectAttachment = store.SQL.
	Select("a.id", "a.contact_id as contact", "a.name", "a.media_type", "a.bytes", "a.sha256", "a.added_by",
		"coalesce(nullif(u.name, ''), u.email, '') as adder", "a.created_at").
	From("crm.attachments a").Join("crm.contacts c on c.org_id = a.org_id and c.id = a.contact_id").
	LeftJoin("identity.users u on u.id = a.added_by").Where("a.deleted_at is null")

// Attachments implements crm.Attachments.
func (s *Store) Attachments(ctx context.Context, org domain.OrgID, contact crm.ContactID, q domain.PageQuery) (domain.Page[crm.Attachment], error) {
	order, err := store.Order(q, map[string]string{"id": "id", "name": "lower(a.name)", "bytes": "bytes", "createdAt": "created_at"}, "id")
	if err != nil {
		return domain.Page[crm.Attachment]{}, err
	}
	query := selectAttachment.Where(sq.Eq{"a.org_id": org, "a.contact_id": contact})
	if search := strings.TrimSpace(q.Search); search != "" {
		query = query.Where("lower(a.name) like lower(?)", store.Contains(search))
	}
	page, err := store.Page[crm.Attachment](ctx, s.db.Read(), query, q, order)
	if err != nil {
		return page, fmt.Errorf("list attachments: %w", err)
	}
	return page, nil
}

// Attachment implements crm.Attachments.
func (s *Store) Attachment(ctx context.Context, org domain.OrgID, id crm.AttachmentID) (crm.Attachment, error) {
	a, err := store.One[crm.Attachment](ctx, s.db.Querier(ctx), selectAttachment.Where(sq.Eq{"a.org_id": org, "a.id": id}))
	switch {
	case store.IsNoRows(err):
		return crm.Attachment{}, noAttachment(id)
	case err != nil:
		return crm.Attachment{}, fmt.Errorf("read attachment: %w", err)
	}
	return a, nil
}

// AttachmentUse implements crm.Attachments.
func (s *Store) AttachmentUse(ctx context.Context, org domain.OrgID, contact crm.ContactID) (crm.AttachmentUse, error) {
	use, err := store.One[crm.AttachmentUse](ctx, s.db.Querier(ctx), store.SQL.
		Select().Column("coalesce(sum(bytes) filter (where contact_id = ?), 0)::bigint as contact", contact).
		Column("coalesce(sum(bytes), 0)::bigint as org").
		From("crm.attachments").Where(sq.Eq{"org_id": org, "deleted_at": nil}))
	if err != nil {
		return use, fmt.Errorf("sum up attachments: %w", err)
	}
	return use, nil
}

// InsertAttachment implements crm.Attachments.
func (s *Store) InsertAttachment(ctx context.Context, org domain.OrgID, a crm.Attachment) (crm.AttachmentID, error) {
	id, err := store.Value[crm.AttachmentID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.attachments").
		Columns("org_id", "contact_id", "name", "media_type", "bytes", "sha256", "added_by", "created_at").
		Values(org, a.Contact, a.Name, a.MediaType, a.Bytes, a.SHA256, a.AddedBy, a.CreatedAt).Suffix("returning id"))
	if err != nil {
		return 0, fmt.Errorf("insert attachment: %w", err)
	}
	return id, nil
}

// AddAttachmentPiece implements crm.Attachments.
func (s *Store) AddAttachmentPiece(ctx context.Context, org domain.OrgID, id crm.AttachmentID, no int, data []byte) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Insert("crm.attachment_pieces").
		Columns("org_id", "attachment_id", "no", "data").Values(org, id, no, data))
	if err != nil {
		return fmt.Errorf("store piece of attachment: %w", err)
	}
	return nil
}

// AttachmentPiece implements crm.Attachments.
func (s *Store) AttachmentPiece(ctx context.Context, org domain.OrgID, id crm.AttachmentID, no int) ([]byte, error) {
	pieces, err := store.Values[[]byte](ctx, s.db.Read(), store.SQL.Select("data").From("crm.attachment_pieces").
		Where(sq.Eq{"org_id": org, "attachment_id": id, "no": no}))
	if err != nil || len(pieces) == 0 {
		return nil, wrapped(err, "read piece of attachment")
	}
	return pieces[0], nil
}

// DeleteAttachment implements crm.Attachments.
func (s *Store) DeleteAttachment(ctx context.Context, org domain.OrgID, id crm.AttachmentID) error {
	return s.putAside(ctx, org, aside{"crm.attachments", int64(id), noAttachment(id)})
}

// RestoreAttachment implements crm.Attachments.
func (s *Store) RestoreAttachment(ctx context.Context, org domain.OrgID, id crm.AttachmentID) error {
	return s.takeBack(ctx, org, aside{"crm.attachments", int64(id), noAttachment(id)})
}

func noAttachment(id crm.AttachmentID) error { return domain.NotFound("There is no file %d.", id) }

func wrapped(err error, tried string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", tried, err)
}
