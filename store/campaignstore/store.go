// Package campaignstore keeps campaigns, versions and journeys in Postgres.
package campaignstore

import (
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/crmstore"
)

// Store implements campaign.Store.
type Store struct {
	db       *store.DB
	contacts *crmstore.Store // knows what searches for contacts mean
}

var _ campaign.Store = (*Store)(nil)

// New returns a Store.
func New(db *store.DB) *Store { return &Store{db: db, contacts: crmstore.New(db)} }
