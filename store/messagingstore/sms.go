package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

const smsColumns = "id, name, body, valid_minutes, revision, is_sample, created_at, updated_at"

var (
	selectSMS = store.SQL.Select(smsColumns).From("messaging.sms")
	smsOrder  = map[string]string{"id": "id", "name": "lower(name)", "createdAt": "created_at", "updatedAt": "updated_at"}
)

// Texts implements messaging.Texts.
func (s *Store) Texts(ctx context.Context, org domain.OrgID, q domain.PageQuery) (domain.Page[messaging.SMS], error) {
	order, err := store.Order(q, smsOrder, "updatedAt")
	if err != nil {
		return domain.Page[messaging.SMS]{}, err
	}
	matches, err := smsSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[messaging.SMS]{}, err
	}
	page, err := store.Page[messaging.SMS](ctx, s.db.Read(), selectSMS.Where(sq.Eq{"org_id": org}).Where(matches), q, order)
	if err != nil {
		return page, fmt.Errorf("list SMS: %w", err)
	}
	return page, nil
}

// SMS implements messaging.Texts.
func (s *Store) SMS(ctx context.Context, org domain.OrgID, id messaging.SMSID) (messaging.SMS, error) {
	sms, err := store.One[messaging.SMS](ctx, s.db.Querier(ctx), selectSMS.Where(sq.Eq{"org_id": org, "id": id}))
	return sms, noSMS(err, "read SMS", id)
}

// InsertSMS implements messaging.Texts.
func (s *Store) InsertSMS(ctx context.Context, org domain.OrgID, in messaging.SMSInput) (messaging.SMS, error) {
	sms, err := store.One[messaging.SMS](ctx, s.db.Querier(ctx),
		store.SQL.Insert("messaging.sms").Columns("org_id", "name", "body", "valid_minutes", "is_sample", "created_by").
			Values(org, in.Name, in.Body, in.ValidMinutes, in.IsSample, in.CreatedBy).Suffix("returning "+smsColumns))
	if err != nil {
		return messaging.SMS{}, fmt.Errorf("insert SMS: %w", err)
	}
	return sms, nil
}

// UpdateSMS implements messaging.Texts.
func (s *Store) UpdateSMS(ctx context.Context, org domain.OrgID, id messaging.SMSID, revision int, in messaging.SMSInput) (messaging.SMS, error) {
	sms, err := store.One[messaging.SMS](ctx, s.db.Querier(ctx),
		store.SQL.Update("messaging.sms").Set("name", in.Name).Set("body", in.Body).Set("valid_minutes", in.ValidMinutes).
			Set("revision", sq.Expr("revision + 1")).Set("updated_at", sq.Expr("now()")).
			Where(sq.Eq{"org_id": org, "id": id, "revision": revision}).Suffix("returning "+smsColumns))
	return sms, noSMS(err, "update SMS", id)
}

// DeleteSMS implements messaging.Texts.
func (s *Store) DeleteSMS(ctx context.Context, org domain.OrgID, id messaging.SMSID) error {
	deleted, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("messaging.sms").Where(sq.Eq{"org_id": org, "id": id}))
	switch {
	case store.IsForeignKey(err):
		return domain.Conflict("This SMS was sent, or is about to be, so it can't be deleted.")
	case err != nil:
		return fmt.Errorf("delete SMS: %w", err)
	case deleted == 0:
		return domain.NotFound("There is no SMS %d.", id)
	}
	return nil
}

func noSMS(err error, doing string, id messaging.SMSID) error {
	switch {
	case store.IsNoRows(err):
		return domain.NotFound("There is no SMS %d.", id)
	case err != nil:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
