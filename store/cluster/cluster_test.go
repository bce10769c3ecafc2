package cluster_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store/cluster"
)

// keeper, when set, makes this test program a parent that starts a cluster there and hangs.
const keeper = "CLUSTER_TEST_KEEPER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(keeper); dir != "" {
		keep(dir)
	}
	os.Exit(m.Run())
}

func keep(dir string) {
	c, err := cluster.Start(context.Background(), cluster.Options{Dir: dir, Durable: true, Logger: slog.Default()})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ready", c.URL(cluster.Database))
	select {}
}

func TestAThrowAwayClusterLeavesNothing(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{})
	query(t, c, "create table notes (note text)")
	folder := socketFolder(t, c)
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder %s is still there: %v", folder, err)
	}
}

func TestADurableClusterKeepsItsDataAndItsSocket(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := start(t, cluster.Options{Dir: dir, Durable: true})
	query(t, c, "create table notes (note text)")
	socket := socketFolder(t, c)
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the socket folder %s is still there: %v", socket, err)
	}
	c = start(t, cluster.Options{Dir: dir, Durable: true})
	query(t, c, "select note from notes")
	if now := socketFolder(t, c); now != socket {
		t.Errorf("socket folder moved from %s to %s", socket, now)
	}
	if running, err := cluster.Running(dir, cluster.Database); err != nil || running != c.URL(cluster.Database) {
		t.Errorf("Running = %q, %v; want %q", running, err, c.URL(cluster.Database))
	}
}

func TestDatabasesAreMadeOnce(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{})
	for range 2 {
		if err := c.EnsureDatabase(t.Context(), "it's odd"); err != nil {
			t.Fatal(err)
		}
	}
	if got := value(t, c.URL("it's odd"), "select current_database()"); got != "it's odd" {
		t.Errorf("connected to %q", got)
	}
	other, err := cluster.WithDatabase(c.URL("it's odd"), "postgres")
	if err != nil {
		t.Fatal(err)
	}
	if got := value(t, other, "select current_database()"); got != "postgres" {
		t.Errorf("connected to %q", got)
	}
}

func TestSettingsOfAPoolAreNoneOfTheServers(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{})
	dsn := c.URL(cluster.Database) + " pool_max_conns=4"
	conn, err := cluster.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(t.Context())
	for given, want := range map[string]string{
		dsn: c.URL(cluster.Database) + "  dbname=other",
		"postgres://db/x?pool_max_conns=4&sslmode=require": "postgres://db/other?sslmode=require",
	} {
		if got, err := cluster.WithDatabase(given, "other"); got != want || err != nil {
			t.Errorf("WithDatabase(%q) = %q, %v; want %q.", given, got, err, want)
		}
	}
}

func TestCommittedDataSurvivesAKilledParent(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), keeper+"="+dir)
	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 500)
	n, err := output.Read(line)
	url, ok := strings.CutPrefix(strings.TrimSpace(string(line[:n])), "ready ")
	if !ok || err != nil {
		t.Fatalf("the parent said %q, %v", line[:n], err)
	}
	run(t, url, "create table notes (note text)")
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	c := start(t, cluster.Options{Dir: dir, Durable: true})
	query(t, c, "select note from notes")
}

func TestAPostgresLeftRunningIsEnded(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := start(t, cluster.Options{Dir: dir, Durable: true})
	// The second start stands for a new parent: it finds a postmaster that nobody stopped.
	again := start(t, cluster.Options{Dir: dir, Durable: true})
	select {
	case <-c.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the first Postgres still runs")
	}
	query(t, again, "select 1")
}

func TestAPidFileOfAnotherProcessIsIgnored(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	c := start(t, cluster.Options{Dir: dir, Durable: true})
	pidFile := filepath.Join(dir, "postgres", "postmaster.pid")
	content, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(content), "\n")
	stale := strconv.Itoa(os.Getpid()) + "\n" + rest // the number now belongs to this test
	if err := os.WriteFile(pidFile, []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	query(t, start(t, cluster.Options{Dir: dir, Durable: true}), "select 1")
}

func TestWhatIsInTheWayIsSaidInASentence(t *testing.T) {
	t.Parallel()
	closed := dataDir(t)
	if err := os.Chmod(closed, 0o500); err != nil { // root may enter, its Postgres may not
		t.Fatal(err)
	}
	future := dataDir(t)
	if err := os.Mkdir(filepath.Join(future, "postgres"), 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(future, "postgres", "PG_VERSION"), []byte("99\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		options cluster.Options
		says    string
	}{
		"closed folder":   {cluster.Options{Dir: filepath.Join(closed, "data")}, "MAUNTIC_DATA_DIR"},
		"missing program": {cluster.Options{Dir: dataDir(t), Binaries: "/nowhere"}, "no postgres and initdb in /nowhere"},
		"missing version": {cluster.Options{Dir: future}, "apt-get install -y --no-install-recommends postgresql-99"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.options.Durable, tt.options.Logger = true, slog.New(slog.DiscardHandler)
			_, err := cluster.Start(t.Context(), tt.options)
			if domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error = %v, want a sentence with %q", err, tt.says)
			}
		})
	}
}

func TestAFolderUnderAClosedOneIsNotReachable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root runs Postgres as somebody else")
	}
	dir := dataDir(t)
	if !cluster.Reachable(filepath.Join(dir, "new", ".data")) {
		t.Errorf("%s should be reachable", dir)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if cluster.Reachable(filepath.Join(dir, "new", ".data")) {
		t.Errorf("%s should not be reachable", dir)
	}
}

func start(t *testing.T, o cluster.Options) *cluster.Cluster {
	t.Helper()
	o.Logger = slog.New(slog.DiscardHandler)
	c, err := cluster.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop(context.Background()) })
	return c
}

// dataDir is a folder that the child's user can enter, which t.TempDir is not.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "cluster-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func socketFolder(t *testing.T, c *cluster.Cluster) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(c.URL(cluster.Database))
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Host
}

func query(t *testing.T, c *cluster.Cluster, sql string) {
	t.Helper()
	run(t, c.URL(cluster.Database), sql)
}

func run(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func value(t *testing.T, url, sql string) (got string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql).Scan(&got); err != nil {
		t.Fatal(err)
	}
	return got
}
