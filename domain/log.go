package domain

import (
	"context"
	"log/slog"
	"slices"
)

type logKey struct{}

// WithLog returns a context whose log lines carry the given ids: "request", "org", "journey",
// "message". A name that is there already gets the new value. Never give it personal data.
func WithLog(ctx context.Context, ids ...slog.Attr) context.Context {
	known, _ := ctx.Value(logKey{}).([]slog.Attr)
	all := make([]slog.Attr, 0, len(known)+len(ids))
	for _, one := range known {
		if !hasKey(ids, one.Key) {
			all = append(all, one)
		}
	}
	return context.WithValue(ctx, logKey{}, append(all, ids...))
}

// LogHandler writes the ids of a record's context beside what the record says itself.
type LogHandler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h LogHandler) Handle(ctx context.Context, record slog.Record) error {
	ids, _ := ctx.Value(logKey{}).([]slog.Attr)
	if len(ids) == 0 {
		return h.Handler.Handle(ctx, record)
	}
	var said []slog.Attr
	record.Attrs(func(a slog.Attr) bool {
		said = append(said, a)
		return true
	})
	record = record.Clone()
	for _, id := range ids {
		if !hasKey(said, id.Key) {
			record.AddAttrs(id)
		}
	}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs implements slog.Handler.
func (h LogHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return LogHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h LogHandler) WithGroup(name string) slog.Handler { return LogHandler{h.Handler.WithGroup(name)} }

func hasKey(attrs []slog.Attr, key string) bool {
	return slices.ContainsFunc(attrs, func(a slog.Attr) bool { return a.Key == key })
}
