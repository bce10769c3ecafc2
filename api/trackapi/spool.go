package trackapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/domain/operations"
)

// spool keeps hits in files of JSON lines. A hit is in it once add has returned, whatever happens
// to the program or the machine afterwards. It has one user at a time.
type spool struct {
	folder string
	active *os.File // nil: nothing was added since the last replay
	hits   int      // in the active file
}

// spoolFileHits is how many hits a file takes before the next one is begun.
const spoolFileHits = 5000

func openSpool(folder string) (*spool, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make spool: %w", err)
	}
	return &spool{folder: folder}, nil
}

// add appends hits and waits until they are on the disk.
func (s *spool) add(hits []messaging.Hit) error {
	if s.hits >= spoolFileHits {
		s.close()
	}
	if s.active == nil {
		if err := s.open(); err != nil {
			return err
		}
	}
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, hit := range hits {
		if err := encoder.Encode(hit); err != nil {
			return fmt.Errorf("encode hit: %w", err)
		}
	}
	_, err := s.active.Write(lines.Bytes())
	if err == nil {
		err = s.active.Sync()
	}
	s.hits += len(hits)
	if err != nil {
		// What follows a half-written line would be lost with it: go on in a new file.
		s.close()
		return fmt.Errorf("write spool: %w", err)
	}
	return nil
}

// open begins a new file. Its name is made durable too.
func (s *spool) open() error {
	file, err := os.CreateTemp(s.folder, "hits-*.jsonl")
	if err != nil {
		return fmt.Errorf("open spool: %w", err)
	}
	if err := syncFolder(s.folder); err != nil {
		return errors.Join(err, file.Close())
	}
	s.active = file
	return nil
}

func (s *spool) close() {
	if s.active != nil {
		s.active.Close()
		s.active, s.hits = nil, 0
	}
}

// replay hands the hits of one file to record and deletes the file when they were recorded. It
// returns how many hits there were, and whether there are more files.
func (s *spool) replay(record func([]messaging.Hit) error) (done int, more bool, err error) {
	files, err := filepath.Glob(filepath.Join(s.folder, "hits-*.jsonl"))
	if err != nil || len(files) == 0 {
		return 0, false, err
	}
	s.close()
	hits, err := readSpool(files[0])
	if err != nil {
		return 0, true, err
	}
	for batch := range slices.Chunk(hits, maxBatch) {
		if err := record(batch); err != nil {
			return done, true, err
		}
		done += len(batch)
	}
	if err := os.Remove(files[0]); err != nil {
		return done, true, fmt.Errorf("remove replayed spool: %w", err)
	}
	return done, len(files) > 1, syncFolder(s.folder)
}

// readSpool reads the whole lines of a file. A last line that was cut off by a crash was never
// acknowledged; any other line that can't be read is left out too, so that it stops nothing.
func readSpool(file string) ([]messaging.Hit, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read spool: %w", err)
	}
	var hits []messaging.Hit
	for line := range bytes.Lines(data) {
		var hit messaging.Hit
		if json.Unmarshal(line, &hit) == nil {
			hits = append(hits, hit)
		}
	}
	return hits, nil
}

func syncFolder(folder string) error {
	dir, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("open spool folder: %w", err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("sync spool folder: %w", err)
	}
	return nil
}

// waiting says what is in the spool. Others may call it beside the one user.
func (s *spool) waiting() operations.Spool {
	files, _ := filepath.Glob(filepath.Join(s.folder, "hits-*.jsonl")) // the pattern is fine
	var all operations.Spool
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			continue // it was replayed meanwhile
		}
		all.Files++
		all.Bytes += info.Size()
		if at := info.ModTime(); all.Since == nil || at.Before(*all.Since) {
			all.Since = &at
		}
	}
	return all
}
