//go:build e2e

package e2e_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// query reads rows by column name.
func query[T any](db *pgxpool.Pool, sql string, args ...any) ([]T, error) {
	rows, err := db.Query(context.Background(), sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[T])
}

// many reads rows by column name, or fails the test.
func many[T any](t *testing.T, db *pgxpool.Pool, sql string, args ...any) []T {
	t.Helper()
	rows, err := query[T](db, sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// one reads a value, or fails the test.
func one[T any](t *testing.T, db *pgxpool.Pool, sql string, args ...any) T {
	t.Helper()
	var value T
	if err := db.QueryRow(context.Background(), sql, args...).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}
