package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/mattn/go-isatty"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/backup"
	"github.com/mauntic/mauntic/store/cluster"
)

// restoreCommand puts a backup in place of an installation that does not run.
type restoreCommand struct {
	File  string `arg:"" help:"The backup."`
	Force bool   `help:"Replace an installation that is not empty. What it holds is lost."`
}

// Run checks the whole file first, then restores.
func (c restoreCommand) Run(cfg *Config) error {
	out := newConsole(cfg.LogLevel)
	archive, err := backup.Open(c.File)
	if err != nil {
		return err
	}
	defer archive.Close()
	made := archive.Manifest
	newest, err := newestMigration()
	switch {
	case err != nil:
		return err
	case made.Schema > newest:
		return domain.Unavailable("A newer Mauntic (%s) made this backup: its database has version %d, and this program knows %d. Restore it with that one.",
			made.Program, made.Schema, newest)
	}
	return oneShot(out.steps, func(ctx context.Context, s *stack) error {
		r := restoring{cfg: cfg, file: filepath.Base(c.File), archive: archive, force: c.Force}
		if err := r.findServer(ctx, s, out); err != nil {
			return err
		}
		if err := r.prepare(ctx); err != nil {
			return err
		}
		began := time.Now()
		if err := archive.Verify(ctx, r.target.Server); err != nil {
			return err
		}
		if err := archive.Restore(ctx, r.target); err != nil {
			return err
		}
		return r.report(ctx, time.Since(began))
	})
}

type restoring struct {
	cfg     *Config
	file    string
	archive *backup.Archive
	force   bool
	on      server
	target  backup.Target
}

// findServer finds the Postgres to restore to. A private one is started for the while, which fails
// if Mauntic runs on it.
func (r *restoring) findServer(ctx context.Context, s *stack, out console) error {
	if !r.cfg.privatePostgres() {
		r.on = server{url: r.cfg.DatabaseURL}
		return nil
	}
	dir, err := r.cfg.openDataDir()
	if err != nil {
		return err
	}
	s.push("data folder", func(context.Context) error { return dir.close() })
	if r.on, err = startPostgres(ctx, r.cfg, dir, s, out.log); err != nil {
		return err
	}
	if r.cfg.SigningKey == "" {
		r.target.Secrets, err = dir.folder("secrets")
	}
	return err
}

// prepare looks at what is there and refuses what must not happen.
func (r *restoring) prepare(ctx context.Context) error {
	conn, err := cluster.Connect(ctx, r.on.url)
	if err != nil {
		return domain.Unavailable("The database can't be reached (%v). Check MAUNTIC_DATABASE_URL.", connectReason(err))
	}
	defer conn.Close(context.WithoutCancel(ctx)) // before the restore, which wants nobody there
	var name string
	var major int
	if err := conn.QueryRow(ctx, "select current_database(), current_setting('server_version_num')::int / 10000").Scan(&name, &major); err != nil {
		return fmt.Errorf("look at the database: %w", err)
	}
	made := r.archive.Manifest
	if made.Postgres > major {
		return domain.Unavailable("The backup comes from PostgreSQL %d and can't go into the older %d. Install version %[1]d.", made.Postgres, major)
	}
	if name == cluster.Database {
		return domain.Unavailable("MAUNTIC_DATABASE_URL names the database %s, from which the others are replaced. Name one for Mauntic.", name)
	}
	if r.target.Server, err = r.on.dumps(r.cfg, major); err != nil {
		return err
	}
	if err := r.checkKey(); err != nil {
		return err
	}
	r.target.Databases = map[backup.Role]string{backup.RoleOurs: name}
	var temporalIsHere bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", temporalDatabase).Scan(&temporalIsHere); err != nil {
		return fmt.Errorf("look for Temporal's database: %w", err)
	}
	if r.cfg.ownTemporal() || temporalIsHere {
		r.target.Databases[backup.RoleTemporal], r.target.Databases[backup.RoleVisibility] = temporalDatabase, visibilityDatabase
	}
	r.target.Paused = messaging.PausedByRestore(made.MadeAt)
	return r.mayReplace(ctx, conn)
}

// checkKey refuses a signing key with which links in mails that are out there would stop working.
func (r *restoring) checkKey() error {
	known := r.archive.Manifest.SigningKey
	if r.cfg.SigningKey == "" || known == "" || known == fingerprint([]byte(r.cfg.SigningKey)) {
		return nil
	}
	return domain.Unavailable("MAUNTIC_SIGNING_KEY is not the one of the backup: links in mails that were sent would stop working. Set the key that was set when the backup was made.")
}

// mayReplace asks before anything is lost.
func (r *restoring) mayReplace(ctx context.Context, conn *pgx.Conn) error {
	held, err := whatItHolds(ctx, conn)
	if err != nil || held == "" {
		return err
	}
	if !r.force {
		return domain.Conflict("This installation is not empty: it holds %s. Restore into an empty one, or use --force, which loses all of that.", held)
	}
	if !isatty.IsTerminal(os.Stdin.Fd()) {
		return nil // --force is the answer
	}
	fmt.Printf("This installation holds %s.\nAll of that will be lost. Type \"replace\" to go on: ", held)
	answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	if strings.TrimSpace(answer) != "replace" {
		return domain.Conflict("Nothing was changed.")
	}
	return nil
}

// whatItHolds says in words what is in a database that is not empty; "" otherwise.
func whatItHolds(ctx context.Context, conn *pgx.Conn) (string, error) {
	var parts []string
	for _, kind := range []struct{ table, words string }{
		{"crm.contacts", "contacts"},
		{"campaign.campaigns", "campaigns"},
		{"messaging.emails", "emails"},
		{"messaging.messages", "messages"},
	} {
		var exists bool
		if err := conn.QueryRow(ctx, "select to_regclass($1) is not null", kind.table).Scan(&exists); err != nil {
			return "", fmt.Errorf("look at the database: %w", err)
		}
		if !exists {
			continue
		}
		var n int64
		if err := conn.QueryRow(ctx, "select count(*) from "+kind.table).Scan(&n); err != nil {
			return "", fmt.Errorf("count %s: %w", kind.words, err)
		}
		if n > 0 {
			parts = append(parts, counted(n, kind.words))
		}
	}
	return strings.Join(parts, ", "), nil
}

// counted is "1 contact" or "2 contacts".
func counted(n int64, plural string) string {
	if n == 1 {
		plural = strings.TrimSuffix(plural, "s")
	}
	return fmt.Sprintf("%d %s", n, plural)
}

// report says what the backup can't know.
func (r *restoring) report(ctx context.Context, took time.Duration) error {
	conn, err := cluster.Connect(ctx, r.on.url)
	if err != nil {
		return fmt.Errorf("look at the restored database: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var journeys, messages int64
	err = conn.QueryRow(ctx, `select (select count(*) from campaign.journeys where state <> 'ended'),
		(select count(*) from messaging.messages where state in ('ready', 'leased', 'calling'))`).Scan(&journeys, &messages)
	if err != nil {
		return fmt.Errorf("look at the restored database: %w", err)
	}
	say("%s is restored, in %s.", r.file, took.Round(time.Second))
	say("Open journeys go on when Mauntic starts: %d. Sending is paused.", journeys)
	say("Messages that were about to go out when the backup was made: %d. They, and what followed, may have gone out since.", messages)
	say("Compare with what your provider has sent after %s, then resume with `mauntic admin resume-sending` or on any page.",
		r.archive.Manifest.MadeAt.UTC().Format("2 Jan 2006, 15:04:05 UTC"))
	if _, ours := r.target.Databases[backup.RoleTemporal]; !ours {
		say("Temporal is a cluster of its own, which remembers what this database has forgotten: set MAUNTIC_TEMPORAL_NAMESPACE to a new name, in which all journeys start again at their steps.")
	}
	return nil
}
