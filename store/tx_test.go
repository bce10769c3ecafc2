package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/storetest"
)

const org = 1

// facts are a table that these tests write to.
func setFact(ctx context.Context, db *store.DB, name string) error {
	_, err := store.Exec(ctx, db.Querier(ctx), store.SQL.Insert("platform.facts").Columns("name", "value").Values(name, "x"))
	return err
}

func facts(t *testing.T, db *store.DB) int {
	t.Helper()
	n, err := store.Value[int](t.Context(), db.Pool(), store.SQL.Select("count(*)").From("platform.facts"))
	if err != nil {
		t.Fatal(err)
	}
	if held := db.Pool().Stat().AcquiredConns(); held != 0 {
		t.Errorf("%d connections were not given back", held)
	}
	return n
}

func TestTransactionIsWholeOrAbsent(t *testing.T) {
	t.Parallel()
	errWanted := errors.New("wanted")
	batch := func(ctx context.Context, db *store.DB) error {
		b := &pgx.Batch{}
		b.Queue("insert into platform.facts (name, value) values ('batch', 'x')")
		seen := 0
		b.Queue("select count(*) from platform.facts").QueryRow(func(row pgx.Row) error { return row.Scan(&seen) })
		if err := db.Querier(ctx).SendBatch(ctx, b).Close(); err != nil {
			return err
		}
		if seen != 1 {
			return errors.New("the batch does not see its own row")
		}
		return nil
	}
	for name, test := range map[string]struct {
		do   func(ctx context.Context, db *store.DB) error
		err  error
		want int
	}{
		"TwoStatements": {func(ctx context.Context, db *store.DB) error {
			return errors.Join(setFact(ctx, db, "one"), setFact(ctx, db, "two"))
		}, nil, 2},
		"AnErrorAtTheEnd": {func(ctx context.Context, db *store.DB) error {
			return errors.Join(setFact(ctx, db, "one"), errWanted)
		}, errWanted, 0},
		"ASwallowedError": {func(ctx context.Context, db *store.DB) error {
			_ = setFact(ctx, db, "one")
			_ = setFact(ctx, db, "one")
			return nil
		}, pgx.ErrTxCommitRollback, 0},
		"ABadFirstStatement": {func(ctx context.Context, db *store.DB) error {
			if _, err := db.Querier(ctx).Exec(ctx, "this is not SQL"); err == nil {
				return errors.New("it was taken")
			}
			return errWanted
		}, errWanted, 0},
		"NothingAtAll": {func(context.Context, *store.DB) error { return nil }, nil, 0},
		"ABatchFirst":  {batch, nil, 1},
		"ABatchFirstAndAnError": {func(ctx context.Context, db *store.DB) error {
			return errors.Join(batch(ctx, db), errWanted)
		}, errWanted, 0},
		"ACopyFirst": {func(ctx context.Context, db *store.DB) error {
			_, err := db.Querier(ctx).CopyFrom(ctx, pgx.Identifier{"platform", "facts"}, []string{"name", "value"},
				pgx.CopyFromRows([][]any{{"a", "x"}, {"b", "x"}, {"c", "x"}}))
			return errors.Join(err, setFact(ctx, db, "d"))
		}, nil, 4},
		"AReadFirst": {func(ctx context.Context, db *store.DB) error {
			if _, err := store.Values[string](ctx, db.Querier(ctx), store.SQL.Select("name").From("platform.facts")); err != nil {
				return err
			}
			return setFact(ctx, db, "one")
		}, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := storetest.New(t)
			committed := false
			err := db.InTx(t.Context(), org, func(ctx context.Context) error {
				db.AfterCommit(ctx, func(context.Context) { committed = true })
				return test.do(ctx, db)
			})
			if !errors.Is(err, test.err) || committed != (test.err == nil) {
				t.Errorf("got %v and committed %v, want %v", err, committed, test.err)
			}
			if got := facts(t, db); got != test.want {
				t.Errorf("got %d rows, want %d", got, test.want)
			}
		})
	}
}

func TestPanicRollsBack(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	func() {
		defer func() { _ = recover() }()
		_ = db.InTx(t.Context(), org, func(ctx context.Context) error {
			if err := setFact(ctx, db, "one"); err != nil {
				t.Error(err)
			}
			panic("oh")
		})
	}()
	if got := facts(t, db); got != 0 {
		t.Errorf("got %d rows after a panic, want none", got)
	}
}

func TestCancelledTransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := db.InTx(ctx, org, func(ctx context.Context) error {
		err := setFact(ctx, db, "one")
		cancel()
		return errors.Join(err, setFact(ctx, db, "two"))
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the cancellation", err)
	}
	if got := facts(t, db); got != 0 {
		t.Errorf("got %d rows, want none", got)
	}
}

func TestTransactionIsJoinedByItsOrganizationOnly(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	err := db.InTx(t.Context(), org, func(ctx context.Context) error {
		if err := db.InTx(ctx, org, func(ctx context.Context) error { return setFact(ctx, db, "inner") }); err != nil {
			return err
		}
		return db.InTx(ctx, org+1, func(context.Context) error { return nil })
	})
	if err == nil {
		t.Error("another organization joined the transaction")
	}
	if got := facts(t, db); got != 0 {
		t.Errorf("got %d rows, want none", got)
	}
}

func TestVictimOfADeadlockIsRepeated(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	deadlock := &pgconn.PgError{Code: "40P01"}
	tries := 0
	err := db.RepeatDeadlocked(t.Context(), func() error {
		if tries++; tries < 3 {
			return deadlock
		}
		return nil
	})
	if err != nil || tries != 3 {
		t.Errorf("got %v after %d tries, want success at the third", err, tries)
	}
	tries = 0
	err = db.InTx(t.Context(), org, func(ctx context.Context) error {
		return db.RepeatDeadlocked(ctx, func() error { tries++; return deadlock })
	})
	if !errors.Is(err, deadlock) || tries != 1 {
		t.Errorf("inside a transaction: got %v after %d tries, want the deadlock after one", err, tries)
	}
}
