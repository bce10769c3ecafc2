// Command mauntic is the whole product: one binary that runs everything, or one part of it.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/mauntic/mauntic/domain"
)

// version is set by the build.
var version = "dev"

// commands are what the program can do. Each has a file of its own.
type commands struct {
	Config

	Up       upCommand       `cmd:"" help:"Run everything in this process: Postgres, Temporal, workers and web."`
	Serve    serveCommand    `cmd:"" help:"Run only the web. Needs a database and a Temporal cluster."`
	Worker   workerCommand   `cmd:"" help:"Run only the workers. Needs a database and a Temporal cluster."`
	Temporal temporalCommand `cmd:"" help:"Run only the Temporal server with its UI. Needs a database."`

	Migrate migrateCommand `cmd:"" help:"Bring the database up to date."`
	Admin   adminCommand   `cmd:"" help:"Create users and reset passwords."`
	APIKey  apiKeyCommand  `cmd:"" name:"apikey" help:"Create API keys."`
	Hooks   hooksCommand   `cmd:"" help:"Show where providers post their events, and let them subscribe."`
	Doctor  doctorCommand  `cmd:"" help:"Check this installation and say what is wrong."`
	Backup  backupCommand  `cmd:"" help:"Write all databases and secrets into one file, while everything runs."`
	Restore restoreCommand `cmd:"" help:"Put a backup back. Sending is paused afterwards."`
	Purge   purgeCommand   `cmd:"" help:"Remove records that have been kept long enough."`
	Demo    demoCommand    `cmd:"" help:"Load sample contacts and a campaign to watch, or remove them."`
	Version versionCommand `cmd:"" help:"Print the version."`

	OpenAPI openAPICommand `cmd:"" name:"openapi" hidden:"" help:"Print the description of the API."`
	TestEnv testEnvCommand `cmd:"" name:"testenv" hidden:"" help:"Run a command with a throw-away Postgres and Temporal server."`
}

func main() {
	var c commands
	run := kong.Parse(&c,
		kong.Name("mauntic"),
		kong.Description("Marketing automation in which every contact's path is a workflow."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ShortUsageOnError(),
		kong.Exit(func(code int) { os.Exit(min(code, 1)) }), // kong has a code of its own for wrong flags
	)
	c.complete()
	if err := c.checkNumbers(); err != nil {
		os.Exit(exitCode(err))
	}
	os.Exit(exitCode(run.Run(&c.Config)))
}

// exitError is the exit code of a command that ran on our behalf. It has spoken for itself.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("the command ended with code %d", int(e)) }

// exitCode says why the program ends and returns its exit code.
func exitCode(err error) int {
	var child exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &child):
		return int(child)
	}
	fmt.Fprintln(os.Stderr, "mauntic: "+sentence(err))
	return 1
}

// sentence is what a person reads: of our own errors what they say, without the field that they are about.
func sentence(err error) string {
	// kong joins what a command answers with what its hooks answer, which is nothing.
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		err = joined.Unwrap()[0]
	}
	if ours, ok := err.(*domain.Error); ok { //nolint:errorlint // what wraps it says more
		return ours.Message
	}
	return strings.TrimSpace(err.Error())
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run() error {
	_, err := fmt.Println("mauntic " + version)
	return err
}
