package crm

import (
	"context"
	"errors"
	"fmt"

	"github.com/mauntic/mauntic/domain"
)

// OpenImport names an import that is queued or running.
type OpenImport struct {
	Org domain.OrgID
	ID  ImportID
}

// ResumeImports sets every open import in motion, of all organizations. Those that run already are
// left alone; one whose workflow was lost, or was never started because the program died in
// between, goes on where it was.
func (s *Service) ResumeImports(ctx context.Context) error {
	if s.starter == nil {
		return nil
	}
	open, err := s.store.OpenImports(ctx)
	if err != nil {
		return fmt.Errorf("find open imports: %w", err)
	}
	var failed error
	for _, one := range open {
		failed = errors.Join(failed, s.starter.StartImport(ctx, one.Org, one.ID))
	}
	return failed
}
