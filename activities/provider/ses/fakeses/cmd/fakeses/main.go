// Command fakeses runs the SES stand-in as a process of its own, so that it outlives the programs
// that a test kills.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mauntic/mauntic/activities/provider/ses/fakeses"
)

func main() {
	address := flag.String("addr", "127.0.0.1:8025", "where to listen; port 0 takes a free one")
	file := flag.String("journal", "", "file of accepted messages; empty keeps them in memory")
	latency := flag.Duration("latency", 0, "how long an answer takes")
	flag.Parse()
	if err := run(*address, fakeses.Options{Journal: *file, Latency: *latency}); err != nil {
		fmt.Fprintln(os.Stderr, "fakeses:", err)
		os.Exit(1)
	}
}

// run serves until it is interrupted. Its first line on standard output is the endpoint.
func run(address string, options fakeses.Options) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := fakeses.New(options)
	if err != nil {
		return err
	}
	if err := server.Start(address); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(os.Stdout, server.URL()); err != nil {
		return errors.Join(err, server.Close())
	}
	<-ctx.Done()
	return server.Close()
}
