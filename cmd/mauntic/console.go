package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/mattn/go-isatty"
)

// console is how the program speaks: to a person in plain lines, to machines by JSON logs. The
// plain lines go to stdout, logs to stderr.
type console struct {
	// log is for everything that runs for long.
	log *slog.Logger
	// steps is for starting and stopping, which a person waits for.
	steps *slog.Logger
}

// newConsole speaks to a person when the output is a terminal.
func newConsole(level string) console {
	var threshold slog.Level
	if err := threshold.UnmarshalText([]byte(level)); err != nil {
		threshold = slog.LevelInfo // the flag's values are checked
	}
	if !isatty.IsTerminal(os.Stdout.Fd()) {
		log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: threshold}))
		adopt(log)
		return console{log: log, steps: log}
	}
	mu := new(sync.Mutex)
	out := console{
		log:   slog.New(&plainHandler{to: os.Stderr, mu: mu, level: max(threshold, slog.LevelWarn)}),
		steps: slog.New(&plainHandler{to: os.Stdout, mu: mu, level: threshold}),
	}
	adopt(out.log)
	return out
}

// adopt takes in what libraries print by themselves.
func adopt(log *slog.Logger) {
	slog.SetLogLoggerLevel(slog.LevelDebug)
	slog.SetDefault(log)
}

// say prints a line for the person at the console, whatever the output is.
func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// plainHandler writes records as lines for people: the sentence, and what belongs to it.
type plainHandler struct {
	to    io.Writer
	mu    *sync.Mutex
	level slog.Level
	attrs []slog.Attr
}

// Enabled implements slog.Handler.
func (h *plainHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle implements slog.Handler.
func (h *plainHandler) Handle(_ context.Context, record slog.Record) error {
	var line strings.Builder
	if record.Level >= slog.LevelWarn {
		line.WriteString(record.Time.Format("15:04:05 ") + record.Level.String() + " ")
	}
	line.WriteString(record.Message)
	write := func(a slog.Attr) bool {
		fmt.Fprintf(&line, " %s=%v", a.Key, a.Value)
		return true
	}
	if record.Level != slog.LevelInfo { // sentences for people stand by themselves
		for _, a := range h.attrs {
			write(a)
		}
		record.Attrs(write)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := fmt.Fprintln(h.to, line.String())
	return err
}

// WithAttrs implements slog.Handler.
func (h *plainHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clone := *h
	clone.attrs = slices.Concat(h.attrs, attrs)
	return &clone
}

// WithGroup implements slog.Handler. Lines for people have no groups.
func (h *plainHandler) WithGroup(string) slog.Handler { return h }
