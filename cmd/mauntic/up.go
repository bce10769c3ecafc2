package main

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// upCommand runs everything in one process.
type upCommand struct{}

// Run starts Postgres, Temporal, workers and web, in this order, and stops them in reverse.
func (upCommand) Run(cfg *Config) error {
	if err := cfg.check(context.Background()); err != nil {
		return err
	}
	out := newConsole(cfg.LogLevel)
	return supervise(out.steps, func(ctx context.Context, s *stack) error {
		// First what may be in the way: nobody likes to wait for "the port is taken". The folder before
		// the port, because who starts the program twice should hear that it runs.
		dir, err := cfg.openDataDir()
		if err != nil {
			return err
		}
		s.push("data folder", func(context.Context) error { return dir.close() })
		listener, err := listen(ctx, cfg.Addr)
		if err != nil {
			return err
		}
		s.push("listener", func(context.Context) error { return ignoreClosed(listener.Close()) })
		return everything(ctx, cfg, dir, listener, s, out)
	})
}

func everything(ctx context.Context, cfg *Config, dir *dataDir, listener net.Listener, s *stack, out console) error {
	if cfg.DataDir == "" && dir.path == systemDataDir {
		out.steps.Info("Data is kept in " + dir.path + ", because Postgres's user can't enter this folder.")
	}
	on := server{url: cfg.DatabaseURL}
	if cfg.privatePostgres() {
		started, err := startPostgres(ctx, cfg, dir, s, out.steps)
		if err != nil {
			return err
		}
		on = started
	}
	db, err := on.open(ctx, cfg)
	if err != nil {
		return err
	}
	s.push("database", func(context.Context) error {
		db.Pool().Close()
		return nil
	})
	address := cfg.Temporal.Address
	if cfg.ownTemporal() {
		if address, err = startTemporal(ctx, cfg, on, s, out); err != nil {
			return err
		}
	}
	measured, err := startMetrics(ctx, cfg, "up", s)
	if err != nil {
		return err
	}
	p := process{cfg: cfg, dir: dir, db: db, temporal: address, listener: listener, metrics: measured, out: out}
	app, err := p.wire(ctx, s)
	if err != nil {
		return err
	}
	owner, err := firstStart(ctx, cfg, app.identity)
	if err != nil {
		return err
	}
	if err := p.startWorkers(ctx, app, s); err != nil {
		return err
	}
	if err := p.startWeb(ctx, app, s); err != nil {
		return err
	}
	welcome(cfg, owner)
	return nil
}

// owner is who may log in after the first start.
type owner struct {
	created         bool
	email, password string // the password only if it was made up
}

// firstStart makes the organization and its owner, unless they exist.
func firstStart(ctx context.Context, cfg *Config, service *identity.Service) (owner, error) {
	created, password, err := service.FirstStart(ctx, identity.FirstStart{Email: cfg.AdminEmail, Password: cfg.AdminPassword})
	email := cfg.AdminEmail
	if email == "" {
		email = identity.DefaultOwnerEmail
	}
	return owner{created: created, email: email, password: password}, ofSettings(err)
}

// ofSettings says which setting of the owner is wrong, in place of the field that people would see.
func ofSettings(err error) error {
	wrong, ours := errors.AsType[*domain.Error](err)
	if !ours || wrong.Field == "" {
		return err
	}
	return domain.Unavailable("MAUNTIC_ADMIN_%s can't be used: %s", strings.ToUpper(wrong.Field), wrong.Message)
}

// introduce tells how to log in, once.
func (o owner) introduce() {
	if o.created {
		say("  Log in    %s", o.email)
	}
	if o.password != "" {
		say("  Password  %s   (shown only this once)", o.password)
	}
}

// welcome tells the person at the console where to go.
func welcome(cfg *Config, who owner) {
	say("\nMauntic is ready.\n")
	say("  Open      %s", cfg.BaseURL)
	who.introduce()
	say("  Temporal  %s%s   (for the owner)", cfg.BaseURL, temporalPath)
	say("  Stop      Ctrl-C\n")
}
