//go:build e2e

package e2e_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// split is an installation whose parts are processes of their own: Postgres, Temporal, the web and
// two workers, as on a machine where a supervisor runs them.
type split struct {
	t        *testing.T
	postgres *piece
	temporal *piece
	serve    *piece
	workers  []*piece
	base     string // where the web listens
	settings []string
}

// startSplit starts all parts in the order that suits them least, checks that they wait for each
// other, and returns when the installation is ready.
func startSplit(t *testing.T, settings ...string) *split {
	t.Helper()
	postgresPort, temporalPort, webPort := freePort(t), freePort(t), freePort(t)
	dir := dataDir(t)
	s := &split{t: t, base: fmt.Sprintf("http://127.0.0.1:%d", webPort)}
	s.settings = append([]string{
		fmt.Sprintf("MAUNTIC_DATABASE_URL=postgres://postgres@127.0.0.1:%d/mauntic?sslmode=disable", postgresPort),
		fmt.Sprintf("MAUNTIC_TEMPORAL_ADDRESS=127.0.0.1:%d", temporalPort),
		"MAUNTIC_TEMPORAL_PORT=" + strconv.Itoa(temporalPort),
		"MAUNTIC_ADDR=" + strings.TrimPrefix(s.base, "http://"),
		"MAUNTIC_DATA_DIR=" + dir,
		"MAUNTIC_SIGNING_KEY=one key for every process of an installation",
		"MAUNTIC_ADMIN_EMAIL=" + ownerEmail,
		"MAUNTIC_ADMIN_PASSWORD=" + ownerPassword,
	}, settings...)
	s.postgres = newPostgres(t, dir, postgresPort)
	s.temporal = s.mauntic("temporal")
	s.serve = s.mauntic("serve")
	s.workers = []*piece{s.mauntic("worker"), s.mauntic("worker")}
	early := []*piece{s.serve, s.workers[0], s.workers[1], s.temporal}
	for _, p := range early {
		p.launch()
	}
	for _, p := range early {
		eventually(t, startPatience, p.name+" says what it waits for", func() error {
			if !strings.Contains(p.said(), "Waiting for the database") {
				return fmt.Errorf("it said %q", p.said())
			}
			return nil
		})
	}
	s.checkHealth(http.StatusServiceUnavailable)
	s.postgres.launch()
	s.waitReady()
	return s
}

// mauntic is a part of the installation that the real binary runs.
func (s *split) mauntic(args ...string) *piece {
	p := &program{t: s.t, settings: s.settings}
	return newPiece(s.t, strings.Join(args, " "), func() *exec.Cmd { return p.command(args...) })
}

// run runs another command of the installation and returns what it printed.
func (s *split) run(args ...string) string {
	s.t.Helper()
	return (&program{t: s.t, settings: s.settings}).run(args...)
}

// waitReady returns when the web says that it can do its work.
func (s *split) waitReady() {
	s.t.Helper()
	eventually(s.t, startPatience, "the web is ready", func() error {
		status, took := probe(s.base + "/ready")
		if status != http.StatusOK {
			return fmt.Errorf("/ready answers %d after %s", status, took)
		}
		return nil
	})
}

// checkHealth checks that /health and /ready answer at once, whatever is away: /ready with a status.
func (s *split) checkHealth(ready int) {
	s.t.Helper()
	const patience = 5 * time.Second // two, on a machine that has nothing else to do
	for path, want := range map[string]int{"/health": http.StatusOK, "/ready": ready} {
		if status, took := probe(s.base + path); status != want || took > patience {
			s.t.Errorf("%s answers %d after %s, want %d at once.", path, status, took, want)
		}
	}
}

// probe asks for an address and returns the status, or 0 without an answer.
func probe(url string) (status int, took time.Duration) {
	began := time.Now()
	client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(url)
	if err != nil {
		return 0, time.Since(began)
	}
	defer response.Body.Close()
	return response.StatusCode, time.Since(began)
}

// database connects to the installation's database.
func (s *split) database() *pgxpool.Pool {
	s.t.Helper()
	_, url, _ := strings.Cut(s.settings[0], "=")
	pool, err := pgxpool.New(s.t.Context(), url+"&pool_max_conns=4")
	if err != nil {
		s.t.Fatalf("open the database: %v", err)
	}
	s.t.Cleanup(pool.Close)
	return pool
}

// piece is one process of an installation, which can be killed, frozen and started again.
type piece struct {
	t       *testing.T
	name    string
	command func() *exec.Cmd
	log     string
	cmd     *exec.Cmd
	ended   chan struct{}
}

func newPiece(t *testing.T, name string, command func() *exec.Cmd) *piece {
	t.Helper()
	p := &piece{t: t, name: name, command: command, log: filepath.Join(t.TempDir(), "log")}
	t.Cleanup(func() {
		if p.running() {
			p.kill()
		}
		if t.Failed() {
			t.Logf("The end of what %s printed:\n%s", name, (&program{log: p.log}).lastWords())
		}
	})
	return p
}

func (p *piece) launch() {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	p.cmd = p.command()
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if p.cmd.SysProcAttr == nil {
		p.cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	p.cmd.SysProcAttr.Setpgid = true
	if err := p.cmd.Start(); err != nil {
		p.t.Fatalf("start %s: %v", p.name, err)
	}
	ended := make(chan struct{})
	p.ended = ended
	go func(cmd *exec.Cmd) {
		_ = cmd.Wait() // how it ended is told by ProcessState
		close(ended)
	}(p.cmd)
}

func (p *piece) running() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// kill ends the process and its children at once, as a crash would.
func (p *piece) kill() {
	children := p.children()
	p.signal(syscall.SIGKILL)
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGKILL) // it may have ended
	}
	<-p.ended
}

// children are processes that a signal to the group does not reach: those of Postgres have groups of their
// own, and answer for a moment after the server has died.
func (p *piece) children() (pids []int) {
	pid := p.cmd.Process.Pid
	list, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)) // it may have ended
	for child := range strings.FieldsSeq(string(list)) {
		if id, err := strconv.Atoi(child); err == nil {
			pids = append(pids, id)
		}
	}
	return pids
}

// freeze stops the process where it stands, and thaw lets it go on.
func (p *piece) freeze() { p.signal(syscall.SIGSTOP) }
func (p *piece) thaw()   { p.signal(syscall.SIGCONT) }

func (p *piece) signal(sig syscall.Signal) {
	p.t.Helper()
	if err := syscall.Kill(-p.cmd.Process.Pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Fatalf("send %v to %s: %v", sig, p.name, err)
	}
}

// stop asks the process to end and checks that it does so in time and without complaint.
func (p *piece) stop() {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			p.t.Errorf("%s ended with code %d.", p.name, code)
		}
	case <-time.After(stopPatience):
		p.kill()
		p.t.Errorf("%s did not stop within %s.", p.name, stopPatience)
	}
}

// said returns what the process printed so far.
func (p *piece) said() string {
	data, _ := os.ReadFile(p.log)
	return string(data)
}

// newPostgres makes the database files of a server on a loopback port. It has the database mauntic.
func newPostgres(t *testing.T, dir string, port int) *piece {
	t.Helper()
	binaries := postgresBinaries(t)
	data := filepath.Join(dir, "server")
	account := postgresAccount(t)
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if account != nil {
		if err := os.Chown(data, int(account.Uid), int(account.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	as := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(binaries, name), args...)
		cmd.Dir, cmd.SysProcAttr = "/", &syscall.SysProcAttr{Credential: account}
		return cmd
	}
	for _, cmd := range []*exec.Cmd{
		as("initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
		single(as("postgres", "--single", "-D", data, "postgres"), "create database mauntic;"),
	} {
		if output, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, output)
		}
	}
	return newPiece(t, "postgres", func() *exec.Cmd {
		return as("postgres", "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
			"-c", "unix_socket_directories=", "-c", "max_connections=300")
	})
}

func single(cmd *exec.Cmd, sql string) *exec.Cmd {
	cmd.Stdin = strings.NewReader(sql + "\n")
	return cmd
}

// postgresBinaries is the folder of the newest server that is installed.
func postgresBinaries(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		t.Fatal("Postgres is not installed: run the tests with `make e2e`.")
	}
	return filepath.Dir(slices.Max(found))
}

// postgresAccount is who runs Postgres, which refuses to run as root; nil keeps our own user.
func postgresAccount(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.ParseUint(account.Uid, 10, 32)
	gid, _ := strconv.ParseUint(account.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
