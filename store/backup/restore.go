package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store/cluster"
)

// Suffixes of databases that a restore works with. Nothing connects to them, so what a restore that
// was killed leaves behind disturbs nobody; the next one removes it.
const (
	comingSuffix = "_restoring"
	goneSuffix   = "_replaced"
)

// idGap is how far ids jump: what was made after the backup had ids too, which other systems may
// still name.
const idGap = 1_000_000

// Target is where a backup goes.
type Target struct {
	Server    Server
	Databases map[Role]string // their names; a database that the backup does not hold is removed
	Secrets   string          // a folder; "" leaves the backup's secrets alone
	Paused    domain.Kept     // why nothing is sent afterwards: a sentence
}

// Restore puts a backup back, in place of what the databases hold. Everything is unpacked beside the
// old databases first; then all change places in one transaction. Killed at any moment, it leaves
// either the old installation or the new one.
//
// The restored installation is paused, and its ids go on a million further.
func (a *Archive) Restore(ctx context.Context, to Target) error {
	admin, err := to.connect(ctx)
	if err != nil {
		return err
	}
	defer admin.Close(context.WithoutCancel(ctx))
	if err := refuseWhileInUse(ctx, admin, to); err != nil {
		return err
	}
	if err := drop(ctx, admin, to, comingSuffix); err != nil {
		return err
	}
	for _, entry := range a.Manifest.Entries {
		name, wanted := to.Databases[Role(entry.Of)]
		if entry.Kind != KindDatabase || !wanted {
			continue
		}
		if err := a.unpackInto(ctx, admin, entry, to, name+comingSuffix); err != nil {
			return err
		}
	}
	if err := to.settle(ctx); err != nil {
		return err
	}
	if err := a.restoreSecrets(to.Secrets); err != nil {
		return err
	}
	if err := to.swap(ctx, admin); err != nil {
		return err
	}
	return drop(ctx, admin, to, goneSuffix)
}

// connect connects to a database that no installation uses.
func (t Target) connect(ctx context.Context) (*pgx.Conn, error) {
	address, err := cluster.WithDatabase(t.Server.URL, cluster.Database)
	if err != nil {
		return nil, err
	}
	conn, err := cluster.Connect(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("connect to database %s, from which the others are replaced: %w", cluster.Database, err)
	}
	return conn, nil
}

func (t Target) names(suffix string) []string {
	var names []string
	for _, name := range t.Databases {
		names = append(names, name+suffix)
	}
	return names
}

// refuseWhileInUse waits a little: a connection that was closed just now is still seen for a moment.
func refuseWhileInUse(ctx context.Context, admin *pgx.Conn, t Target) error {
	const users = "select count(*) from pg_stat_activity where datname = any($1) and backend_type = 'client backend'"
	for deadline := time.Now().Add(3 * time.Second); ; {
		var n int
		if err := admin.QueryRow(ctx, users, t.names("")).Scan(&n); err != nil {
			return fmt.Errorf("look who uses the databases: %w", err)
		}
		switch {
		case n == 0:
			return nil
		case time.Now().After(deadline):
			return errInUse
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

var errInUse = domain.Conflict("Something is connected to the databases. Stop all processes of Mauntic, and everything else that uses them, and restore again.")

func drop(ctx context.Context, admin *pgx.Conn, t Target, suffix string) error {
	for _, name := range t.names(suffix) {
		if _, err := admin.Exec(ctx, "drop database if exists "+quoted(name)+" with (force)"); err != nil {
			return fmt.Errorf("remove database %s: %w", name, err)
		}
	}
	return nil
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

func (a *Archive) unpackInto(ctx context.Context, admin *pgx.Conn, entry Entry, to Target, name string) error {
	_, err := admin.Exec(ctx, "create database "+quoted(name)+" template template0 encoding 'UTF8'")
	if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) && refused.Code == "42501" {
		return domain.Unavailable("The database user %s may not create databases, which a restore needs to.", admin.Config().User)
	}
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	cmd, err := to.Server.connected(ctx, "pg_restore", name, "--exit-on-error", "--no-owner", "--no-privileges")
	if err != nil {
		return err
	}
	return a.use(entry, func(dump io.Reader) error {
		cmd.Stdin = dump
		return run(ctx, cmd)
	})
}

// settle prepares our restored database for its first start, while nobody can see it.
func (t Target) settle(ctx context.Context) error {
	address, err := cluster.WithDatabase(t.Server.URL, t.Databases[RoleOurs]+comingSuffix)
	if err != nil {
		return err
	}
	conn, err := cluster.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("connect to the restored database: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	const pause = `insert into platform.facts (name, value) values ('sending.paused', $1)
		on conflict (name) do update set value = excluded.value, updated_at = now()`
	if _, err := conn.Exec(ctx, pause, t.Paused); err != nil {
		return fmt.Errorf("pause sending: %w", err)
	}
	const jump = `select setval(format('%I.%I', schemaname, sequencename)::regclass, last_value + $1)
		from pg_sequences where last_value is not null and data_type = 'bigint'::regtype`
	if _, err := conn.Exec(ctx, jump, int64(idGap)); err != nil {
		return fmt.Errorf("move ids on: %w", err)
	}
	// Workflows that began after Temporal's dump are not in it. Those that sleep are found when their
	// time comes; those that do something would be waited for, so they count as late.
	const look = `update campaign.journeys set due = now() - interval '2 minutes' where state = 'open' and answer->>'do' = 'run'`
	if _, err := conn.Exec(ctx, look); err != nil {
		return fmt.Errorf("have the reconciler look at journeys: %w", err)
	}
	if _, err := conn.Exec(ctx, "analyze"); err != nil { // a restored database knows nothing about its tables
		return fmt.Errorf("analyze: %w", err)
	}
	return nil
}

// swap gives the restored databases their names, all or none.
func (t Target) swap(ctx context.Context, admin *pgx.Conn) error {
	if err := drop(ctx, admin, t, goneSuffix); err != nil {
		return err
	}
	tx, err := admin.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // after a commit there is nothing to roll back
	for _, name := range t.Databases {
		for _, move := range [][2]string{{name, name + goneSuffix}, {name + comingSuffix, name}} {
			var exists bool
			if err := tx.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", move[0]).Scan(&exists); err != nil {
				return err
			}
			if !exists {
				continue
			}
			_, err := tx.Exec(ctx, "alter database "+quoted(move[0])+" rename to "+quoted(move[1]))
			if refused := (*pgconn.PgError)(nil); errors.As(err, &refused) && refused.Code == "55006" {
				return errInUse
			}
			if err != nil {
				return fmt.Errorf("rename database %s: %w", move[0], err)
			}
		}
	}
	return tx.Commit(ctx)
}

// restoreSecrets writes secrets to a folder. One that is there with another content is kept beside
// the restored one.
func (a *Archive) restoreSecrets(folder string) error {
	if folder == "" {
		return nil
	}
	for _, entry := range a.Manifest.Entries {
		if entry.Kind != KindSecret || entry.Of != filepath.Base(entry.Of) {
			continue
		}
		content, err := a.secret(entry)
		if err != nil {
			return err
		}
		path := filepath.Join(folder, entry.Of)
		if before, err := os.ReadFile(path); err == nil {
			if bytes.Equal(before, content) {
				continue
			}
			if err := replace(path+".before-restore", before); err != nil {
				return err
			}
		}
		if err := replace(path, content); err != nil {
			return err
		}
	}
	return nil
}

// replace writes a file under another name first: a half-written secret would be used.
func replace(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return fmt.Errorf("write secret: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("name secret: %w", err)
	}
	return nil
}
