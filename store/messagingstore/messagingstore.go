// Package messagingstore keeps emails, SMS, the ledger, links and captured messages in Postgres.
package messagingstore

import (
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

// Store implements messaging.Store.
type Store struct{ db *store.DB }

var _ messaging.Store = (*Store)(nil)

// New makes the store.
func New(db *store.DB) *Store { return &Store{db: db} }
