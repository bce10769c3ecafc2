package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// ContactsByPhone implements crm.Phones.
func (s *Store) ContactsByPhone(ctx context.Context, org domain.OrgID, e164 string, limit int) ([]crm.ContactID, error) {
	ids, err := store.Values[crm.ContactID](ctx, s.db.Querier(ctx),
		store.SQL.Select("id").From("crm.contacts").Where(sq.Eq{"org_id": org, "phone_e164": e164}).OrderBy("id").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("find contacts by phone: %w", err)
	}
	return ids, nil
}
