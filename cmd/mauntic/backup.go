package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/backup"
	"github.com/mauntic/mauntic/store/cluster"
)

// backupCommand writes the installation into one file, running or not.
type backupCommand struct {
	File string `arg:"" help:"The file to write. It must not exist."`
}

// Run makes the backup, reads it back, and says what it holds.
func (c backupCommand) Run(cfg *Config) error {
	file, err := filepath.Abs(c.File)
	if err != nil {
		return err
	}
	out := newConsole(cfg.LogLevel)
	return oneShot(out.steps, func(ctx context.Context, s *stack) error {
		on, err := findDatabase(ctx, cfg, s, out)
		if err != nil {
			return err
		}
		source, err := on.source(ctx, cfg)
		if err != nil {
			return err
		}
		began := time.Now()
		made, err := backup.Write(ctx, file, source)
		if err != nil {
			return err
		}
		on.remember(ctx, cfg, file)
		say("%s holds everything up to %s: %s, written and read back in %s.", file,
			made.MadeAt.Format("2 Jan 2006, 15:04:05 MST"), megabytes(made.Bytes()), time.Since(began).Round(time.Second))
		if len(source.Databases) == 1 {
			say("Temporal's databases are not on this server, so they are not in it. The journeys are: after a restore, the reconciler starts their workflows again.")
		}
		if source.Secrets == "" {
			say("The signing key is set by MAUNTIC_SIGNING_KEY and not in it: keep it elsewhere.")
		}
		return nil
	})
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

// source finds out what there is to back up.
func (s server) source(ctx context.Context, cfg *Config) (backup.Source, error) {
	conn, err := cluster.Connect(ctx, s.url)
	if err != nil {
		return backup.Source{}, domain.Unavailable("The database can't be reached (%v). Check MAUNTIC_DATABASE_URL.", connectReason(err))
	}
	defer conn.Close(context.WithoutCancel(ctx))
	from := backup.Source{About: backup.Manifest{Program: version}}
	var name, fingerprint string
	var ours bool
	const about = `select current_database(), current_setting('server_version_num')::int / 10000, to_regclass('platform.facts') is not null, now()`
	if err := conn.QueryRow(ctx, about).Scan(&name, &from.About.Postgres, &ours, &from.About.MadeAt); err != nil {
		return from, fmt.Errorf("look at the database: %w", err)
	}
	if !ours {
		return from, domain.Unavailable("There is nothing to back up: the database %s has never been used by Mauntic.", name)
	}
	const known = `select (select max(version_id) from goose_db_version where is_applied),
		coalesce((select value from platform.facts where name = $1), '')`
	if err := conn.QueryRow(ctx, known, store.FactSigningKey).Scan(&from.About.Schema, &fingerprint); err != nil {
		return from, fmt.Errorf("look at the database: %w", err)
	}
	from.About.SigningKey = fingerprint
	from.Databases = map[backup.Role]string{backup.RoleOurs: name}
	here, err := s.keepsTemporal(ctx, conn)
	if err != nil {
		return from, err
	}
	if here {
		from.Databases[backup.RoleTemporal], from.Databases[backup.RoleVisibility] = temporalDatabase, visibilityDatabase
	}
	if from.Secrets, err = cfg.secretsFolder(); err != nil {
		return from, err
	}
	from.Server, err = s.dumps(cfg, from.About.Postgres)
	return from, err
}

// dumps returns the server with the programs that fit its version.
func (s server) dumps(cfg *Config, major int) (backup.Server, error) {
	programs, err := cluster.DumpPrograms(cfg.PostgresBin, major)
	return backup.Server{URL: s.url, Programs: programs}, err
}

// keepsTemporal says whether the workflows of our journeys are kept on this server, by a Temporal
// server of ours, rather than in a cluster of its own.
func (s server) keepsTemporal(ctx context.Context, ours *pgx.Conn) (bool, error) {
	var both bool
	err := ours.QueryRow(ctx, "select count(*) = 2 from pg_database where datname in ($1, $2)", temporalDatabase, visibilityDatabase).Scan(&both)
	if err != nil || !both {
		return false, err
	}
	var namespace string
	err = ours.QueryRow(ctx, "select coalesce((select value from platform.facts where name = $1), '')", store.FactNamespace).Scan(&namespace)
	if err != nil || namespace == "" {
		return err == nil, err // never ran: if these are Temporal's, they are empty
	}
	address, err := cluster.WithDatabase(s.url, temporalDatabase)
	if err != nil {
		return false, err
	}
	conn, err := cluster.Connect(ctx, address)
	if err != nil {
		return false, fmt.Errorf("connect to database %s: %w", temporalDatabase, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var known bool
	err = conn.QueryRow(ctx, `select exists (select from namespaces where id = decode(replace($1, '-', ''), 'hex'))`, namespace).Scan(&known)
	if err != nil {
		return false, fmt.Errorf("look for the namespace: %w", err)
	}
	return known, nil
}

// secretsFolder is the data folder's folder of secrets; "" when the settings hold them.
func (c *Config) secretsFolder() (string, error) {
	if c.SigningKey != "" {
		return "", nil
	}
	path, err := c.dataDirPath()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(path, "secrets")
	_, err = os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", domain.Unavailable("The secrets in %s can't be read. Make the backup as the user who runs Mauntic.", folder)
	}
	return folder, nil
}

// remember notes when the last backup was made. A failure to do so is no failure of the backup.
func (s server) remember(ctx context.Context, cfg *Config, file string) {
	pool, err := s.connect(ctx, cfg)
	if err != nil {
		return
	}
	defer pool.Close()
	_ = store.New(pool).SetFact(ctx, store.FactBackup, file)
}
