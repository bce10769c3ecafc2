// Package identitystore keeps organizations, users, sessions and API keys in Postgres.
package identitystore

import (
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// Store implements identity.Store.
type Store struct{ db *store.DB }

var _ identity.Store = (*Store)(nil)

// New returns the store.
func New(db *store.DB) *Store { return &Store{db: db} }
