package world

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"

	"github.com/mauntic/mauntic/domain"
)

// Logs keeps everything that is logged, down to debug, as lines of JSON.
type Logs struct {
	mu  sync.Mutex
	out bytes.Buffer
}

// Logger returns a logger as the program's, which writes here.
func (l *Logs) Logger() *slog.Logger {
	return slog.New(domain.LogHandler{Handler: slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})})
}

// Write implements io.Writer.
func (l *Logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}

// Lines returns the lines that hold all of the texts.
func (l *Logs) Lines(texts ...string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []string
lines:
	for line := range strings.Lines(l.out.String()) {
		for _, text := range texts {
			if !strings.Contains(line, text) {
				continue lines
			}
		}
		found = append(found, line)
	}
	return found
}
