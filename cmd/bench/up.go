package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const idle = 10 * time.Second

// upAndIdle starts bin/mauntic twice in an empty folder and reports how long the second start
// takes and how much memory all its processes use after a while of nothing.
func upAndIdle(ctx context.Context) (figure, note string, err error) {
	dir, err := os.MkdirTemp("", "mauntic-bench-")
	if err != nil {
		return "", "", err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o711); err != nil { // Postgres's own user must pass through
		return "", "", err
	}
	first, stop, err := up(ctx, dir)
	if err != nil {
		return "", "", err
	}
	if err := stop(); err != nil {
		return "", "", err
	}
	second, stop, err := up(ctx, dir)
	if err != nil {
		return "", "", err
	}
	time.Sleep(idle)
	memory := proportionalMemory(dir)
	return fmt.Sprintf("%.1f s; %d MB", second.Seconds(), memory>>20), fmt.Sprintf("first start %.1f s", first.Seconds()), stop()
}

// up starts the program and returns how long it took until it was ready.
func up(ctx context.Context, dir string) (took time.Duration, stop func() error, err error) {
	web, frontend := freePort(), freePort()
	cmd := exec.Command(filepath.Join("bin", "mauntic"), "up")
	cmd.Env = append(os.Environ(), "MAUNTIC_DATA_DIR="+dir, fmt.Sprintf("MAUNTIC_ADDR=127.0.0.1:%d", web), fmt.Sprintf("MAUNTIC_TEMPORAL_PORT=%d", frontend))
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, nil, fmt.Errorf("start bin/mauntic: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop = func() error {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		return <-ended
	}
	for {
		if response, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/ready", web)); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return time.Since(began), stop, nil
			}
		}
		select {
		case <-ctx.Done():
			return 0, nil, errors.Join(ctx.Err(), stop())
		case err := <-ended:
			return 0, nil, fmt.Errorf("bin/mauntic ended: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func freePort() int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// proportionalMemory adds up the PSS of the processes that work in the data folder: the program
// and its Postgres.
func proportionalMemory(dir string) int64 {
	var sum int64
	processes, _ := filepath.Glob("/proc/[0-9]*") // the only error is a bad pattern
	ours := map[string]bool{}
	for _, process := range processes {
		environment, _ := os.ReadFile(filepath.Join(process, "environ"))
		command, _ := os.ReadFile(filepath.Join(process, "cmdline"))
		if bytes.Contains(environment, []byte("MAUNTIC_DATA_DIR="+dir)) || bytes.Contains(command, []byte(dir)) {
			ours[filepath.Base(process)] = true
		}
	}
	for _, process := range processes {
		if ours[filepath.Base(process)] || ours[parent(process)] {
			sum += pss(process)
		}
	}
	return sum
}

func parent(process string) string {
	status, _ := os.ReadFile(filepath.Join(process, "status"))
	_, rest, _ := strings.Cut(string(status), "PPid:\t")
	id, _, _ := strings.Cut(rest, "\n")
	return id
}

func pss(process string) int64 {
	rollup, _ := os.ReadFile(filepath.Join(process, "smaps_rollup"))
	_, rest, _ := strings.Cut(string(rollup), "\nPss:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kilobytes, _ := strconv.ParseInt(number, 10, 64)
	return kilobytes << 10
}
