package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"

	"github.com/mauntic/mauntic/store/cluster"
	"github.com/mauntic/mauntic/temporal/embedded"
)

// testNamespace is where tests run their workflows.
const testNamespace = "mauntic-test"

// testEnvCommand runs a command, such as `go test ./...`, with a throw-away Postgres and Temporal
// server, so that tests need neither link nor start them.
type testEnvCommand struct {
	Command []string `arg:"" passthrough:"" help:"The command and its arguments."`
}

// Run passes on the command's exit code.
func (c testEnvCommand) Run() error {
	if len(c.Command) > 0 && c.Command[0] == "--" {
		c.Command = c.Command[1:]
	}
	if len(c.Command) == 0 {
		return errors.New("name a command: mauntic testenv -- go test ./…")
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	return oneShot(log, func(ctx context.Context, s *stack) error {
		environment, err := startTestEnvironment(ctx, s, log)
		if err != nil {
			return err
		}
		return runChild(ctx, c.Command, environment)
	})
}

func startTestEnvironment(ctx context.Context, s *stack, log *slog.Logger) ([]string, error) {
	postgres, err := cluster.Start(ctx, cluster.Options{Logger: log})
	if err != nil {
		return nil, err
	}
	s.push("postgres", postgres.Stop)
	s.watch("Postgres", postgres.Done())
	on := server{url: postgres.URL(cluster.Database)}
	database, err := on.database(ctx, temporalDatabase)
	if err != nil {
		return nil, err
	}
	visibility, err := on.database(ctx, visibilityDatabase)
	if err != nil {
		return nil, err
	}
	running, err := embedded.Start(ctx, embedded.Options{
		Database: database, Visibility: visibility, Namespace: testNamespace, TimeSkipping: true, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	s.push("temporal", func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, temporalPatience)
		defer cancel()
		return running.Stop(ctx)
	})
	return []string{
		"TEST_DATABASE_URL=" + on.url,
		"TEST_TEMPORAL_ADDRESS=" + running.FrontendAddress(),
		"TEST_TEMPORAL_NAMESPACE=" + testNamespace,
	}, nil
}

// runChild runs a command in the foreground. When the environment ends, the command is
// interrupted and then waited for.
func runChild(ctx context.Context, command, environment []string) error {
	child := exec.CommandContext(ctx, command[0], command[1:]...)
	child.Env = childEnvironment(environment...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	err := child.Run()
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended) && ended.ExitCode() > 0:
		return exitError(ended.ExitCode())
	case err != nil:
		return fmt.Errorf("run %s: %w", command[0], err)
	}
	return nil
}
