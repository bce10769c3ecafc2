// Package store knows how to talk to Postgres: one pool, one transaction in the context, and the
// few helpers by which the stores of the contexts read and write with squirrel.
package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/domain"
)

// SQL builds statements with Postgres placeholders. Write jsonb's ? operator as ??.
var SQL = sq.StatementBuilder.PlaceholderFormat(sq.Dollar)

// Querier is what a pool and a transaction have in common.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error)
}

// DB is the application's database.
type DB struct{ pool *pgxpool.Pool }

// New wraps a pool. The caller closes the pool.
func New(pool *pgxpool.Pool) *DB { return &DB{pool: pool} }

// Pool returns the pool for what needs a connection of its own: locks, listeners, migrations.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Querier returns the transaction in ctx, or the pool. Use it for single statements and inside InTx.
func (db *DB) Querier(ctx context.Context) Querier {
	if open, ok := ctx.Value(txKey{}).(*openTx); ok {
		return open
	}
	return db.pool
}

// Read is the door for lists, search and segments: it never joins a transaction and may later be
// a read-only role or a replica.
func (db *DB) Read() Querier { return db.pool }

// One reads exactly one row into T by column name. No row is an error that IsNoRows knows.
func One[T any](ctx context.Context, q Querier, query sq.Sqlizer) (T, error) {
	rows, err := rows(ctx, q, query)
	if err != nil {
		var none T
		return none, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
}

// Many reads all rows into T by column name.
func Many[T any](ctx context.Context, q Querier, query sq.Sqlizer) ([]T, error) {
	rows, err := rows(ctx, q, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// Value reads one column of one row, such as a count or a returned id.
func Value[T any](ctx context.Context, q Querier, query sq.Sqlizer) (T, error) {
	rows, err := rows(ctx, q, query)
	if err != nil {
		var none T
		return none, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
}

// Values reads one column of all rows.
func Values[T any](ctx context.Context, q Querier, query sq.Sqlizer) ([]T, error) {
	rows, err := rows(ctx, q, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

func rows(ctx context.Context, q Querier, query sq.Sqlizer) (pgx.Rows, error) {
	sql, args, err := query.ToSql()
	if err != nil {
		return nil, fmt.Errorf("build query: %w", err)
	}
	return q.Query(ctx, sql, args...)
}

// Exec runs a statement and returns how many rows it touched.
func Exec(ctx context.Context, q Querier, query sq.Sqlizer) (int64, error) {
	sql, args, err := query.ToSql()
	if err != nil {
		return 0, fmt.Errorf("build statement: %w", err)
	}
	tag, err := q.Exec(ctx, sql, args...)
	return tag.RowsAffected(), err
}

// Unprepared plans a query anew for its arguments: for searches, where a plan that suits one word takes
// minutes for another. Others are planned once and kept.
func Unprepared(query sq.Sqlizer) sq.Sqlizer { return unprepared{query} }

type unprepared struct{ query sq.Sqlizer }

func (u unprepared) ToSql() (string, []any, error) { //nolint:staticcheck // squirrel names it
	sql, args, err := u.query.ToSql()
	return sql, append([]any{pgx.QueryExecModeCacheDescribe}, args...), err
}

// Count says how many rows a query has.
func Count(ctx context.Context, q Querier, query sq.SelectBuilder) (int, error) {
	return Value[int](ctx, q, SQL.Select("count(*)").FromSelect(query, "matching"))
}

// Page counts and reads one page. query has neither order nor limit; order is a total order that
// the caller made from known column names, never from input. Count and rows come from the same
// query, so they cannot disagree about what matches.
func Page[T any](ctx context.Context, q Querier, query sq.SelectBuilder, page domain.PageQuery, order ...string) (domain.Page[T], error) {
	page = page.Normal()
	total, err := Count(ctx, q, query)
	if err != nil {
		return domain.Page[T]{}, fmt.Errorf("count: %w", err)
	}
	items, err := Many[T](ctx, q, query.OrderBy(order...).Limit(uint64(page.Limit)).Offset(uint64(page.Offset())))
	if err != nil {
		return domain.Page[T]{}, err
	}
	return domain.NewPage(items, total, page), nil
}

// LongPage is Page for lists that may have a million items: it counts up to domain.MaxTotal only. The
// order must have an index.
func LongPage[T any](ctx context.Context, q Querier, query sq.SelectBuilder, page domain.PageQuery, order ...string) (domain.Page[T], error) {
	total, err := countUpTo(ctx, q, query)
	if err != nil {
		return domain.Page[T]{}, err
	}
	return longPage[T](ctx, q, query.OrderBy(order...), page, total)
}

// FoundPage is LongPage for what a search matches; nil matches all. As long as all matches are counted they
// are all found and sorted: the planner would look for a few of them along the order, past everything that
// lies before the first. The order names columns of the result.
func FoundPage[T any](ctx context.Context, q Querier, query sq.SelectBuilder, matches sq.Sqlizer, page domain.PageQuery, order ...string) (domain.Page[T], error) {
	if matches == nil {
		return LongPage[T](ctx, q, query, page, order...)
	}
	query = query.Where(matches)
	total, err := countUpTo(ctx, q, query)
	if err != nil {
		return domain.Page[T]{}, err
	}
	if total <= domain.MaxTotal {
		query = SQL.Select("*").FromSelect(query.Suffix("offset 0"), "found") // planned apart from the order
	}
	return longPage[T](ctx, q, query.OrderBy(order...), page, total)
}

// countUpTo counts one more than domain.MaxTotal at most.
func countUpTo(ctx context.Context, q Querier, query sq.SelectBuilder) (int, error) {
	total, err := Value[int](ctx, q, Unprepared(SQL.Select("count(*)").FromSelect(query.Limit(domain.MaxTotal+1), "matching")))
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return total, nil
}

func longPage[T any](ctx context.Context, q Querier, query sq.SelectBuilder, page domain.PageQuery, total int) (domain.Page[T], error) {
	page = page.Normal()
	items, err := Many[T](ctx, q, Unprepared(query.Limit(uint64(page.Limit)).Offset(uint64(page.Offset()))))
	if err != nil {
		return domain.Page[T]{}, err
	}
	found := domain.NewPage(items, min(total, domain.MaxTotal), page)
	found.TotalCapped = total > domain.MaxTotal
	return found, nil
}

// Order returns "column dir, id dir" for a list: by names the sortable columns, keyed by the API's
// words; fallback is used when OrderBy is empty. An unknown word is the caller's mistake.
func Order(q domain.PageQuery, by map[string]string, fallback string) (string, error) {
	q = q.Normal()
	if q.OrderBy == "" {
		q.OrderBy = fallback
	}
	column, ok := by[q.OrderBy]
	if !ok {
		return "", domain.Invalid("orderBy", "This list can't be ordered by %q.", q.OrderBy)
	}
	if column == "id" {
		return "id " + q.OrderDir, nil
	}
	return column + " " + q.OrderDir + ", id " + q.OrderDir, nil
}

// IsNoRows says that a query that must have one row had none.
func IsNoRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) }

// IsUnique says that the named unique constraint or index refused a row; "" means any.
func IsUnique(err error, name string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" && (name == "" || pg.ConstraintName == name)
}

// IsForeignKey says that a foreign key refused a row.
func IsForeignKey(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23503"
}

// Contains returns the LIKE pattern for "contains text", with the wildcards in text taken literally.
func Contains(text string) string {
	return "%" + likeEscaper.Replace(text) + "%"
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
