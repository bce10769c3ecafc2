package embedded

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// tuneMain leaves room on the pages of tables whose rows change all the time but whose keys do
// not, so that an update needs no index work, and has them cleaned early.
func tuneMain(ctx context.Context, conn *pgx.Conn) error {
	for _, table := range []string{"executions", "current_executions", "timer_info_maps", "shards"} {
		if _, err := conn.Exec(ctx, "alter table "+table+" set (fillfactor = 75)"); err != nil {
			return fmt.Errorf("set fill factor: %w", err)
		}
	}
	for _, table := range []string{"executions", "history_node", "timer_tasks", "visibility_tasks", "transfer_tasks"} {
		if _, err := conn.Exec(ctx, "alter table "+table+" set (autovacuum_vacuum_scale_factor = 0.02)"); err != nil {
			return fmt.Errorf("set clean-up: %w", err)
		}
	}
	return nil
}

// usedIndexes are the visibility indexes that our lists and the server's own jobs need. There are
// some seventy others, one for each thing one could search by, and each costs every write.
var usedIndexes = []string{
	"executions_visibility_pkey", "default_idx",
	"by_workflow_id", "by_workflow_type", "by_status", "by_temporal_namespace_division", "by_batcher_user",
	"by_keyword_01", "by_keyword_02", "by_keyword_03", "by_keyword_04", // searchAttributes
}

// trimIndexes drops the unused indexes and notes how they were made.
func trimIndexes(ctx context.Context, conn *pgx.Conn) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "create table if not exists mauntic_trimmed_indexes (name text primary key, definition text not null)")
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			insert into mauntic_trimmed_indexes
			select indexname, indexdef from pg_indexes
			where tablename = 'executions_visibility' and schemaname = current_schema() and indexname <> all ($1)
			on conflict (name) do update set definition = excluded.definition
			returning name`, usedIndexes)
		if err != nil {
			return err
		}
		unused, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, name := range unused {
			if _, err := tx.Exec(ctx, "drop index "+pgx.Identifier{name}.Sanitize()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop unused indexes: %w", err)
	}
	return nil
}

// restoreIndexes makes the dropped indexes again, because an upgrade may expect them.
func restoreIndexes(ctx context.Context, conn *pgx.Conn) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		var trimmed bool
		err := tx.QueryRow(ctx, "select to_regclass('mauntic_trimmed_indexes') is not null").Scan(&trimmed)
		if err != nil || !trimmed {
			return err
		}
		rows, err := tx.Query(ctx, "delete from mauntic_trimmed_indexes where to_regclass(quote_ident(name)) is null returning definition")
		if err != nil {
			return err
		}
		definitions, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		for _, definition := range definitions {
			if _, err := tx.Exec(ctx, definition); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("make dropped indexes again: %w", err)
	}
	return nil
}
