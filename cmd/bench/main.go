// Command bench measures Mauntic on this machine and prints one line for each promise about speed.
// Figures drift with the machine and its load, so the first ones are ratios to bare Temporal in
// the same run. It asserts nothing.
//
// Run it with `make bench`, which gives it a throw-away Postgres and Temporal server. SCALE=full
// takes longer and steadies the figures; ROW=journeys measures only the rows with that in their name.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"time"
)

// scale says how much is measured.
type scale struct {
	journeys int           // complete journeys in a round, of each kind
	starts   int           // started workflows in a round, of each kind
	waiting  int           // journeys that wait for an event
	events   int           // events that some of them get
	rows     int           // rows of the import
	contacts int           // contacts of the lists
	hits     time.Duration // of opens and clicks
}

var (
	reduced = scale{journeys: 300, starts: 700, waiting: 1000, events: 300, rows: 100_000, contacts: 100_000, hits: 10 * time.Second}
	full    = scale{journeys: 1500, starts: 5000, waiting: 10_000, events: 2000, rows: 1_000_000, contacts: 1_000_000, hits: time.Minute}
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	size := reduced
	if os.Getenv("SCALE") == "full" {
		size = full
	}
	env := environment{
		database:  os.Getenv("TEST_DATABASE_URL"),
		temporal:  os.Getenv("TEST_TEMPORAL_ADDRESS"),
		namespace: os.Getenv("TEST_TEMPORAL_NAMESPACE"),
		log:       slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
	product, err := install(ctx, env)
	if err != nil {
		return err
	}
	defer product.close()
	began := time.Now()
	header()
	for _, row := range rows(product, size) {
		if !strings.Contains(row.what, os.Getenv("ROW")) {
			continue
		}
		if row.measure == nil {
			row.print("not built", "")
			continue
		}
		figure, note, err := row.measure(ctx)
		if err != nil {
			figure, note = "failed", err.Error()
		}
		row.print(figure, note)
	}
	fmt.Printf("\nIt took %s.\n", time.Since(began).Round(time.Second))
	return nil
}
