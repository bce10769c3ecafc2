package crmstore

import (
	"context"
	"fmt"
	"unicode/utf8"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// minTrigram is how many letters the index of parts of texts needs; with less it would be read whole.
const minTrigram = 3

// suggestByName finds names that begin with a text, whatever the case, by the indexes that order them:
// U+FFFF is ordered behind everything.
const suggestByName = `
(select id, firstname, lastname, email, phone, company from crm.contacts
	where org_id = $1 and lastname collate crm.names >= $2 and lastname collate crm.names < $3 limit $4)
union
(select id, firstname, lastname, email, phone, company from crm.contacts
	where org_id = $1 and firstname collate crm.names >= $2 and firstname collate crm.names < $3 limit $4)`

// SuggestContacts implements crm.Suggestions.
func (s *Store) SuggestContacts(ctx context.Context, org domain.OrgID, text string, limit int) ([]crm.Suggestion, error) {
	limit = max(limit, 0)
	var query sq.Sqlizer = store.SQL.Select("id", "firstname", "lastname", "email", "phone", "company").From("crm.contacts").
		Where(sq.Eq{"org_id": org}).Where("search like ?", store.Contains(text)).Limit(uint64(limit))
	if utf8.RuneCountInString(text) < minTrigram {
		query = sq.Expr(suggestByName, org, text, text+"\uffff", limit)
	}
	found, err := store.Many[crm.Suggestion](ctx, s.db.Read(), query)
	if err != nil {
		return nil, fmt.Errorf("suggest contacts: %w", err)
	}
	return found, nil
}
