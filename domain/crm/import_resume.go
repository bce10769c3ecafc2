package crm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
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

// ImportLeftovers are what imports keep for a time only.
type ImportLeftovers interface {
	// WaitingImports returns imports of all organizations that were uploaded before a time and never started.
	WaitingImports(ctx context.Context, before time.Time) ([]OpenImport, error)
	// ForgetImported drops the values that imports replaced before a time, of up to limit contacts, and
	// returns of how many.
	ForgetImported(ctx context.Context, before time.Time, limit int) (int64, error)
}

// ForgetImports drops, for all organizations, what is not needed after 30 days: files that nobody
// started to import, and the values by which an import could be undone until then.
func (s *Service) ForgetImports(ctx context.Context) error {
	const once = 1000
	before := s.now().AddDate(0, 0, -importUndoDays)
	waiting, err := s.store.WaitingImports(ctx, before)
	if err != nil {
		return fmt.Errorf("find files that nobody imports: %w", err)
	}
	for _, one := range waiting {
		if err := s.CancelImport(identity.WithActor(ctx, identity.System(one.Org)), one.Org, one.ID); err != nil {
			return fmt.Errorf("discard a file that nobody imports: %w", err)
		}
	}
	for {
		forgotten, err := s.store.ForgetImported(ctx, before, once)
		if err != nil || forgotten < once {
			return err
		}
	}
}
