// Package embedded runs a Temporal server and Temporal's UI inside this process, on Postgres. Only the
// binary and this package's tests import it: the server is by far the largest thing we link.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"go.temporal.io/server/common/log"
	server "go.temporal.io/server/temporal"
)

// Options say where the server keeps its state and where it listens. It listens on loopback only.
type Options struct {
	// Database and Visibility are connection strings of two databases on one Postgres.
	Database, Visibility string
	// Namespace is created, or brought up to date, at every start.
	Namespace string
	// FrontendPort is the port for clients; 0 takes a free one.
	FrontendPort int
	// TimeSkipping lets tests skip the time in a workflow.
	TimeSkipping bool
	// Logger gets the server's warnings and errors. Required.
	Logger *slog.Logger
}

// Server is a running Temporal server.
type Server struct {
	frontend    string
	namespaceID string
	server      server.Server
	failed      chan error
	moving      atomic.Bool // between standing still and running
	stopped     atomic.Bool
}

// Start brings the databases' schema up to date, starts the server, and returns when the
// namespace can be used. A port that is taken and a database that can't be used are
// domain.Errors that say what to do.
func Start(ctx context.Context, o Options) (*Server, error) {
	ports, err := findPorts(ctx, o.FrontendPort)
	if err != nil {
		return nil, err
	}
	if err := prepareSchema(ctx, o); err != nil {
		return nil, err
	}
	s := &Server{frontend: ports.frontend(), failed: make(chan error, 1)}
	s.moving.Store(true)
	if err := s.run(ctx, o, ports); err != nil {
		return nil, err
	}
	if s.namespaceID, err = ensureNamespace(ctx, s.frontend, o); err != nil {
		return nil, errors.Join(err, s.Stop(ctx))
	}
	s.moving.Store(false)
	return s, nil
}

// run starts the server's four services. They end with ctx only if it ends while they start.
func (s *Server) run(ctx context.Context, o Options, p ports) error {
	logger := &logger{to: o.Logger, failed: s.failed, moving: &s.moving}
	options := []server.ServerOption{
		server.WithConfig(serverConfig(o, p)),
		server.ForServices(server.DefaultServices),
		server.WithStaticHosts(p.hosts()),
		server.WithDynamicConfigClient(dynamicConfig(o)),
		server.WithLogger(logger),
		server.WithNamespaceLogger(log.NewNoopLogger()),
	}
	return await(ctx, "start Temporal", s.failed, func() error {
		built, err := server.NewServer(options...)
		if err != nil {
			return err
		}
		s.server = built
		return built.Start()
	})
}

// FrontendAddress is where clients connect.
func (s *Server) FrontendAddress() string { return s.frontend }

// NamespaceID names the namespace's incarnation: it is another one after the databases were lost.
func (s *Server) NamespaceID() string { return s.namespaceID }

// Failed receives an error when the server can't go on, which it does not survive.
func (s *Server) Failed() <-chan error { return s.failed }

// Stop ends the server. Left alone the server may take minutes; what has not ended
// with ctx is left to end with the process, which harms nothing. A second call does nothing.
func (s *Server) Stop(ctx context.Context) error {
	if s.stopped.Swap(true) {
		return nil
	}
	s.moving.Store(true)
	return await(ctx, "stop Temporal", nil, s.server.Stop)
}

// await runs fn, which knows no context, until it returns, the server fails, or ctx ends.
func await(ctx context.Context, what string, failed <-chan error, fn func() error) error {
	done := make(chan error, 1)
	go func() { done <- fn() }()
	var err error
	select {
	case err = <-done:
	case err = <-failed:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// retry calls fn until it succeeds or ctx ends, and then returns fn's last error.
func retry(ctx context.Context, every time.Duration, fn func() error) error {
	for {
		err := fn()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(every):
		}
	}
}
