package crmstore

import (
	"context"
	"encoding/json"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

var selectJob = store.SQL.
	Select("j.id", "j.kind", "j.title", "j.state", "j.settings", "j.total", "j.done", "j.changed", "j.skipped", "j.batch", "j.cursor",
		"j.result", "j.error", "j.undoes", "j.created_by", "j.created_at", "j.started_at", "j.ended_at").
	Column("(select u.id from crm.jobs u where u.org_id = j.org_id and u.undoes = j.id and u.state <> 'failed') as undone_by").
	Column("coalesce((select coalesce(nullif(u.name, ''), u.email) from identity.users u where u.id = j.created_by), '') as creator").
	From("crm.jobs j")

var jobOrder = map[string]string{"id": "id", "createdAt": "created_at", "state": "state", "contacts": "done", "skipped": "skipped"}

var openJob = sq.Eq{"j.state": []crm.JobState{crm.JobQueued, crm.JobRunning}}

// Job implements crm.Jobs.
func (s *Store) Job(ctx context.Context, org domain.OrgID, id crm.JobID) (crm.Job, error) {
	return s.readJob(ctx, selectJob, org, id)
}

// LockJob implements crm.Jobs.
func (s *Store) LockJob(ctx context.Context, org domain.OrgID, id crm.JobID) (crm.Job, error) {
	return s.readJob(ctx, selectJob.Suffix("for update of j"), org, id)
}

func (s *Store) readJob(ctx context.Context, query sq.SelectBuilder, org domain.OrgID, id crm.JobID) (crm.Job, error) {
	job, err := store.One[crm.Job](ctx, s.db.Querier(ctx), query.Where(sq.Eq{"j.org_id": org, "j.id": id}))
	switch {
	case store.IsNoRows(err):
		return crm.Job{}, domain.NotFound("There is no job %d.", id)
	case err != nil:
		return crm.Job{}, fmt.Errorf("read job: %w", err)
	}
	return job, nil
}

// Jobs implements crm.Jobs.
func (s *Store) Jobs(ctx context.Context, org domain.OrgID, q crm.JobQuery) (domain.Page[crm.Job], error) {
	order, err := store.Order(q.PageQuery, jobOrder, "id")
	if err != nil {
		return domain.Page[crm.Job]{}, err
	}
	matches, err := jobSearch.Where(ctx, org, q.Search)
	if err != nil {
		return domain.Page[crm.Job]{}, err
	}
	query := selectJob.Where(sq.Eq{"j.org_id": org}).Where(matches)
	if q.Kind != "" {
		query = query.Where(sq.Eq{"j.kind": q.Kind})
	}
	page, err := store.Page[crm.Job](ctx, s.db.Read(), query, q.PageQuery, order)
	if err != nil {
		return page, fmt.Errorf("list jobs: %w", err)
	}
	return page, nil
}

// RunningJobs implements crm.Jobs.
func (s *Store) RunningJobs(ctx context.Context, org domain.OrgID) ([]crm.Job, error) {
	jobs, err := store.Many[crm.Job](ctx, s.db.Read(), selectJob.Where(sq.Eq{"j.org_id": org}).Where(openJob).OrderBy("j.id").Limit(domain.MaxLimit))
	if err != nil {
		return nil, fmt.Errorf("list running jobs: %w", err)
	}
	return jobs, nil
}

// OpenJobs implements crm.Jobs.
func (s *Store) OpenJobs(ctx context.Context) ([]crm.OpenJob, error) {
	return store.Many[crm.OpenJob](ctx, s.db.Read(), store.SQL.Select("j.org_id as org", "j.id").From("crm.jobs j").Where(openJob).OrderBy("j.id"))
}

// InsertJob implements crm.Jobs.
func (s *Store) InsertJob(ctx context.Context, org domain.OrgID, j crm.Job) (crm.JobID, error) {
	id, err := store.Value[crm.JobID](ctx, s.db.Querier(ctx), store.SQL.Insert("crm.jobs").
		Columns("org_id", "kind", "title", "state", "settings", "undoes", "created_by", "created_at").
		Values(org, j.Kind, j.Title, j.State, j.Settings, j.Undoes, j.CreatedBy, j.CreatedAt).Suffix("returning id"))
	switch {
	case store.IsUnique(err, "jobs_undone_once"):
		return 0, domain.Conflict("This was undone already.")
	case err != nil:
		return 0, fmt.Errorf("insert job: %w", err)
	}
	return id, nil
}

// SaveJob implements crm.Jobs.
func (s *Store) SaveJob(ctx context.Context, org domain.OrgID, j crm.Job) error {
	_, err := store.Exec(ctx, s.db.Querier(ctx), store.SQL.Update("crm.jobs").
		Set("state", j.State).Set("total", j.Total).Set("done", j.Done).Set("changed", j.Changed).Set("skipped", j.Skipped).
		Set("batch", j.Batch).Set("cursor", j.Cursor).Set("result", j.Result).Set("error", j.Error).
		Set("started_at", j.StartedAt).Set("ended_at", j.EndedAt).
		Where(sq.Eq{"org_id": org, "id": j.ID}))
	if err != nil {
		return fmt.Errorf("save job: %w", err)
	}
	return nil
}

// LastContactID implements crm.Jobs.
func (s *Store) LastContactID(ctx context.Context, org domain.OrgID) (crm.ContactID, error) {
	id, err := store.Value[crm.ContactID](ctx, s.db.Querier(ctx), store.SQL.Select("coalesce(max(id), 0)").From("crm.all_contacts").Where(sq.Eq{"org_id": org}))
	if err != nil {
		return 0, fmt.Errorf("read last contact: %w", err)
	}
	return id, nil
}

// AddJobContacts implements crm.Jobs. A contact that was erased meanwhile is left out.
func (s *Store) AddJobContacts(ctx context.Context, org domain.OrgID, id crm.JobID, contacts []crm.JobContact) error {
	if len(contacts) == 0 {
		return nil
	}
	ids, before, skipped := make([]crm.ContactID, len(contacts)), make([]string, len(contacts)), make([]domain.Kept, len(contacts))
	for i, c := range contacts {
		text, err := json.Marshal(c.Before)
		if err != nil {
			return fmt.Errorf("keep contacts of job: %w", err)
		}
		ids[i], before[i], skipped[i] = c.Contact, string(text), c.Skipped
	}
	_, err := s.db.Querier(ctx).Exec(ctx, `insert into crm.job_contacts (org_id, job_id, contact_id, before, skipped)
		select $1, $2, c.id, nullif(row.before, 'null')::jsonb, row.skipped
		from unnest($3::bigint[], $4::text[], $5::text[]) as row (id, before, skipped)
		join crm.all_contacts c on c.org_id = $1 and c.id = row.id`, org, id, ids, before, skipped)
	if err != nil {
		return fmt.Errorf("keep contacts of job: %w", err)
	}
	return nil
}

// JobChanges implements crm.Jobs.
func (s *Store) JobChanges(ctx context.Context, org domain.OrgID, id crm.JobID, contacts []crm.ContactID) ([]crm.JobContact, error) {
	changes, err := store.Many[crm.JobContact](ctx, s.db.Querier(ctx), store.SQL.Select("contact_id as contact", "before", "skipped").
		From("crm.job_contacts").Where(sq.Eq{"org_id": org, "job_id": id, "skipped": ""}).Where("contact_id = any(?)", contacts).OrderBy("contact_id"))
	if err != nil {
		return nil, fmt.Errorf("read changes of job: %w", err)
	}
	return changes, nil
}

// JobSkips implements crm.Jobs.
func (s *Store) JobSkips(ctx context.Context, org domain.OrgID, id crm.JobID, limit int) ([]crm.SkippedContact, error) {
	skips, err := store.Many[crm.SkippedContact](ctx, s.db.Read(), store.SQL.
		Select("j.contact_id as contact", "c.firstname", "c.lastname", "c.email", "c.phone", "j.skipped as why").
		From("crm.job_contacts j").Join("crm.all_contacts c on c.org_id = j.org_id and c.id = j.contact_id").
		Where(sq.Eq{"j.org_id": org, "j.job_id": id}).Where("j.skipped <> ''").OrderBy("j.contact_id").Limit(uint64(limit)))
	if err != nil {
		return nil, fmt.Errorf("read what a job passed over: %w", err)
	}
	return skips, nil
}
