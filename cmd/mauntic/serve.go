package main

import (
	"context"

	"github.com/mauntic/mauntic/domain"
)

// serveCommand runs only the web. Several may run.
type serveCommand struct{}

// Run serves until it is told to stop. It waits for the database, but not for Temporal: without it
// people can do everything but watch workflows.
func (serveCommand) Run(cfg *Config) error {
	if err := cfg.requireCluster("serve"); err != nil {
		return err
	}
	if err := cfg.check(context.Background()); err != nil {
		return err
	}
	out := newConsole(cfg.LogLevel)
	return supervise(out.steps, func(ctx context.Context, s *stack) error {
		listener, err := listen(ctx, cfg.Addr)
		if err != nil {
			return err
		}
		s.push("listener", func(context.Context) error { return ignoreClosed(listener.Close()) })
		measured, err := startMetrics(ctx, cfg, "serve", s)
		if err != nil {
			return err
		}
		p := process{cfg: cfg, temporal: cfg.Temporal.Address, listener: listener, anteroom: openAnteroom(listener), metrics: measured, out: out}
		app, err := p.join(ctx, s)
		if err != nil {
			return err
		}
		owner, err := firstStart(ctx, cfg, app.identity)
		if err != nil {
			return err
		}
		if err := p.startWeb(ctx, app, s); err != nil {
			return err
		}
		say("The web is ready at %s.", cfg.BaseURL)
		owner.introduce()
		return nil
	})
}

// join makes this process one of several that share a database and a Temporal cluster.
func (p *process) join(ctx context.Context, s *stack) (*app, error) {
	if p.cfg.SigningKey == "" {
		return nil, domain.Unavailable("Processes that share a database sign links with one key: set MAUNTIC_SIGNING_KEY to the same 32 or more characters for all of them.")
	}
	db, err := server{url: p.cfg.DatabaseURL}.await(ctx, p.cfg, p.out.steps)
	if err != nil {
		return nil, err
	}
	s.push("database", func(context.Context) error {
		db.Pool().Close()
		return nil
	})
	p.db = db
	return p.wire(ctx, s)
}
