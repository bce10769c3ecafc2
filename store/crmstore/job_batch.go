package crmstore

import (
	"context"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// targets selects the ids of the contacts that a job is about, in no order.
func (s *Store) targets(ctx context.Context, org domain.OrgID, j crm.Job) (sq.SelectBuilder, error) {
	if j.Undoes != nil {
		return store.SQL.Select("contact_id as id").From("crm.job_contacts").Where(sq.Eq{"org_id": org, "job_id": *j.Undoes, "skipped": ""}), nil
	}
	trash := j.Settings.Change != nil && j.Settings.Change.Action.Trash()
	query, err := s.found(ctx, org, j.Settings.Query, trash)
	return query.Where(sq.LtOrEq{"c.id": j.Settings.Through}), err
}

// found selects what a query finds, in the trash or outside of it.
func (s *Store) found(ctx context.Context, org domain.OrgID, q crm.ContactQuery, trash bool) (sq.SelectBuilder, error) {
	if !trash {
		return s.Matching(ctx, org, q)
	}
	query, err := inTrash(org, q.Viewer, q.Search)
	if q.IDs != nil {
		query = query.Where("c.id = any(?)", q.IDs)
	}
	return query, err
}

// CountTargets implements crm.Bulks.
func (s *Store) CountTargets(ctx context.Context, org domain.OrgID, q crm.ContactQuery, trash bool) (int, error) {
	if !trash {
		return s.CountContacts(ctx, org, q)
	}
	query, err := s.found(ctx, org, q, trash)
	if err != nil {
		return 0, err
	}
	n, err := store.Count(ctx, s.db.Read(), query)
	if err != nil {
		return 0, fmt.Errorf("count contacts: %w", err)
	}
	return n, nil
}

// FewTargets implements crm.Bulks.
func (s *Store) FewTargets(ctx context.Context, org domain.OrgID, j crm.Job, most int) (bool, error) {
	query, err := s.targets(ctx, org, j)
	if err != nil {
		return false, err
	}
	n, err := store.Count(ctx, s.db.Querier(ctx), query.Limit(uint64(most)+1))
	if err != nil {
		return false, fmt.Errorf("look how many contacts a job is about: %w", err)
	}
	return n <= most, nil
}

// FillJob implements crm.Jobs. Ids by the thousand take a tenth of the room and time of a row each.
func (s *Store) FillJob(ctx context.Context, org domain.OrgID, j crm.Job) (int64, error) {
	query, err := s.targets(ctx, org, j)
	if err != nil {
		return 0, err
	}
	text, args, err := query.PlaceholderFormat(sq.Question).ToSql()
	if err != nil {
		return 0, fmt.Errorf("build query: %w", err)
	}
	total, err := store.Value[int64](ctx, s.db.Querier(ctx), sq.Expr(dollars(`with numbered as (
			select id, (row_number() over (order by id) - 1) / ? as no from (`+text+`) matching),
		filled as (
			insert into crm.job_batches (org_id, job_id, no, contacts)
			select ?, ?, no, array_agg(id order by id) from numbered group by no returning cardinality(contacts) as size)
		select coalesce(sum(size), 0)::bigint from filled`), append(append([]any{crm.JobBatch}, args...), org, j.ID)...))
	if err != nil {
		return 0, fmt.Errorf("fill job: %w", err)
	}
	return total, nil
}

// dollars numbers the placeholders of a statement that was put together from parts.
func dollars(statement string) string {
	numbered, err := sq.Dollar.ReplacePlaceholders(statement)
	if err != nil {
		return statement // squirrel never fails here
	}
	return numbered
}

// JobBatch implements crm.Jobs.
func (s *Store) JobBatch(ctx context.Context, org domain.OrgID, id crm.JobID, no int) ([]crm.ContactID, error) {
	batches, err := store.Values[[]crm.ContactID](ctx, s.db.Querier(ctx), store.SQL.Select("contacts").From("crm.job_batches").
		Where(sq.Eq{"org_id": org, "job_id": id, "no": no}))
	if err != nil || len(batches) == 0 {
		return nil, err
	}
	return batches[0], nil
}
