package messagingstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// EmailsHolding implements messaging.FieldUsers.
func (s *Store) EmailsHolding(ctx context.Context, org domain.OrgID, text string, after, limit int) ([]messaging.Email, error) {
	emails, err := store.Many[messaging.Email](ctx, s.db.Read(), selectEmail.Where(sq.Eq{"org_id": org}).
		Where("concat_ws(' ', from_name, subject, preheader, html, text) like ?", store.Contains(text)).
		OrderBy("lower(name)", "id").Offset(uint64(after)).Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("find emails that name a field: %w", err)
	}
	return emails, nil
}

// TextsHolding implements messaging.FieldUsers.
func (s *Store) TextsHolding(ctx context.Context, org domain.OrgID, text string, after, limit int) ([]messaging.SMS, error) {
	texts, err := store.Many[messaging.SMS](ctx, s.db.Read(), selectSMS.Where(sq.Eq{"org_id": org}).
		Where("body like ?", store.Contains(text)).OrderBy("lower(name)", "id").Offset(uint64(after)).Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("find SMS that name a field: %w", err)
	}
	return texts, nil
}
