package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// anteroom answers while the program starts, so that nobody hangs in the queue of a listener:
// /health says that the process lives, everything else that it is not ready yet.
type anteroom struct {
	listener net.Listener
	server   *http.Server
	done     chan struct{}
}

// openAnteroom answers on the listener until close, which leaves the listener open.
func openAnteroom(listener net.Listener) *anteroom {
	a := &anteroom{listener: listener, done: make(chan struct{})}
	a.server = &http.Server{Handler: http.HandlerFunc(notReady), ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second}
	a.server.SetKeepAlivesEnabled(false) // the next request is for the site
	go func() {
		defer close(a.done)
		_ = a.server.Serve(lent{listener}) // it ends by close
	}()
	return a
}

// close ends the answering and gives the listener back.
func (a *anteroom) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cancelTime)
	defer cancel()
	err := a.server.Shutdown(ctx)
	<-a.done
	if deadliner, ok := a.listener.(deadliner); ok {
		err = errors.Join(err, deadliner.SetDeadline(time.Time{}))
	}
	return ignoreClosed(err)
}

func notReady(w http.ResponseWriter, r *http.Request) {
	kind, body, status := "application/json", `{"status":"ok"}`, http.StatusOK
	switch {
	case r.URL.Path == "/health":
	case r.URL.Path == "/ready" || strings.HasPrefix(r.URL.Path, "/api/"):
		status, body = http.StatusServiceUnavailable, `{"status":"down","error":"unavailable","message":"Mauntic is starting. Try again in a moment."}`
	default:
		status, kind, body = http.StatusServiceUnavailable, "text/plain; charset=utf-8", "Mauntic is starting. Try again in a moment.\n"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	if status != http.StatusOK {
		w.Header().Set("Retry-After", "5")
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // a caller who has gone misses nothing
}

type deadliner interface{ SetDeadline(t time.Time) error }

// lent is a listener that outlives the server it is lent to.
type lent struct{ net.Listener }

// Close ends a waiting Accept, and nothing else.
func (l lent) Close() error {
	if deadliner, ok := l.Listener.(deadliner); ok {
		return deadliner.SetDeadline(time.Now())
	}
	return l.Listener.Close()
}
