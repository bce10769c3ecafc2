package main

import (
	"cmp"
	"context"

	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
)

type pauseSendingCommand struct {
	Reason string `help:"A sentence that everybody reads on every page; without one, that an operator has paused it."`
}

// Run pauses sending. A running installation notices within a second.
func (c pauseSendingCommand) Run(cfg *Config) error {
	return withMessaging(cfg, func(ctx context.Context, service *messaging.Service) error {
		if err := service.PauseSending(ctx, cmp.Or(c.Reason, messaging.PausedByOperator)); err != nil {
			return err
		}
		say("Sending is paused. Campaigns go on; their messages wait. Resume with `mauntic admin resume-sending`.")
		return nil
	})
}

type resumeSendingCommand struct{}

// Run lets messages go again.
func (resumeSendingCommand) Run(cfg *Config) error {
	return withMessaging(cfg, func(ctx context.Context, service *messaging.Service) error {
		changed, err := service.ResumeSending(ctx)
		switch {
		case err != nil:
			return err
		case !changed:
			say("Sending is not paused.")
		default:
			say("Sending goes on. What was held back goes out within ten minutes.")
		}
		return nil
	})
}

// withMessaging calls fn as the program itself, which may operate the installation.
func withMessaging(cfg *Config, fn func(ctx context.Context, service *messaging.Service) error) error {
	return withDatabase(cfg, func(ctx context.Context, db *store.DB) error {
		org, err := onlyOrganization(ctx, db)
		if err != nil {
			return err
		}
		app, err := wire(ctx, parts{Config: cfg, DB: db, SigningKey: anyKey, Log: newConsole(cfg.LogLevel).log})
		if err != nil {
			return err
		}
		return fn(identity.WithActor(ctx, identity.System(org)), app.messaging)
	})
}
