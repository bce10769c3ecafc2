package backup

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/mauntic/mauntic/store/cluster"
)

// Server is a Postgres with the programs that dump and restore its databases.
type Server struct {
	URL      string // of any of its databases
	Programs string // folder of pg_dump and pg_restore
}

// command prepares one of Postgres's programs.
func (s Server) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.Programs, program), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "PGAPPNAME=mauntic-backup"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us: we end it
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// connected prepares a program for one of the server's databases. The password is in its
// environment, because everybody on the machine can read arguments.
func (s Server) connected(ctx context.Context, program, database string, args ...string) (*exec.Cmd, error) {
	address, err := cluster.WithDatabase(s.URL, database)
	if err != nil {
		return nil, err
	}
	address, password := withoutPassword(address)
	cmd := s.command(ctx, program, append(args, "--no-password", "--dbname="+address)...)
	if password != "" {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
	}
	return cmd, nil
}

// run runs a program to its end, and says what it complained about.
func run(ctx context.Context, cmd *exec.Cmd) error {
	var words lastWords
	cmd.Stderr = &words
	err := cmd.Run()
	ended := (*exec.ExitError)(nil)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &ended) && words.String() != "":
		return fmt.Errorf("%s: %s", filepath.Base(cmd.Path), words.String())
	case err != nil:
		return fmt.Errorf("%s: %w", filepath.Base(cmd.Path), err)
	}
	return nil
}

// word is one setting of a keyword/value connection string.
var word = regexp.MustCompile(`(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s']\S*|)`)

// withoutPassword returns a connection string as Postgres's own programs understand it, and the
// password that was in it. Settings of our driver (pool_max_conns, …) are left out.
func withoutPassword(address string) (plain, password string) {
	if !strings.Contains(address, "://") {
		plain = word.ReplaceAllStringFunc(address, func(setting string) string {
			match := word.FindStringSubmatch(setting)
			switch {
			case match[1] == "password":
				password = unquote(match[2])
			case !oursAlone(match[1]):
				return setting
			}
			return ""
		})
		return strings.TrimSpace(plain), password
	}
	u, err := url.Parse(address)
	if err != nil {
		return address, "" // the driver has refused it before
	}
	password, _ = u.User.Password()
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	query := u.Query()
	if query.Has("password") {
		password = query.Get("password")
		query.Del("password")
	}
	for name := range query {
		if oursAlone(name) {
			query.Del(name)
		}
	}
	// Postgres's programs know no plus for a space.
	u.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return u.String(), password
}

func unquote(value string) string {
	inner, quoted := strings.CutPrefix(value, "'")
	if !quoted {
		return value
	}
	return strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(strings.TrimSuffix(inner, "'"))
}

// oursAlone says whether a setting is one of our driver.
func oursAlone(name string) bool {
	switch name {
	case "default_query_exec_mode", "statement_cache_capacity", "description_cache_capacity":
		return true
	}
	return strings.HasPrefix(name, "pool_")
}

// lastWords keeps the end of what a program printed.
type lastWords struct{ text []byte }

const lastWordsKept = 2000

// Write implements io.Writer.
func (l *lastWords) Write(p []byte) (int, error) {
	l.text = append(l.text, p...)
	if len(l.text) > lastWordsKept {
		l.text = l.text[len(l.text)-lastWordsKept:]
	}
	return len(p), nil
}

func (l *lastWords) String() string { return strings.TrimSpace(string(l.text)) }
