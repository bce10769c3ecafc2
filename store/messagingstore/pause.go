package messagingstore

import (
	"context"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// SendingPause implements messaging.Pauses.
func (s *Store) SendingPause(ctx context.Context) (*messaging.Pause, error) {
	fact, err := s.db.Fact(ctx, store.FactSendingPaused)
	if err != nil || fact == nil {
		return nil, err
	}
	return &messaging.Pause{Reason: domain.Kept(fact.Value), Since: fact.UpdatedAt}, nil
}

// PauseSending implements messaging.Pauses.
func (s *Store) PauseSending(ctx context.Context, reason domain.Kept) error {
	return s.db.SetFact(ctx, store.FactSendingPaused, string(reason))
}

// ResumeSending implements messaging.Pauses.
func (s *Store) ResumeSending(ctx context.Context) (bool, error) {
	return s.db.ForgetFact(ctx, store.FactSendingPaused)
}
