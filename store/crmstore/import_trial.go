package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// TrialContacts implements crm.ImportTrials.
func (s *Store) TrialContacts(ctx context.Context, org domain.OrgID, id crm.ImportID, keys []string) (map[string]*crm.TrialContact, error) {
	type row struct {
		Key   string
		State *crm.TrialContact
	}
	found := map[string]*crm.TrialContact{}
	if len(keys) == 0 {
		return found, nil
	}
	rows, err := store.Many[row](ctx, s.db.Querier(ctx), store.SQL.Select("key", "state").From("crm.import_trial_contacts").
		Where(sq.Eq{"org_id": org, "import_id": id}).Where("key = any(?)", keys))
	if err != nil {
		return nil, fmt.Errorf("read what a dry run has seen: %w", err)
	}
	for _, row := range rows {
		found[row.Key] = row.State
	}
	return found, nil
}

const keepTrialContacts = `insert into crm.import_trial_contacts (org_id, import_id, key, state)
	select $1, $2, seen.key, seen.state from unnest($3::text[], $4::jsonb[]) seen (key, state)
	on conflict (org_id, import_id, key) do update set state = excluded.state`

// KeepTrialContacts implements crm.ImportTrials.
func (s *Store) KeepTrialContacts(ctx context.Context, org domain.OrgID, id crm.ImportID, contacts map[string]*crm.TrialContact) error {
	if len(contacts) == 0 {
		return nil
	}
	keys, states := make([]string, 0, len(contacts)), make([]*crm.TrialContact, 0, len(contacts))
	for key, state := range contacts {
		keys, states = append(keys, key), append(states, state)
	}
	if _, err := s.db.Querier(ctx).Exec(ctx, keepTrialContacts, org, id, keys, states); err != nil {
		return fmt.Errorf("remember what a dry run has seen: %w", err)
	}
	return nil
}

// TrialGrew implements crm.ImportTrials. A planner that takes the table for empty reads all that a dry run
// has seen for each batch.
func (s *Store) TrialGrew(ctx context.Context) error {
	if _, err := s.db.Querier(ctx).Exec(ctx, "analyze (skip_locked) crm.import_trial_contacts (org_id, import_id, key)"); err != nil {
		return fmt.Errorf("tell the planner how much a dry run has seen: %w", err)
	}
	return nil
}

// DropTrialContacts implements crm.ImportTrials.
func (s *Store) DropTrialContacts(ctx context.Context, org domain.OrgID, id crm.ImportID) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Delete("crm.import_trial_contacts").Where(sq.Eq{"org_id": org, "import_id": id}))
	if err != nil {
		return fmt.Errorf("forget what a dry run has seen: %w", err)
	}
	return nil
}
