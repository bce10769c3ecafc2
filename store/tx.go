package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/domain"
)

var _ domain.Tx = (*DB)(nil)

type txKey struct{}

// openTx is the transaction in a context. It begins with its first statement, in the same round
// trip: the journeys' many short transactions would spend a good part of their time on BEGIN.
// Like a pgx.Tx it is used by one goroutine at a time.
type openTx struct {
	pool   *pgxpool.Pool
	conn   *pgxpool.Conn // nil before the first statement
	org    domain.OrgID
	commit []func(context.Context) // run after the commit, in order
}

// InTx implements domain.Tx.
func (db *DB) InTx(ctx context.Context, org domain.OrgID, fn func(context.Context) error) error {
	if open, ok := ctx.Value(txKey{}).(*openTx); ok {
		if open.org != org {
			return fmt.Errorf("join transaction: it belongs to organization %d, not %d", open.org, org)
		}
		return fn(ctx)
	}
	open := &openTx{pool: db.pool, org: org}
	if err := open.run(ctx, fn); err != nil {
		return err
	}
	// What follows a commit must also happen for a caller who has gone away meanwhile.
	after := context.WithoutCancel(context.WithValue(ctx, txKey{}, nil))
	for _, run := range open.commit {
		run(after)
	}
	return nil
}

// deadlockTries is how often a repeatable statement is tried.
const deadlockTries = 3

// RepeatDeadlocked runs fn, and again if Postgres chose it as the victim of a deadlock. Inside a
// transaction it runs once: then the whole of that must be repeated.
func (db *DB) RepeatDeadlocked(ctx context.Context, fn func() error) error {
	_, joined := ctx.Value(txKey{}).(*openTx)
	for try := 1; ; try++ {
		err := fn()
		var pg *pgconn.PgError
		const deadlock = "40P01"
		if joined || try == deadlockTries || !errors.As(err, &pg) || pg.Code != deadlock {
			return err
		}
	}
}

// AfterCommit implements domain.Tx.
func (db *DB) AfterCommit(ctx context.Context, fn func(context.Context)) {
	if open, ok := ctx.Value(txKey{}).(*openTx); ok {
		open.commit = append(open.commit, fn)
		return
	}
	fn(ctx)
}

// rollbackTime bounds a rollback; a connection that takes longer is given up.
const rollbackTime = 5 * time.Second

func (t *openTx) run(ctx context.Context, fn func(context.Context) error) (err error) {
	defer func() { err = errors.Join(err, t.end(ctx)) }()
	if err := fn(context.WithValue(ctx, txKey{}, t)); err != nil || t.conn == nil {
		return err
	}
	tag, err := t.conn.Exec(ctx, "commit")
	if err == nil && tag.String() == "ROLLBACK" {
		err = pgx.ErrTxCommitRollback // an error inside was swallowed
	}
	return err
}

// end gives the connection back, without a transaction that an error, a panic or a failed commit
// has left open.
func (t *openTx) end(ctx context.Context) error {
	if t.conn == nil {
		return nil
	}
	defer t.conn.Release()
	const idle = 'I'
	if t.conn.Conn().IsClosed() || t.conn.Conn().PgConn().TxStatus() == idle {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer cancel()
	_, err := t.conn.Exec(ctx, "rollback")
	return err
}

// begin takes a connection and returns a batch that begins the transaction; nil if it has begun.
func (t *openTx) begin(ctx context.Context) (*pgx.Batch, error) {
	if t.conn != nil {
		return nil, nil
	}
	conn, err := t.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	t.conn = conn
	batch := &pgx.Batch{}
	batch.Queue("begin")
	return batch, nil
}

// Query implements Querier.
func (t *openTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	batch, err := t.begin(ctx)
	if err != nil {
		return nil, err
	}
	if batch == nil {
		return t.conn.Query(ctx, sql, args...)
	}
	batch.Queue(sql, args...)
	results := t.conn.SendBatch(ctx, batch)
	if _, err := results.Exec(); err != nil {
		return nil, errors.Join(err, results.Close())
	}
	rows, err := results.Query()
	if err != nil {
		return nil, errors.Join(err, results.Close())
	}
	return &firstRows{Rows: rows, batch: results}, nil
}

// Exec implements Querier.
func (t *openTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	rows, err := t.Query(ctx, sql, args...)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	rows.Close()
	return rows.CommandTag(), rows.Err()
}

// SendBatch implements Querier.
func (t *openTx) SendBatch(ctx context.Context, statements *pgx.Batch) pgx.BatchResults {
	batch, err := t.begin(ctx)
	if err != nil {
		return failedBatch{err}
	}
	if batch != nil {
		batch.QueuedQueries = append(batch.QueuedQueries, statements.QueuedQueries...)
		results := t.conn.SendBatch(ctx, batch)
		if _, err := results.Exec(); err != nil {
			return failedBatch{errors.Join(err, results.Close())}
		}
		return results
	}
	return t.conn.SendBatch(ctx, statements)
}

// CopyFrom implements Querier.
func (t *openTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	batch, err := t.begin(ctx)
	if err != nil {
		return 0, err
	}
	if batch != nil {
		if err := t.conn.SendBatch(ctx, batch).Close(); err != nil {
			return 0, err
		}
	}
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

// firstRows are the rows of a transaction's first statement; their end is the end of the batch
// that also holds the BEGIN.
type firstRows struct {
	pgx.Rows
	batch pgx.BatchResults
	done  bool
	err   error
}

// Next implements pgx.Rows.
func (r *firstRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

// Close implements pgx.Rows.
func (r *firstRows) Close() {
	r.Rows.Close()
	if !r.done {
		r.done = true
		r.err = r.batch.Close()
	}
}

// Err implements pgx.Rows.
func (r *firstRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return err
	}
	return r.err
}

// failedBatch answers everything with the error that kept a batch from being sent.
type failedBatch struct{ err error }

func (b failedBatch) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, b.err }
func (b failedBatch) Query() (pgx.Rows, error)         { return nil, b.err }
func (b failedBatch) QueryRow() pgx.Row                { return failedRow(b) }
func (b failedBatch) Close() error                     { return b.err }
func (b failedBatch) Tx() pgx.Tx                       { return nil }

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }
