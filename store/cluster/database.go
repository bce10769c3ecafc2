package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/domain"
)

// EnsureDatabase creates a database on the server that server (a connection string) names, unless
// it exists.
func EnsureDatabase(ctx context.Context, server, name string) error {
	conn, err := Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("connect to create database %s: %w", name, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&exists)
	if err != nil || exists {
		return err
	}
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg) && (pg.Code == "42P04" || pg.Code == "23505"): // another process was faster
		return nil
	case errors.As(err, &pg) && pg.Code == "42501":
		return domain.Unavailable("The database user %s may not create the database %q. "+
			"Create it for that user, or let the user create databases.", conn.Config().User, name)
	case err != nil:
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// Connect opens one connection. The connection string may have settings of a pool, such as
// pool_max_conns, which pgx.Connect would pass on to the server.
func Connect(ctx context.Context, dsn string) (*pgx.Conn, error) {
	settings, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	return pgx.ConnectConfig(ctx, settings.ConnConfig)
}

// WithDatabase returns the connection string (a URL or keywords and values) with another database,
// and without settings of a pool.
func WithDatabase(dsn, database string) (string, error) {
	if !strings.Contains(dsn, "://") {
		return poolSetting.ReplaceAllString(dsn, "") + " dbname=" + quote(database), nil // the last of equal keywords counts
	}
	address, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("read database address: %w", err)
	}
	address.Path = "/" + database
	query := address.Query()
	for name := range query {
		if strings.HasPrefix(name, "pool_") {
			query.Del(name)
			address.RawQuery = query.Encode()
		}
	}
	return address.String(), nil
}

// poolSetting is a setting of a pool in a keyword/value connection string.
var poolSetting = regexp.MustCompile(`\bpool_\w+\s*=\s*\S+`)

// Running returns the connection string of the cluster in dir, which another process runs, for
// the given database. The result says nothing about whether it takes connections.
func Running(dir, database string) (string, error) {
	folder, err := os.ReadFile(filepath.Join(absolute(dir), "postgres.run"))
	if err != nil {
		return "", fmt.Errorf("find the running cluster: %w", err)
	}
	return socketURL(strings.TrimSpace(string(folder)), database), nil
}

func socketURL(folder, database string) string {
	return fmt.Sprintf("host=%s port=5432 user=%s dbname=%s sslmode=disable", quote(folder), Role, quote(database))
}

// quote makes a value of a keyword/value connection string.
func quote(value string) string {
	if value != "" && !strings.ContainsAny(value, ` '\`) {
		return value
	}
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}
