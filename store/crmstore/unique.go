package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// HoldersOf implements crm.Uniques.
func (s *Store) HoldersOf(ctx context.Context, org domain.OrgID, values crm.UniqueValues) ([]crm.Contact, error) {
	ids, err := s.holderIDs(ctx, org, values)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	contacts, err := store.Many[crm.Contact](ctx, s.db.Querier(ctx), selectBare.Where(sq.Eq{"c.org_id": org}).
		Where("c.id = any(?)", ids).OrderBy("c.id").Suffix("for no key update of c"))
	if err != nil {
		return nil, fmt.Errorf("read who has values: %w", err)
	}
	return contacts, nil
}

// holderIDs looks each value up in the index of its field.
func (s *Store) holderIDs(ctx context.Context, org domain.OrgID, values crm.UniqueValues) ([]crm.ContactID, error) {
	var ids []crm.ContactID
	if len(values.Emails) > 0 {
		found, err := s.targetIDs(ctx, idsByEmail, org, values.Emails)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	for alias, texts := range values.Values {
		found, err := s.targetIDs(ctx, idsByField(org, alias), texts)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	return ids, nil
}
