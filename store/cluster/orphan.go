package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// orphanPatience is how long a Postgres that was left behind may take to end by itself.
const orphanPatience = 10 * time.Second

// endOrphan ends a Postgres that a killed program left running on the files in data, and removes
// its pid file where another process has got the number since. It relies on the caller's lock: who
// runs on these files now is nobody's.
func endOrphan(ctx context.Context, data string, log *slog.Logger) error {
	pidFile := filepath.Join(data, "postmaster.pid")
	pid := readPid(pidFile)
	if pid == 0 || !alive(pid) {
		return nil
	}
	if !runsOn(pid, data) {
		return os.Remove(pidFile)
	}
	log.Info("Ending a Postgres that an earlier program left behind.", "pid", pid)
	for _, sig := range []syscall.Signal{0, syscall.SIGINT, syscall.SIGQUIT} {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("end the Postgres left behind (process %d): %w", pid, err)
		}
		patience := orphanPatience
		if sig == 0 { // it may be ending already
			patience = time.Second
		}
		if gone, err := waitGone(ctx, pid, patience); gone || err != nil {
			return err
		}
	}
	return fmt.Errorf("the Postgres left behind (process %d) does not end", pid)
}

// readPid returns the number on the first line of a pid file, 0 when there is none.
func readPid(file string) int {
	content, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 {
		return 0
	}
	return pid
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// runsOn says whether a process was started by us on the files in data.
func runsOn(pid int, data string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return false
	}
	args := strings.Split(string(line), "\x00")
	at := slices.Index(args, "-D")
	return filepath.Base(args[0]) == "postgres" && at > 0 && at+1 < len(args) && args[at+1] == data
}

func waitGone(ctx context.Context, pid int, patience time.Duration) (bool, error) {
	deadline := time.After(patience)
	for alive(pid) {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-deadline:
			return false, nil
		case <-time.After(pollInterval):
		}
	}
	return true, nil
}
