package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/cluster"
)

// doctorCommand checks an installation, running or not, and changes nothing.
type doctorCommand struct{}

// check is one thing that the doctor looks at. It returns what it found, or what is wrong.
type check struct {
	name string
	look func(ctx context.Context) (string, error)
}

// Run prints a line for each check. When something is wrong, it ends with an error.
func (doctorCommand) Run(cfg *Config) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	d := doctor{cfg: cfg}
	wrong := 0
	for _, c := range d.checks() {
		found, err := c.look(ctx)
		mark := "ok   "
		if err != nil {
			mark, found = "WRONG", err.Error()
			wrong++
		}
		say("%s  %-16s %s", mark, c.name, found)
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d checks found something wrong", wrong, len(d.checks()))
	}
	return nil
}

type doctor struct{ cfg *Config }

func (d doctor) checks() []check {
	checks := []check{
		{"Data folder", d.dataFolder},
		{"Base URL", d.baseURL},
		{"Mail", d.mail},
	}
	checks = append(checks, d.feedback()...)
	if d.cfg.privatePostgres() {
		checks = append(checks, check{"Postgres", d.postgres})
	}
	return append(checks, check{"Database", d.database}, check{"Web", d.web}, check{"Temporal", d.temporal})
}

func (d doctor) dataFolder(context.Context) (string, error) {
	dir, err := d.cfg.openDataDir()
	if errors.Is(err, errRunning) {
		path, err := d.cfg.dataDirPath()
		return path + ", in use by a running Mauntic.", err
	}
	if err != nil {
		return "", err
	}
	free, _ := freeSpace(dir.path)
	return fmt.Sprintf("%s, with %d MB free.", dir.path, free>>20), dir.close()
}

func (d doctor) baseURL(context.Context) (string, error) {
	base, err := url.Parse(d.cfg.BaseURL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return "", fmt.Errorf("MAUNTIC_BASE_URL is %q, but must look like https://marketing.example.com", d.cfg.BaseURL)
	}
	if ip := net.ParseIP(base.Hostname()); base.Scheme == "http" && base.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return d.cfg.BaseURL + ". People's passwords travel in the open: put a proxy with https in front.", nil
	}
	return d.cfg.BaseURL, nil
}

func (d doctor) mail(ctx context.Context) (string, error) {
	provider, err := mailProvider(ctx, d.cfg, nil)
	if err != nil {
		return "", err
	}
	if provider.Name() == "inbox" {
		return "inbox: mail is shown in the app and sent to nobody.", nil
	}
	if limited, ok := provider.(messaging.Limited); ok {
		quota, err := limited.Quota(ctx)
		if err != nil {
			return "", fmt.Errorf("mail goes through %s, which does not answer as it should: %w", provider.Name(), err)
		}
		if quota.Stopped != "" {
			return "", errors.New(quota.Stopped)
		}
		return provider.Name() + ": " + quota.String(), nil
	}
	return provider.Name(), nil
}

func (d doctor) postgres(context.Context) (string, error) {
	path, err := d.cfg.dataDirPath()
	if err != nil {
		return "", err
	}
	return cluster.Installed(d.cfg.PostgresBin, path)
}

func (d doctor) database(ctx context.Context) (string, error) {
	var found string
	quiet := slog.New(slog.DiscardHandler)
	err := oneShot(quiet, func(stopped context.Context, s *stack) error {
		on, err := findDatabase(stopped, d.cfg, s, console{log: quiet, steps: quiet})
		if err != nil {
			return err
		}
		pool, err := on.connect(ctx, d.cfg)
		if err != nil {
			return err
		}
		defer pool.Close()
		found, err = d.schema(ctx, pool)
		return err
	})
	return found, err
}

// schema reads versions without bringing anything up to date.
func (d doctor) schema(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	var server string
	var ours bool
	err := pool.QueryRow(ctx, "select current_setting('server_version'), to_regclass('goose_db_version') is not null").Scan(&server, &ours)
	if err != nil {
		return "", fmt.Errorf("read version of server: %w", err)
	}
	if !ours {
		return "Postgres " + server + ", empty until Mauntic starts.", nil
	}
	var version int64
	err = pool.QueryRow(ctx, "select coalesce(max(version_id), 0) from goose_db_version where is_applied").Scan(&version)
	if err != nil {
		return "", fmt.Errorf("read version of database: %w", err)
	}
	newest, err := newestMigration()
	switch {
	case err != nil:
		return "", err
	case version > newest:
		return "", errNewer(version)
	case version < newest:
		return fmt.Sprintf("Postgres %s, version %d; the next start brings it to %d.", server, version, newest), nil
	}
	return fmt.Sprintf("Postgres %s, version %d, up to date.", server, version), nil
}

// newestMigration is the version that this program brings a database to.
func newestMigration() (int64, error) {
	names, err := fs.Glob(store.Migrations(), "*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("find migrations: %w", err)
	}
	number, _, _ := strings.Cut(slices.Max(names), "_")
	return strconv.ParseInt(number, 10, 64)
}

func (d doctor) web(ctx context.Context) (string, error) {
	if answers(ctx, reachable(d.cfg.Addr)) {
		return "Something answers at " + d.cfg.Addr + ".", nil
	}
	listener, err := listen(ctx, d.cfg.Addr)
	if err != nil {
		return "", err
	}
	return d.cfg.Addr + " is free.", listener.Close()
}

func (d doctor) temporal(ctx context.Context) (string, error) {
	address := d.cfg.Temporal.Address
	if d.cfg.ownTemporal() {
		address = net.JoinHostPort("127.0.0.1", strconv.Itoa(d.cfg.Temporal.Port))
	}
	switch {
	case answers(ctx, address):
		return "A server answers at " + address + ".", nil
	case d.cfg.ownTemporal():
		return "Ours is not running. Its port, " + strconv.Itoa(d.cfg.Temporal.Port) + ", is free.", nil
	}
	return "", fmt.Errorf("nothing answers at %s, which MAUNTIC_TEMPORAL_ADDRESS names", address)
}

func answers(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}
