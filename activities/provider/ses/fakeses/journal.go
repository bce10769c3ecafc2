package fakeses

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"
)

// Entry is one accepted message: a line of the journal.
type Entry struct {
	Sid       string    `json:"sid"` // from the tag "sid", empty when there was none
	To        string    `json:"to"`
	Subject   string    `json:"subject"`
	MessageID string    `json:"messageId"`
	SHA256    string    `json:"sha256"` // of the MIME message
	At        time.Time `json:"at"`
}

// ReadJournal returns the entries of a journal file. A last line without its end was never
// answered and does not count.
func ReadJournal(path string) ([]Entry, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	entries, _, err := parseJournal(data)
	return entries, err
}

// parseJournal also returns how many bytes of data are whole lines.
func parseJournal(data []byte) (entries []Entry, whole int64, err error) {
	whole = int64(bytes.LastIndexByte(data, '\n') + 1)
	for line := range bytes.Lines(data[:whole]) {
		var entry Entry
		if err := json.Unmarshal(line, &entry); err != nil {
			return nil, whole, fmt.Errorf("read journal: line %d: %w", len(entries)+1, err)
		}
		entries = append(entries, entry)
	}
	return entries, whole, nil
}

// journal keeps entries in memory and, when it has a file, on disk.
type journal struct {
	mu      sync.Mutex
	file    *os.File // nil: memory only
	entries []Entry
}

func openJournal(path string) (*journal, error) {
	j := &journal{}
	if path == "" {
		return j, nil
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	entries, whole, err := parseJournal(data)
	if err != nil {
		return nil, err
	}
	j.entries = entries
	if j.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	// A torn last line is dropped, so that the next entry starts a line of its own.
	_, err = j.file.Seek(whole, io.SeekStart)
	if err := errors.Join(err, j.file.Truncate(whole)); err != nil {
		return nil, fmt.Errorf("open journal: %w", errors.Join(err, j.file.Close()))
	}
	return j, nil
}

// append returns once the entry is on disk.
func (j *journal) append(entry Entry) error {
	line, err := json.Marshal(entry)
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file != nil {
		_, err = j.file.Write(append(line, '\n'))
		if err = errors.Join(err, j.file.Sync()); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
	}
	j.entries = append(j.entries, entry)
	return nil
}

func (j *journal) all() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries)
}

func (j *journal) close() error {
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}
