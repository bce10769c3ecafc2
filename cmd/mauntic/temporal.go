package main

import (
	"context"
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/temporal"
	"github.com/mauntic/mauntic/temporal/embedded"
)

// temporalPatience is how long our Temporal server may take to stop. It keeps nothing in memory
// that it needs again.
const temporalPatience = 8 * time.Second

// temporalCommand runs only the Temporal server.
type temporalCommand struct{}

// Run runs the Temporal server and its UI until it is told to stop. It waits for the database server.
func (temporalCommand) Run(cfg *Config) error {
	if err := cfg.requireDatabase("temporal"); err != nil {
		return err
	}
	out := newConsole(cfg.LogLevel)
	return supervise(out.steps, func(ctx context.Context, s *stack) error {
		on := server{url: cfg.DatabaseURL}
		if err := on.awaitServer(ctx, cfg, out.steps); err != nil {
			return err
		}
		address, err := startTemporal(ctx, cfg, on, s, out)
		if err != nil {
			return err
		}
		ui, err := startTemporalUI(ctx, cfg, address, s)
		if err != nil {
			return err
		}
		say("Temporal is ready at %s, its UI at http://%s%s. Both are for this machine only.", address, ui, embedded.UIPath)
		return nil
	})
}

// startTemporal runs our own Temporal server as a part of the stack and returns its address.
func startTemporal(ctx context.Context, cfg *Config, on server, s *stack, out console) (string, error) {
	database, err := on.database(ctx, temporalDatabase)
	if err != nil {
		return "", err
	}
	visibility, err := on.database(ctx, visibilityDatabase)
	if err != nil {
		return "", err
	}
	running, err := embedded.Start(ctx, embedded.Options{
		Database: database, Visibility: visibility,
		Namespace: cfg.Temporal.Namespace, FrontendPort: cfg.Temporal.Port,
		Logger: out.steps,
	})
	if err != nil {
		return "", err
	}
	s.push("temporal", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, temporalPatience)
		defer cancel()
		return running.Stop(ctx)
	})
	s.fail("Temporal", running.Failed())
	return running.FrontendAddress(), nil
}

// startTemporalUI runs the UI for the server at address and returns where it listens.
func startTemporalUI(ctx context.Context, cfg *Config, address string, s *stack) (string, error) {
	t := cfg.Temporal
	ui, err := embedded.StartUI(ctx, embedded.UIOptions{
		Frontend: address, Namespace: t.Namespace,
		CAFile: t.CAFile, CertFile: t.CertFile, KeyFile: t.KeyFile, ServerName: t.ServerName,
	})
	if err != nil {
		return "", err
	}
	s.push("temporal ui", func(context.Context) error {
		ui.Stop()
		return nil
	})
	return ui.Address(), nil
}

// dialTemporal makes a client of the server at address, which need not be there yet.
func dialTemporal(cfg *Config, address string, s *stack, log *slog.Logger) (client.Client, error) {
	secure, err := cfg.Temporal.tlsConfig()
	if err != nil {
		return nil, err
	}
	connected, err := temporal.Lazy(temporal.Connection{
		Address: address, Namespace: cfg.Temporal.Namespace, TLS: secure, APIKey: cfg.Temporal.APIKey, Log: log,
	})
	if err != nil {
		return nil, domain.Unavailable("The settings for Temporal can't be used: %v.", err)
	}
	s.push("temporal client", func(context.Context) error {
		connected.Close()
		return nil
	})
	return connected, nil
}
