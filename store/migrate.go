package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations returns the migration files, for those who fingerprint the schema.
func Migrations() fs.FS {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the folder is embedded: only a broken build gets here
	}
	return files
}

// ErrNewerSchema says that the database was migrated by a newer program.
var ErrNewerSchema = errors.New("the database is newer than this program")

// Migrate brings the schema to this program's version under a lock, so that several processes may
// start at once. It returns the version before and after, or ErrNewerSchema.
func Migrate(ctx context.Context, pool *pgxpool.Pool) (before, after int64, err error) {
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return 0, 0, fmt.Errorf("make migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, Migrations(), goose.WithSessionLocker(locker))
	if err != nil {
		return 0, 0, fmt.Errorf("read migrations: %w", err)
	}
	before, err = provider.GetDBVersion(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("read schema version: %w", err)
	}
	sources := provider.ListSources()
	newest := sources[len(sources)-1].Version
	if before > newest {
		return before, before, fmt.Errorf("%w: it has version %d, the program knows %d", ErrNewerSchema, before, newest)
	}
	if _, err = provider.Up(ctx); err != nil {
		return before, before, fmt.Errorf("migrate: %w", err)
	}
	return before, newest, nil
}
