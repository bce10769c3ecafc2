package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// SuggestContacts implements crm.Suggestions.
func (s *Store) SuggestContacts(ctx context.Context, org domain.OrgID, text string, limit int) ([]crm.Suggestion, error) {
	found, err := store.Many[crm.Suggestion](ctx, s.db.Read(), store.SQL.
		Select("id", "firstname", "lastname", "email", "company").From("crm.contacts").
		Where(sq.Eq{"org_id": org}).Where("search like ?", store.Contains(text)).Limit(uint64(max(limit, 0))))
	if err != nil {
		return nil, fmt.Errorf("suggest contacts: %w", err)
	}
	return found, nil
}
