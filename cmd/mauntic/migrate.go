package main

import (
	"context"

	"github.com/mauntic/mauntic/store"
)

// migrateCommand brings the database up to date, as every start of the program does.
type migrateCommand struct{}

// Run migrates and says so.
func (migrateCommand) Run(cfg *Config) error {
	return withDatabase(cfg, func(context.Context, *store.DB) error { // which migrates
		say("The database is up to date.")
		return nil
	})
}
