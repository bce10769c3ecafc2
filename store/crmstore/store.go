// Package crmstore keeps contacts, tags, events and imports in Postgres.
package crmstore

import (
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

// Store implements crm.Store.
type Store struct{ db *store.DB }

var _ crm.Store = (*Store)(nil)

// New returns a Store on db.
func New(db *store.DB) *Store { return &Store{db: db} }
