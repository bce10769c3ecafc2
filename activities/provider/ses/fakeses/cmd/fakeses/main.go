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
	var options fakeses.Options
	address := flag.String("addr", "127.0.0.1:8025", "where to listen; port 0 takes a free one")
	hook := flag.String("hook", "", "where to post events, as SNS does")
	flag.StringVar(&options.Journal, "journal", "", "file of accepted messages; empty keeps them in memory")
	flag.DurationVar(&options.Latency, "latency", 0, "how long an answer takes")
	flag.BoolVar(&options.Queue, "queue", false, "keep events in a queue that speaks the protocol of SQS, at the same address")
	flag.BoolVar(&options.RawQueue, "raw-queue", false, "likewise, without the envelopes of SNS")
	flag.IntVar(&options.MaxReceives, "max-receives", 0, "how often the queue hands out a message; 0 is without end")
	flag.Parse()
	if err := run(*address, *hook, options); err != nil {
		fmt.Fprintln(os.Stderr, "fakeses:", err)
		os.Exit(1)
	}
}

// run serves until it is interrupted. Its first line on standard output is the endpoint.
func run(address, hook string, options fakeses.Options) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := fakeses.New(options)
	if err != nil {
		return err
	}
	if hook != "" {
		server.Subscribe(fakeses.Hook{URL: hook})
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
