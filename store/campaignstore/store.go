// Package campaignstore keeps campaigns, versions and journeys in Postgres.
package campaignstore

import (
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/store"
)

// Store implements campaign.Store.
type Store struct{ db *store.DB }

var _ campaign.Store = (*Store)(nil)

// New returns a Store.
func New(db *store.DB) *Store { return &Store{db: db} }
