package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/cluster"
)

// Names of our databases on one server.
const (
	appDatabase        = "mauntic"
	temporalDatabase   = "temporal"
	visibilityDatabase = "temporal_visibility"
)

// server is a Postgres server: our own, or the one that MAUNTIC_DATABASE_URL names.
type server struct{ url string }

// startPostgres runs the private cluster as a part of the stack.
func startPostgres(ctx context.Context, cfg *Config, dir *dataDir, s *stack, log *slog.Logger) (server, error) {
	postgres, err := cluster.Start(ctx, cluster.Options{Dir: dir.path, Durable: true, Binaries: cfg.PostgresBin, Logger: log})
	if err != nil {
		return server{}, err
	}
	s.push("postgres", postgres.Stop)
	s.watch("Postgres", postgres.Done())
	if err := postgres.EnsureDatabase(ctx, appDatabase); err != nil {
		return server{}, err
	}
	return server{url: postgres.URL(appDatabase)}, nil
}

// database returns the connection string of another database of the server, which is made if need be.
func (s server) database(ctx context.Context, name string) (string, error) {
	if err := cluster.EnsureDatabase(ctx, s.url, name); err != nil {
		return "", err
	}
	return cluster.WithDatabase(s.url, name)
}

// open connects and brings the schema up to date. The caller closes the pool.
func (s server) open(ctx context.Context, cfg *Config) (*store.DB, error) {
	pool, err := s.connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return store.New(pool), nil
}

func (s server) connect(ctx context.Context, cfg *Config) (*pgxpool.Pool, error) {
	pool, err := s.pool(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, domain.Unavailable("The database can't be reached (%v). Check MAUNTIC_DATABASE_URL.", connectReason(err))
	}
	return pool, nil
}

// await is open for processes that may be started before the database: it waits until that is there.
func (s server) await(ctx context.Context, cfg *Config, steps *slog.Logger) (*store.DB, error) {
	pool, err := s.pool(ctx, cfg)
	if err != nil {
		return nil, err
	}
	for {
		err := waitFor(ctx, steps, "the database", postgresIsThere(pool))
		if err == nil {
			err = migrate(ctx, pool)
		}
		if err == nil {
			return store.New(pool), nil
		}
		if domain.KindOf(err) != "" || ctx.Err() != nil || pool.Ping(ctx) == nil {
			pool.Close()
			return nil, err
		} // else the server went away in the middle
	}
}

// awaitServer waits until the server takes connections.
func (s server) awaitServer(ctx context.Context, cfg *Config, steps *slog.Logger) error {
	pool, err := s.pool(ctx, cfg)
	if err != nil {
		return err
	}
	defer pool.Close()
	return waitFor(ctx, steps, "the database", postgresIsThere(pool))
}

// pool makes the connections' pool without connecting.
func (s server) pool(ctx context.Context, cfg *Config) (*pgxpool.Pool, error) {
	settings, err := pgxpool.ParseConfig(s.url)
	if err != nil {
		return nil, domain.Unavailable("MAUNTIC_DATABASE_URL can't be read. It looks like postgres://user:password@host:5432/mauntic.")
	}
	if !strings.Contains(s.url, "pool_max_conns") {
		settings.MaxConns = cfg.DatabasePool
	}
	settings.MaxConnIdleTime = 5 * time.Minute
	settings.PingTimeout = connectTime // a connection that has been idle is tried before it is used
	if settings.ConnConfig.ConnectTimeout == 0 {
		settings.ConnConfig.ConnectTimeout = connectTime
	}
	settings.ConnConfig.DialFunc = dialDatabase
	pool, err := pgxpool.NewWithConfig(ctx, settings)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return pool, nil
}

// connectTime is how long connecting to the database may take.
const connectTime = 5 * time.Second

// dialDatabase connects so that a server that vanished without a word is noticed within half a
// minute: by itself the network would wait for a quarter of an hour.
func dialDatabase(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, errors.Join(domain.ErrAway, err)
	}
	return conn, nil
}

var errSilent = errors.New("it does not answer")

// connectReason is what the server or the network said, without a list of attempts.
func connectReason(err error) error {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return refused
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errSilent
	}
	return reason(err)
}

func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	version, _, err := store.Migrate(ctx, pool)
	if errors.Is(err, store.ErrNewerSchema) {
		return errNewer(version)
	}
	return err
}

func errNewer(version int64) error {
	return domain.Unavailable("A newer Mauntic has written to this database, whose version is %d. Start that one, or restore a backup from before.", version)
}

// withDatabase calls fn with the database of this installation: the one of a running program, or
// one that is started for the while.
func withDatabase(cfg *Config, fn func(ctx context.Context, db *store.DB) error) error {
	out := newConsole(cfg.LogLevel)
	return oneShot(out.steps, func(ctx context.Context, s *stack) error {
		found, err := findDatabase(ctx, cfg, s, out)
		if err != nil {
			return err
		}
		db, err := found.open(ctx, cfg)
		if err != nil {
			return err
		}
		defer db.Pool().Close()
		return fn(ctx, db)
	})
}

func findDatabase(ctx context.Context, cfg *Config, s *stack, out console) (server, error) {
	if !cfg.privatePostgres() {
		return server{url: cfg.DatabaseURL}, nil
	}
	dir, err := cfg.openDataDir()
	if errors.Is(err, errRunning) {
		return runningDatabase(ctx, cfg)
	}
	if err != nil {
		return server{}, err
	}
	s.push("data folder", func(context.Context) error { return dir.close() })
	return startPostgres(ctx, cfg, dir, s, out.log)
}

// runningDatabase finds the database of the process that holds the data folder, which may still be
// starting it.
func runningDatabase(ctx context.Context, cfg *Config) (server, error) {
	path, err := cfg.dataDirPath()
	if err != nil {
		return server{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	for {
		url, err := cluster.Running(path, appDatabase)
		if err == nil {
			if err = ping(ctx, url); err == nil {
				return server{url: url}, nil
			}
		}
		select {
		case <-ctx.Done():
			return server{}, domain.Unavailable("Mauntic runs on %s, but its database does not answer: %v.", path, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func ping(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	return pool.Ping(ctx)
}
