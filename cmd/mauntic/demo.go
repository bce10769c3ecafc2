package main

import (
	"context"
	"log/slog"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// demoCommand loads sample data, marked as such, or removes it.
type demoCommand struct {
	Remove bool `help:"Remove the sample data with everything that came of it."`
}

// Run loads or removes the sample data. A program that is running moves the people; otherwise they
// start when it does.
func (c demoCommand) Run(cfg *Config) error {
	return withDatabase(cfg, func(ctx context.Context, db *store.DB) error {
		org, err := onlyOrganization(ctx, db)
		if err != nil {
			return err
		}
		// Nothing is signed or sent here, so any key will do.
		app, err := wire(ctx, parts{Config: cfg, DB: db, SigningKey: anyKey, Log: slog.Default()})
		if err != nil {
			return err
		}
		ctx = identity.WithActor(ctx, identity.System(org))
		if c.Remove {
			if err := app.campaign.RemoveSample(ctx, org); err != nil {
				return err
			}
			say("The sample data is gone.")
			return nil
		}
		sample, err := app.campaign.LoadSample(ctx, org)
		if err != nil {
			return err
		}
		say("Loaded the sample contacts and the campaign %q. Watch it at %s/app/campaigns/%d while Mauntic runs.", sample.Name, cfg.BaseURL, sample.ID)
		return nil
	})
}
