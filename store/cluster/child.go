package cluster

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const pollInterval = 10 * time.Millisecond

// child is a process that ends with this one.
type child struct {
	cmd    *exec.Cmd
	output *tail
	done   chan struct{}
	err    error // set when done is closed
}

// startChild starts a program as the place's user. heard, unless nil, gets each line it prints.
func startChild(program string, args []string, at place, heard func(line string)) (*child, error) {
	c := &child{cmd: command(program, args, at), output: &tail{heard: heard}, done: make(chan struct{})}
	c.cmd.Stdout, c.cmd.Stderr = c.output, c.output
	started := make(chan error, 1)
	go func() {
		// The kernel's "parent died" signal follows the thread that forked, so the child's life
		// is tied to this one.
		runtime.LockOSThread()
		endWithParent(c.cmd.SysProcAttr)
		err := c.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		if c.err = c.cmd.Wait(); c.err == nil {
			c.err = errors.New("without a reason")
		}
		close(c.done)
	}()
	return c, <-started
}

// runChild runs a program to its end and returns what it printed.
func runChild(ctx context.Context, program string, args []string, at place) (string, error) {
	c, err := startChild(program, args, at, nil)
	if err != nil {
		return "", err
	}
	select {
	case <-c.done:
	case <-ctx.Done():
		c.kill()
		return "", ctx.Err()
	}
	if c.cmd.ProcessState.Success() {
		return c.output.String(), nil
	}
	return c.output.String(), c.err
}

func command(program string, args []string, at place) *exec.Cmd {
	cmd := exec.Command(program, args...) //nolint:noctx // it is stopped by signals, in order
	cmd.Dir = "/"                         // ours may be closed to the child's user
	cmd.Env = []string{"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=/usr/bin:/bin"}
	// Its own process group: Ctrl-C on the console is for us, and we stop Postgres last.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: at.user.credential(), Setpgid: true}
	cmd.WaitDelay = time.Second
	return cmd
}

// stop asks Postgres to end fast and says whether it did before ctx ended.
func (c *child) stop(ctx context.Context) bool {
	_ = c.cmd.Process.Signal(syscall.SIGINT) // an error means that it has ended
	select {
	case <-c.done:
		return true
	case <-ctx.Done():
		return false
	}
}

// kill ends Postgres at once, in two steps: SIGQUIT lets the postmaster take its backends along.
func (c *child) kill() {
	_ = c.cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-c.done:
	case <-time.After(2 * time.Second):
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		<-c.done
	}
}

// tail keeps the last lines that a process printed.
type tail struct {
	mu    sync.Mutex
	lines []string
	rest  string
	heard func(line string)
}

const tailLines = 12

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(t.rest+string(p), "\n")
	t.rest = lines[len(lines)-1]
	for _, line := range lines[:len(lines)-1] {
		t.lines = append(t.lines, line)
		if t.heard != nil {
			t.heard(line)
		}
	}
	t.lines = t.lines[max(0, len(t.lines)-tailLines):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(append(slices.Clip(t.lines), t.rest), "\n")
}
