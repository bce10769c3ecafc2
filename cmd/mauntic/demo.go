package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/store"
)

// demoCommand loads sample data, marked as such, or removes it.
type demoCommand struct {
	Remove   bool   `help:"Remove the sample data with everything that came of it." xor:"what"`
	Contacts *int   `help:"Instead of the demo campaign, make contacts until there are N of them: up to 10,000,000, to see how it feels." placeholder:"N" xor:"what"`
	Seed     uint64 `help:"Another number makes other contacts." default:"1"`
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
		if c.Contacts != nil {
			return c.crowd(ctx, app.crm, org)
		}
		if c.Remove {
			say("Removing the sample data. With very many contacts this takes minutes.")
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

// crowd makes sample contacts and says how far it is.
func (c demoCommand) crowd(ctx context.Context, contacts *crm.Service, org domain.OrgID) error {
	began := time.Now()
	said := began
	added, err := contacts.AddSamples(ctx, org, crm.SampleOrder{Contacts: *c.Contacts, Seed: c.Seed, Progress: func(there int) {
		if time.Since(said) < 5*time.Second {
			return
		}
		said = time.Now()
		say("%d of %d contacts are there (%.0f a second).", there, *c.Contacts, float64(there)/time.Since(began).Seconds())
	}})
	switch {
	case err != nil:
		return err
	case added == 0:
		say("All %d sample contacts are there already. `mauntic demo --remove` takes them away.", *c.Contacts)
	default:
		before := ""
		if added < *c.Contacts {
			before = fmt.Sprintf("; with those from before there are %d", *c.Contacts)
		}
		say("Made %d sample contacts in %s (%.0f a second)%s. `mauntic demo --remove` takes them away.",
			added, time.Since(began).Round(time.Second), float64(added)/time.Since(began).Seconds(), before)
	}
	return nil
}
