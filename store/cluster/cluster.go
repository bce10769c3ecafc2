// Package cluster runs a private Postgres from the machine's installed binaries: a child process
// that listens on a unix socket only, belongs to this program and ends with it.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// The role and the database that every cluster has from birth.
const (
	Role     = "postgres"
	Database = "postgres"
)

// Options say where a cluster lives and how careful it is.
type Options struct {
	// Dir holds a durable cluster: its files in Dir/postgres, the path of its socket folder in
	// Dir/postgres.run. The caller holds a lock on Dir. A throw-away cluster ignores it.
	Dir string
	// Durable keeps the data and survives a power cut. Otherwise the cluster lives in memory,
	// if there is enough of it, syncs nothing, and is gone after Stop.
	Durable bool
	// Binaries is the folder of postgres and initdb. Empty: the newest that is installed, or for
	// an existing cluster the ones that wrote it.
	Binaries string
	// Logger gets what Postgres says: warnings as such, the rest at debug. Required.
	Logger *slog.Logger
}

// Cluster is a running Postgres.
type Cluster struct {
	data   string   // its files
	run    string   // the folder of its socket
	remove []string // what Stop deletes
	held   *os.File // the lock of a throw-away cluster's folder
	server *child
	log    *slog.Logger

	moving atomic.Bool // starting or stopping: complaints about connections are then expected
}

// Start runs a cluster and returns when it takes connections. The first start creates it. A
// Postgres that a killed program left behind is ended first. When something on the machine is in
// the way (nothing installed, a folder that can't be written, a full disk), the error is a
// domain.Error that says what to do.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	place, err := prepare(o)
	if err != nil {
		return nil, err
	}
	c, err := start(ctx, o, place)
	if err != nil {
		release(place.remove, place.held)
		return nil, err
	}
	return c, nil
}

func start(ctx context.Context, o Options, at place) (*Cluster, error) {
	programs, err := findBinaries(o.Binaries, writtenBy(at.data))
	if err != nil {
		return nil, err
	}
	if err := initialize(ctx, programs, at, o); err != nil {
		return nil, err
	}
	if err := endOrphan(ctx, at.data, o.Logger); err != nil {
		return nil, err
	}
	// No Postgres runs on these files now, so the number in the socket's lock file is a dead one's,
	// or by now somebody else's: Postgres would not start because of it.
	if err := os.Remove(filepath.Join(at.run, socketName+".lock")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove lock of the socket: %w", err)
	}
	c := &Cluster{data: at.data, run: at.run, remove: at.remove, held: at.held, log: o.Logger}
	c.moving.Store(true)
	for deadline := time.Now().Add(orphanPatience); ; {
		c.server, err = startChild(programs.postgres, arguments(at, o.Durable), at, c.heard)
		if err != nil {
			return nil, fmt.Errorf("start postgres: %w", err)
		}
		err = c.ready(ctx)
		if err == nil {
			c.moving.Store(false)
			return c, nil
		}
		c.server.kill()
		// The backends of a postmaster that was killed need a moment to notice.
		if !strings.Contains(c.server.output.String(), "still in use") || time.Now().After(deadline) {
			return nil, explain(err, c.server.output.String(), at)
		}
		time.Sleep(pollInterval)
	}
}

// initialize creates the cluster's files unless they exist. They get their final name when they
// are complete, so that a start that is killed half way leaves nothing half-made.
func initialize(ctx context.Context, programs binaries, at place, o Options) error {
	if writtenBy(at.data) != "" {
		return nil
	}
	if o.Durable {
		o.Logger.Info("Creating the database files. This happens once and takes a few seconds.", "folder", at.data)
	}
	fresh := at.data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return explain(fmt.Errorf("remove unfinished database files: %w", err), err.Error(), at)
	}
	if err := makeFolder(fresh, at.user); err != nil {
		return explain(fmt.Errorf("create database folder: %w", err), err.Error(), at)
	}
	args := []string{"-D", fresh, "-U", Role, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"}
	if !o.Durable {
		args = append(args, "--no-sync")
	}
	if output, err := runChild(ctx, programs.initdb, args, at); err != nil {
		return explain(fmt.Errorf("initdb: %w", err), output, at)
	}
	if err := os.Rename(fresh, at.data); err != nil {
		return fmt.Errorf("name database folder: %w", err)
	}
	return nil
}

// ready waits until the server takes connections. Recovery after a crash may take a while, so
// only ctx and the server's own end limit it.
func (c *Cluster) ready(ctx context.Context) error {
	patience := time.After(3 * time.Second)
	for {
		conn, err := pgx.Connect(ctx, c.URL(Database))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for postgres: %w", ctx.Err())
		case <-c.server.done:
			return fmt.Errorf("postgres ended: %w", c.server.err)
		case <-patience:
			c.log.Info("Postgres is still starting: after a crash it first repeats its journal.")
		case <-time.After(pollInterval):
		}
	}
}

// URL returns the keyword/value connection string of a database of the cluster.
func (c *Cluster) URL(database string) string { return socketURL(c.run, database) }

// EnsureDatabase creates a database unless it exists.
func (c *Cluster) EnsureDatabase(ctx context.Context, name string) error {
	return EnsureDatabase(ctx, c.URL(Database), name)
}

// Done is closed when Postgres has ended, asked for or not.
func (c *Cluster) Done() <-chan struct{} { return c.server.done }

// Stop ends Postgres: open connections are cut, committed data is written. When ctx ends before
// Postgres does, it is ended without ceremony; the next start then repeats the journal. A
// throw-away cluster is deleted.
func (c *Cluster) Stop(ctx context.Context) error {
	defer release(c.remove, c.held)
	c.moving.Store(true)
	if c.server.stop(ctx) {
		return nil
	}
	c.server.kill()
	return fmt.Errorf("stop postgres: %w", ctx.Err())
}

// heard passes on a line of Postgres's log.
func (c *Cluster) heard(line string) {
	level := slog.LevelDebug
	serious := strings.Contains(line, "PANIC:") || strings.Contains(line, "FATAL:") || strings.Contains(line, "WARNING:")
	// When the postmaster dies, each of its backends says so; that it has died is told by Done.
	orphaned := strings.Contains(line, "terminating connection due to unexpected postmaster exit")
	if serious && !orphaned && !c.moving.Load() {
		level = slog.LevelWarn
	}
	c.log.Log(context.Background(), level, line, "from", "postgres")
}

// writtenBy returns the major version that created the files in dir, "" when there are none.
func writtenBy(dir string) string {
	version, err := os.ReadFile(filepath.Join(dir, "PG_VERSION"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(version))
}

// release deletes folders that nobody needs any more. What stays, a later start uses or removes.
func release(folders []string, held *os.File) {
	for _, folder := range folders {
		_ = os.RemoveAll(folder)
	}
	if held != nil {
		_ = held.Close()
	}
}
