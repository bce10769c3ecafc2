package embedded

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	serverlog "go.temporal.io/server/common/log"
	v12 "go.temporal.io/server/schema/postgresql/v12"
	"go.temporal.io/server/tools/common/schema"
	"go.temporal.io/server/tools/sql"
)

// schemaLock is the advisory lock under which one process at a time changes the schema.
const schemaLock = 0x6d61756e74696331

type step func(context.Context, *pgx.Conn) error

func nothing(context.Context, *pgx.Conn) error { return nil }

// part is one of the server's two databases.
type part struct {
	dsn, name string
	schema    string // folder in the server's module
	version   string // what this server needs
	prepare   step   // before an upgrade
	tune      step   // at every start
	says      string // before it is made
}

// prepareSchema creates or upgrades the schema of both databases. One that a newer server has
// written is left alone: the server is made to run on it.
func prepareSchema(ctx context.Context, o Options) error {
	parts := []part{
		{
			dsn: o.Database, name: "temporal", schema: "postgresql/v12/temporal", version: v12.Version,
			prepare: nothing, tune: tuneMain,
			says: "Creating Temporal's tables. This happens once and takes a few seconds.",
		},
		{
			dsn: o.Visibility, name: "temporal_visibility", schema: "postgresql/v12/visibility", version: v12.VisibilityVersion,
			prepare: restoreIndexes, tune: trimIndexes,
		},
	}
	for _, p := range parts {
		if err := p.upgrade(ctx, o.Logger); err != nil {
			return fmt.Errorf("prepare the schema of %s: %w", p.name, err)
		}
	}
	return nil
}

func (p part) upgrade(ctx context.Context, log *slog.Logger) error {
	conn, err := pgx.Connect(ctx, p.dsn)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // which also gives the lock back
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", int64(schemaLock)); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if err := p.migrate(ctx, conn, log); err != nil {
		return err
	}
	return p.tune(ctx, conn)
}

func (p part) migrate(ctx context.Context, conn *pgx.Conn, log *slog.Logger) error {
	// Hundreds of small commits: what a crash takes back, the next start makes again.
	relaxed := map[string]string{"synchronous_commit": "off"}
	admin, err := sql.NewConnection(sqlConfig(p.dsn, p.name, 1, relaxed), serverlog.NewNoopLogger())
	if err != nil {
		return err
	}
	defer admin.Close()
	version, err := admin.ReadSchemaVersion()
	switch {
	case err == nil && version == p.version:
		return nil
	case err == nil:
		if err := p.prepare(ctx, conn); err != nil {
			return err
		}
	default: // there is no version yet
		if p.says != "" {
			log.Info(p.says)
		}
		setup := schema.NewSetupSchemaTask(admin, &schema.SetupConfig{InitialVersion: "0.0"}, serverlog.NewNoopLogger())
		if err := setup.Run(); err != nil {
			return fmt.Errorf("set up: %w", err)
		}
	}
	update := schema.NewUpdateSchemaTask(admin, &schema.UpdateConfig{SchemaName: p.schema}, serverlog.NewNoopLogger())
	if err := update.Run(); err != nil {
		return fmt.Errorf("upgrade from version %q: %w", version, err)
	}
	return nil
}
