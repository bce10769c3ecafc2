package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// Work is something on many contacts that goes on in the background: a job or an import.
type Work struct {
	Job     JobID       // 0 for an import
	Import  ImportID    // 0 for a job
	Title   domain.Kept // of a job, or the file's name
	Percent int
	Done    int64
	Total   int64 // 0 while it is not known
}

// Works reads what goes on in the background.
type Works interface {
	// CountWork counts the jobs and imports that wait or run, in one round trip.
	CountWork(ctx context.Context, org domain.OrgID) (int, error)
	// RunningImports returns the imports that wait or run, the oldest first.
	RunningImports(ctx context.Context, org domain.OrgID) ([]Import, error)
}

// CountWork says how many jobs and imports wait or run.
func (s *Service) CountWork(ctx context.Context, org domain.OrgID) (int, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return 0, err
	}
	return s.store.CountWork(ctx, org)
}

// RunningWork returns the imports and then the jobs that wait or run, the oldest first.
func (s *Service) RunningWork(ctx context.Context, org domain.OrgID) ([]Work, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	imports, err := s.store.RunningImports(ctx, org)
	if err != nil {
		return nil, err
	}
	jobs, err := s.store.RunningJobs(ctx, org)
	if err != nil {
		return nil, err
	}
	var all []Work
	for _, i := range imports {
		all = append(all, Work{Import: i.ID, Title: domain.KeepWords(i.FileName), Percent: i.Percent(), Done: i.RowsDone})
	}
	for _, j := range jobs {
		all = append(all, Work{Job: j.ID, Title: j.Title, Percent: j.Percent(), Done: j.Done, Total: j.Total})
	}
	return all, nil
}
