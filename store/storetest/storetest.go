// Package storetest gives each test a migrated database of its own on a real Postgres.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
)

// New returns a database with all migrations applied, dropped when the test ends. It clones a
// template that is made once per set of migrations.
func New(t testing.TB) *store.DB {
	t.Helper()
	return open(t, URL(t))
}

// URL makes a database as New does and returns its connection string.
func URL(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Fatal("TEST_DATABASE_URL is not set: run the tests with `make test`, which starts a Postgres for them.")
	}
	template, err := makeTemplate(server)
	if err != nil {
		t.Fatalf("make template database: %v", err)
	}
	return create(t, server, template)
}

// Furnished has a database filled once and returns a function that gives each test a copy of it. It is for
// many tests that begin with the same things, and change them.
func Furnished(t testing.TB, furnish func(db *store.DB)) func(t testing.TB) *store.DB {
	t.Helper()
	url := URL(t)
	pool, err := pgxpool.New(context.Background(), url)
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	furnish(store.New(pool))
	pool.Close() // nobody may be connected to what is copied
	return func(t testing.TB) *store.DB {
		t.Helper()
		return open(t, create(t, os.Getenv("TEST_DATABASE_URL"), databaseOf(url)))
	}
}

// create copies a database, has the copy dropped when the test ends, and returns its connection string.
func create(t testing.TB, server, template string) string {
	t.Helper()
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), counter.Add(1))
	ctx := context.Background()
	if err := createFrom(ctx, server, name, template); err != nil {
		t.Fatalf("create test database: %v", err)
	}
	t.Cleanup(func() {
		if err := exec(ctx, server, "drop database if exists "+name+" with (force)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return withDatabase(server, name)
}

func open(t testing.TB, url string) *store.DB {
	t.Helper()
	pool, err := pgxpool.New(context.Background(), url)
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	t.Cleanup(pool.Close)
	return store.New(pool)
}

// Org inserts an organization.
func Org(t testing.TB, db *store.DB, name string) domain.OrgID {
	t.Helper()
	org, err := store.Value[domain.OrgID](context.Background(), db.Pool(),
		store.SQL.Insert("identity.organizations").Columns("name", "from_name", "from_email").
			Values(name, name, "hello@example.com").Suffix("returning id"))
	if err != nil {
		t.Fatalf("insert organization: %v", err)
	}
	return org
}

var (
	counter      atomic.Int64
	templateOnce sync.Once
	templateName string
	errTemplate  error
)

// makeTemplate makes the template for this program's migrations, once per server, whichever
// package's tests come first.
func makeTemplate(server string) (string, error) {
	templateOnce.Do(func() { templateName, errTemplate = ensureTemplate(context.Background(), server) })
	return templateName, errTemplate
}

func ensureTemplate(ctx context.Context, server string) (string, error) {
	fingerprint, err := fingerprint()
	if err != nil {
		return "", err
	}
	name := "template_" + fingerprint
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	const lockID = 7_370_611
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", lockID); err != nil {
		return "", err
	}
	var exists bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1 and datistemplate)", name).Scan(&exists); err != nil || exists {
		return name, err
	}
	// A half-made one is left when an earlier run was killed.
	if _, err := conn.Exec(ctx, "drop database if exists "+name+" with (force)"); err != nil {
		return "", err
	}
	if _, err := conn.Exec(ctx, "create database "+name); err != nil {
		return "", err
	}
	pool, err := pgxpool.New(ctx, withDatabase(server, name))
	if err != nil {
		return "", err
	}
	_, _, err = store.Migrate(ctx, pool)
	pool.Close()
	if err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "alter database "+name+" with is_template true allow_connections false")
	return name, err
}

func fingerprint() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(store.Migrations(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(store.Migrations(), path)
		fmt.Fprintf(hash, "%s %d\n%s", path, len(data), data)
		return err
	})
	return hex.EncodeToString(hash.Sum(nil))[:12], err
}

func createFrom(ctx context.Context, server, name, template string) error {
	for {
		err := exec(ctx, server, "create database "+name+" template "+template+" strategy file_copy")
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code == "55006" { // the template is being copied by somebody else
			time.Sleep(10 * time.Millisecond)
			continue
		}
		return err
	}
}

func exec(ctx context.Context, server, sql string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// withDatabase replaces the database of a keyword/value connection string.
func withDatabase(server, name string) string {
	words := strings.Fields(server)
	for i, word := range words {
		if strings.HasPrefix(word, "dbname=") {
			words[i] = "dbname=" + name
			return strings.Join(words, " ")
		}
	}
	return server + " dbname=" + name
}

// databaseOf is the database that a keyword/value connection string names.
func databaseOf(url string) string {
	for word := range strings.FieldsSeq(url) {
		if name, ok := strings.CutPrefix(word, "dbname="); ok {
			return name
		}
	}
	return ""
}
