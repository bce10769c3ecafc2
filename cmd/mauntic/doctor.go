package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
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
	all := d.look(ctx)
	for _, f := range all {
		mark, found := "ok   ", f.found
		if f.err != nil {
			mark, found = "WRONG", f.err.Error()
			if _, only := errors.AsType[warning](f.err); only {
				mark = "note "
			} else {
				wrong++
			}
		}
		say("%s  %-16s %s", mark, f.name, found)
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d checks found something wrong", wrong, len(all))
	}
	return nil
}

// finding is what a check found, or what is wrong.
type finding struct {
	name, found string
	err         error
}

// warning is something that works, but that whoever runs this should know.
type warning string

func (w warning) Error() string { return string(w) }

// look carries out all checks.
func (d doctor) look(ctx context.Context) []finding {
	var all []finding
	for _, c := range d.checks() {
		found, err := c.look(ctx)
		all = append(all, finding{c.name, found, err})
	}
	return append(all, d.onDatabase(ctx)...)
}

type doctor struct{ cfg *Config }

func (d doctor) checks() []check {
	checks := []check{
		{"Settings", d.settings},
		{"Data folder", d.dataFolder},
		{"Base URL", d.baseURL},
		{"Mail", d.mail},
	}
	checks = append(checks, d.feedback()...)
	if d.cfg.privatePostgres() {
		checks = append(checks, check{"Postgres", d.postgres})
	}
	return append(checks, check{"SMS", d.sms}, check{"Web", d.web}, check{"Metrics", d.metrics}, check{"Temporal", d.temporal})
}

func (d doctor) dataFolder(context.Context) (string, error) {
	dir, err := d.cfg.openDataDir()
	if errors.Is(err, errRunning) {
		path, err := d.cfg.dataDirPath()
		if err != nil {
			return "", err
		}
		return judgeFolder(path, " In use by a running Mauntic.")
	}
	if err != nil {
		return "", err
	}
	found, err := judgeFolder(dir.path, "")
	return found, errors.Join(err, dir.close())
}

func (d doctor) baseURL(ctx context.Context) (string, error) {
	base, err := url.Parse(d.cfg.BaseURL)
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return "", fmt.Errorf("MAUNTIC_BASE_URL is %q, but must look like https://marketing.example.com", d.cfg.BaseURL)
	}
	if !answers(ctx, reachable(d.cfg.Addr)) {
		return d.cfg.BaseURL + ", not tried because the web does not run here.", nil
	}
	if err := tryHealth(ctx, d.cfg.BaseURL); err != nil {
		return "", fmt.Errorf("the web runs, but not at %s: %w. Check the proxy, the name's DNS and MAUNTIC_BASE_URL", d.cfg.BaseURL, err)
	}
	if base.Scheme == "http" && !local(base.Hostname()) {
		return "", warning(d.cfg.BaseURL + " answers, but people's passwords travel in the open: put a proxy with https in front.")
	}
	return d.cfg.BaseURL + " answers.", nil
}

// tryHealth asks the site, as people reach it, whether it is us.
func tryHealth(ctx context.Context, base string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/health", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return reason(errors.Unwrap(err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1000))
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), `"ok"`) {
		return fmt.Errorf("%s/health answers %s", base, response.Status)
	}
	return nil
}

// settings finds what every start would refuse.
func (d doctor) settings(ctx context.Context) (string, error) {
	if err := d.cfg.check(ctx); err != nil {
		return "", err
	}
	return "Can be used.", nil
}

// checker is a provider that can be asked whether it lets us in.
type checker interface {
	Check(ctx context.Context) error
}

// sms asks the provider of SMS whether it lets us in.
func (d doctor) sms(ctx context.Context) (string, error) {
	provider, err := smsProvider(d.cfg, nil, nil)
	if err != nil {
		return "", err
	}
	if provider.Name() == "inbox" {
		return "inbox: SMS are shown in the app and sent to nobody.", nil
	}
	return d.letsUsIn(ctx, provider.Name(), provider)
}

func (d doctor) letsUsIn(ctx context.Context, name string, provider any) (string, error) {
	asked, ok := provider.(checker)
	if !ok {
		return name + ", which can't be asked without sending.", nil
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	if err := asked.Check(ctx); err != nil {
		return "", fmt.Errorf("messages go through %s, which does not let us in: %w", name, err)
	}
	return name + " lets us in.", nil
}

func (d doctor) metrics(context.Context) (string, error) {
	if d.cfg.MetricsAddr == metricsOff || d.cfg.MetricsAddr == "" {
		return "Off.", nil
	}
	host, _, err := net.SplitHostPort(d.cfg.MetricsAddr)
	switch {
	case err != nil:
		return "", fmt.Errorf("MAUNTIC_METRICS_ADDR is %q, but must look like 127.0.0.1:9464, or be off", d.cfg.MetricsAddr)
	case !local(host):
		return "", warning(d.cfg.MetricsAddr + " is not for this machine only: keep it behind a firewall.")
	}
	return d.cfg.MetricsAddr + ".", nil
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
			return "", errors.New(quota.Stopped.English())
		}
		return provider.Name() + ": " + quota.String(), nil
	}
	return d.letsUsIn(ctx, provider.Name(), provider)
}

func (d doctor) postgres(context.Context) (string, error) {
	path, err := d.cfg.dataDirPath()
	if err != nil {
		return "", err
	}
	return cluster.Installed(d.cfg.PostgresBin, path)
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
	address := d.temporalAddress()
	switch {
	case answers(ctx, address):
		return "A server answers at " + address + ".", nil
	case d.cfg.ownTemporal():
		return "Ours is not running. Its port, " + strconv.Itoa(d.cfg.Temporal.Port) + ", is free.", nil
	}
	return "", fmt.Errorf("nothing answers at %s, which MAUNTIC_TEMPORAL_ADDRESS names", address)
}

func (d doctor) temporalAddress() string {
	if d.cfg.ownTemporal() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(d.cfg.Temporal.Port))
	}
	return d.cfg.Temporal.Address
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
