// Command faketwilio runs the Twilio stand-in as a process of its own, so that it outlives the
// programs that a test kills.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/mauntic/mauntic/activities/provider/twilio/faketwilio"
)

func main() {
	var options faketwilio.Options
	address := flag.String("addr", "127.0.0.1:8026", "where to listen; port 0 takes a free one")
	flag.StringVar(&options.Journal, "journal", "", "file of accepted SMS; empty keeps them in memory")
	flag.StringVar(&options.AccountSID, "account", "", "the account's SID; empty: ACfake")
	flag.StringVar(&options.AuthToken, "token", "", "the account's auth token; empty: token")
	flag.Parse()
	if err := run(*address, options); err != nil {
		fmt.Fprintln(os.Stderr, "faketwilio:", err)
		os.Exit(1)
	}
}

// run serves until it is interrupted. Its first line on standard output is the base URL.
func run(address string, options faketwilio.Options) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := faketwilio.New(options)
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
