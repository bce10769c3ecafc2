package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/mauntic/mauntic/domain"
)

const (
	maxSocketPath   = 107 // what the kernel takes
	socketName      = ".s.PGSQL.5432"
	throwAwayPrefix = "mauntic-test-"
	memoryFolder    = "/dev/shm"
	memoryNeeded    = 2 << 30
)

// place is where a cluster lives and who owns it.
type place struct {
	data   string // files
	run    string // socket
	user   account
	remove []string // deleted when the cluster stops
	held   *os.File // marks a throw-away place as in use
}

func prepare(o Options) (place, error) {
	if o.Durable {
		return prepareDurable(absolute(o.Dir))
	}
	return prepareThrowAway()
}

func prepareDurable(dir string) (place, error) {
	at := place{data: filepath.Join(dir, "postgres")}
	var err error
	if at.user, err = accountFor(at.data); err != nil {
		return place{}, err
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return place{}, explain(fmt.Errorf("create data folder: %w", err), err.Error(), at)
	}
	if !at.user.canEnter(dir) {
		return place{}, domain.Unavailable("User %s, as whom Postgres runs, can't enter %s. "+
			"Open the folders above it to all (chmod o+x), or set MAUNTIC_DATA_DIR to another place.", at.user.name, dir)
	}
	if err := ours(at); err != nil {
		return place{}, err
	}
	at.run, err = runFolder(filepath.Join(dir, "postgres.run"), at.user)
	if err != nil {
		return place{}, explain(err, err.Error(), at)
	}
	at.remove = []string{at.run}
	return at, nil
}

// ours refuses files that another user's Postgres wrote. Root runs Postgres as their owner.
func ours(at place) error {
	info, err := os.Stat(at.data)
	if errors.Is(err, fs.ErrNotExist) || at.user.switched {
		return nil
	}
	if err != nil {
		return explain(fmt.Errorf("look at database files: %w", err), err.Error(), at)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid != at.user.uid {
		return domain.Unavailable("The database in %s belongs to user %s. Start Mauntic as root or as that user, "+
			"or set MAUNTIC_DATA_DIR to another place.", at.data, userName(int(owner.Uid)))
	}
	return nil
}

// runFolder returns the socket folder recorded in the file, if that is ours to use, else a new one.
// It lies outside the data folder because socket paths must be short.
func runFolder(record string, owner account) (string, error) {
	if known, err := os.ReadFile(record); err == nil {
		folder := strings.TrimSpace(string(known))
		if private(folder, owner) || makeFolder(folder, owner) == nil {
			return folder, nil
		}
	}
	folder, err := os.MkdirTemp(shortTempDir(), "mauntic-")
	if err != nil {
		return "", fmt.Errorf("create socket folder: %w", err)
	}
	if err := handOver(folder, owner); err != nil {
		return "", fmt.Errorf("hand over socket folder: %w", err)
	}
	if err := os.WriteFile(record, []byte(folder+"\n"), 0o644); err != nil {
		return "", fmt.Errorf("record socket folder: %w", err)
	}
	return folder, nil
}

// private says that folder is a real folder which nobody but the owner can have put something in:
// the temporary folder is open to all.
func private(folder string, owner account) bool {
	info, err := os.Lstat(folder)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid == owner.uid
}

func shortTempDir() string {
	dir := os.TempDir()
	if len(filepath.Join(dir, "mauntic-0123456789", socketName)) > maxSocketPath {
		return "/tmp"
	}
	return dir
}

func prepareThrowAway() (place, error) {
	who, err := accountFor("")
	if err != nil {
		return place{}, err
	}
	base := shortTempDir()
	if freeBytes(memoryFolder) > memoryNeeded {
		base = memoryFolder
	}
	sweep(base)
	dir, err := os.MkdirTemp(base, throwAwayPrefix)
	if err != nil {
		return place{}, fmt.Errorf("create throw-away folder: %w", err)
	}
	at := place{data: filepath.Join(dir, "data"), run: dir, user: who, remove: []string{dir}}
	if at.held, err = hold(filepath.Join(dir, "held")); err != nil {
		return place{}, fmt.Errorf("mark throw-away folder: %w", err)
	}
	if err := handOver(dir, who); err != nil {
		return place{}, fmt.Errorf("hand over throw-away folder: %w", err)
	}
	return at, nil
}

// sweep deletes the throw-away folders of programs that were killed. A folder younger than a
// minute may belong to one that has not marked it yet.
func sweep(base string) {
	folders, _ := filepath.Glob(filepath.Join(base, throwAwayPrefix+"*")) // the only error is a bad pattern
	for _, folder := range folders {
		info, err := os.Lstat(folder)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		if held, err := hold(filepath.Join(folder, "held")); err == nil {
			_ = os.RemoveAll(folder)
			_ = held.Close()
		}
	}
}

// hold locks a file for as long as this process lives.
func hold(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func freeBytes(folder string) uint64 {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		return 0
	}
	return stat.Bavail * uint64(stat.Bsize)
}

// explain turns the failures that the person at the console can mend into a sentence.
func explain(err error, output string, at place) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), strings.Contains(output, "No space left on device"):
		return domain.Unavailable("The disk that holds %s is full. Free some space and start again.", at.data)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), strings.Contains(output, "Permission denied"):
		return domain.Unavailable("User %s may not write to %s. Make it writable, or set MAUNTIC_DATA_DIR to another place.",
			at.user.name, filepath.Dir(at.data))
	}
	if output = strings.TrimSpace(output); output != "" && !strings.Contains(err.Error(), output) {
		return fmt.Errorf("%w; Postgres said: %s", err, output)
	}
	return err
}
