package embedded

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// logger passes the server's warnings and errors to slog; the rest is chatter.
type logger struct {
	to     *slog.Logger
	failed chan<- error // gets what the server calls fatal
	// moving says that the server is being started or stopped. Its services then complain about
	// each other's absence.
	moving *atomic.Bool
}

// expected are the beginnings of warnings about what we chose.
var expected = []string{"HTTP API port has not been set"}

var (
	_ log.Logger     = (*logger)(nil)
	_ log.WithLogger = (*logger)(nil)
)

// Debug implements log.Logger by dropping the message.
func (l *logger) Debug(string, ...tag.Tag) {}

// Info implements log.Logger by dropping the message.
func (l *logger) Info(string, ...tag.Tag) {}

// Warn implements log.Logger.
func (l *logger) Warn(msg string, tags ...tag.Tag) { l.log(slog.LevelWarn, msg, tags) }

// Error implements log.Logger.
func (l *logger) Error(msg string, tags ...tag.Tag) { l.log(slog.LevelError, msg, tags) }

// DPanic implements log.Logger: as in the server's production build, it does not panic.
func (l *logger) DPanic(msg string, tags ...tag.Tag) { l.log(slog.LevelError, msg, tags) }

// Panic implements log.Logger.
func (l *logger) Panic(msg string, tags ...tag.Tag) {
	l.log(slog.LevelError, msg, tags)
	panic(msg)
}

// Fatal implements log.Logger. The server expects it not to return; we end the calling goroutine
// instead of the process, so that everything else can be stopped in order.
func (l *logger) Fatal(msg string, tags ...tag.Tag) {
	l.log(slog.LevelError, msg, tags)
	select {
	case l.failed <- errors.New(msg):
	default: // the first one is being dealt with
	}
	runtime.Goexit()
}

// With implements log.WithLogger.
func (l *logger) With(tags ...tag.Tag) log.Logger {
	return &logger{to: slog.New(l.to.Handler().WithAttrs(attributes(tags))), failed: l.failed, moving: l.moving}
}

func (l *logger) log(level slog.Level, msg string, tags []tag.Tag) {
	ctx := context.Background()
	if l.moving.Load() {
		level = slog.LevelDebug
	}
	if !l.to.Enabled(ctx, level) {
		return
	}
	attrs := attributes(tags)
	if asked(msg, attrs) {
		return
	}
	l.to.LogAttrs(ctx, level, msg, attrs...)
}

// asked says that a record complains about what we or a client wanted: a setting, or the end of a
// call.
func asked(msg string, attrs []slog.Attr) bool {
	return slices.ContainsFunc(expected, func(start string) bool { return strings.HasPrefix(msg, start) }) ||
		slices.ContainsFunc(attrs, func(a slog.Attr) bool {
			return a.Key == "error" && a.Value.String() == context.Canceled.Error()
		})
}

func attributes(tags []tag.Tag) []slog.Attr {
	attrs := make([]slog.Attr, len(tags))
	for i, t := range tags {
		attrs[i] = slog.Any(t.Key(), t.Value())
	}
	return attrs
}
