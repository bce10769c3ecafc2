package crm

import (
	"context"

	"github.com/mauntic/mauntic/domain"
)

// Export is what a file of contacts holds.
type Export struct {
	Format string `json:"format"`
}

// Exports reads contacts for files.
type Exports interface{}

func (j Job) sheet() bool { return false }

// JobFile is the file of an export.
type JobFile struct{}

func (s *Service) runSheet(context.Context, domain.OrgID, Job, func(Job) error) (Job, error) {
	return Job{}, nil
}

func (s *Service) exportBatch(context.Context, domain.OrgID, *Job, []ContactID) error { return nil }
