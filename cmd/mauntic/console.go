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
	"sync/atomic"

	"github.com/mattn/go-isatty"

	"github.com/mauntic/mauntic/domain"
)

// console is how the program speaks: to a person in plain lines, to machines by JSON logs. The
// plain lines go to stdout, logs to stderr.
type console struct {
	// log is for everything that runs for long.
	log *slog.Logger
	// steps is for starting and stopping, which a person waits for.
	steps *slog.Logger
}

// untilTheEnd passes records on until it is over: until a part that everything needs is gone. Each
// of the others would complain about that in its own words.
type untilTheEnd struct {
	slog.Handler
	over *atomic.Bool
}

// silence drops everything that is still logged by what newConsole made.
func silence(log *slog.Logger) {
	if ids, ok := log.Handler().(domain.LogHandler); ok {
		if h, ok := ids.Handler.(untilTheEnd); ok {
			h.over.Store(true)
		}
	}
}

// Enabled implements slog.Handler.
func (h untilTheEnd) Enabled(ctx context.Context, level slog.Level) bool {
	return !h.over.Load() && h.Handler.Enabled(ctx, level)
}

// WithAttrs implements slog.Handler.
func (h untilTheEnd) WithAttrs(attrs []slog.Attr) slog.Handler {
	return untilTheEnd{Handler: h.Handler.WithAttrs(attrs), over: h.over}
}

// WithGroup implements slog.Handler.
func (h untilTheEnd) WithGroup(name string) slog.Handler {
	return untilTheEnd{Handler: h.Handler.WithGroup(name), over: h.over}
}

// newConsole speaks to a person when the output is a terminal.
func newConsole(level string) console {
	var threshold slog.Level
	if err := threshold.UnmarshalText([]byte(level)); err != nil {
		threshold = slog.LevelInfo // the flag's values are checked
	}
	over := new(atomic.Bool)
	logger := func(to slog.Handler) *slog.Logger {
		return slog.New(domain.LogHandler{Handler: untilTheEnd{Handler: to, over: over}})
	}
	if !isatty.IsTerminal(os.Stdout.Fd()) {
		log := logger(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: threshold}))
		adopt(log)
		return console{log: log, steps: log}
	}
	mu := new(sync.Mutex)
	out := console{
		log:   logger(&plainHandler{to: os.Stderr, mu: mu, level: max(threshold, slog.LevelWarn)}),
		steps: logger(&plainHandler{to: os.Stdout, mu: mu, level: threshold}),
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
