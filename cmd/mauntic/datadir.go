package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store/cluster"
)

const (
	defaultDataDir = ".data"
	systemDataDir  = "/var/lib/mauntic"
	// spaceNeeded is what a new database takes, and some air.
	spaceNeeded = 200 << 20
)

// dataDir is the folder that keeps everything that is not in a database of somebody else.
type dataDir struct {
	path string
	held *os.File
}

// dataDirPath returns the folder that the settings mean, as an absolute path. Where Postgres's user
// can't reach the usual one, because the checkout lies in root's home, it is the system's.
func (c *Config) dataDirPath() (string, error) {
	dir := c.DataDir
	if dir == "" {
		dir = defaultDataDir
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find data folder: %w", err)
	}
	if c.DataDir == "" && c.privatePostgres() && !cluster.Reachable(path) {
		return systemDataDir, nil
	}
	return path, nil
}

// errRunning says that another process holds the data folder.
var errRunning = errors.New("mauntic runs already")

// openDataDir creates the folder and locks it for this process. While another one runs on it, the
// error is errRunning, with a sentence.
func (c *Config) openDataDir() (*dataDir, error) {
	path, err := c.dataDirPath()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o711); err != nil {
		return nil, explainFolder(path, err)
	}
	held, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explainFolder(path, err)
	}
	d := &dataDir{path: path, held: held}
	if err := d.lock(); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	if err := d.check(); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	return d, nil
}

func (d *dataDir) lock() error {
	err := syscall.Flock(int(d.held.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		pid, _ := os.ReadFile(d.held.Name()) // only for the message
		sentence := domain.Unavailable("Mauntic already runs on %s (process %s). Stop it first, or set MAUNTIC_DATA_DIR to another folder.",
			d.path, strings.TrimSpace(string(pid)))
		return runningError{sentence}
	}
	if err != nil {
		return fmt.Errorf("lock data folder: %w", err)
	}
	return nil
}

// runningError is errRunning with a sentence.
type runningError struct{ error }

// Is implements errors.Is.
func (runningError) Is(target error) bool { return target == errRunning }

// check makes sure that the folder can be used before anything is half-made in it.
func (d *dataDir) check() error {
	// Others must pass through to their own subfolders, but not look around.
	if err := os.Chmod(d.path, 0o711); err != nil && !errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("protect data folder: %w", err)
	}
	if free, ok := freeSpace(d.path); ok && free < spaceNeeded {
		return domain.Unavailable("The disk that holds %s has only %d MB left, and Mauntic needs %d MB to start. Free some space and start again.",
			d.path, free>>20, spaceNeeded>>20)
	}
	if err := d.held.Truncate(0); err != nil {
		return explainFolder(d.path, err)
	}
	if _, err := d.held.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0); err != nil {
		return explainFolder(d.path, err)
	}
	return nil
}

func (d *dataDir) close() error { return d.held.Close() }

// folder creates a subfolder that only this process's user can enter.
func (d *dataDir) folder(name string) (string, error) {
	path := filepath.Join(d.path, name)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", explainFolder(path, err)
	}
	return path, nil
}

// secret returns a random secret that is made once and kept.
func (d *dataDir) secret(name string) (string, error) {
	folder, err := d.folder("secrets")
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, name)
	known, err := os.ReadFile(path)
	if err == nil && len(known) > 0 {
		return strings.TrimSpace(string(known)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read secret: %w", err)
	}
	secret := rand.Text() + rand.Text()
	// Under another name first: a half-written secret would be kept.
	if err := os.WriteFile(path+".new", []byte(secret+"\n"), 0o600); err != nil {
		return "", explainFolder(folder, err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return "", explainFolder(folder, err)
	}
	return secret, nil
}

// explainFolder turns what people can mend into a sentence.
func explainFolder(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return domain.Unavailable("User %s may not write to %s. Make it writable, or set MAUNTIC_DATA_DIR to another folder.", userName(), path)
	case errors.Is(err, syscall.ENOSPC):
		return domain.Unavailable("The disk that holds %s is full. Free some space and start again.", path)
	case errors.Is(err, fs.ErrNotExist):
		return domain.Unavailable("%s can't be made. Set MAUNTIC_DATA_DIR to a folder that can.", path)
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		return domain.Unavailable("%s can't be a folder because a file is in the way. Set MAUNTIC_DATA_DIR to another folder.", path)
	}
	return fmt.Errorf("use data folder: %w", err)
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return fmt.Sprint(os.Geteuid())
}

func freeSpace(path string) (uint64, bool) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(path, &stat); err != nil {
		return 0, false
	}
	return stat.Bavail * uint64(stat.Bsize), true
}

// spaceNoted is how much room on the disk is little.
const spaceNoted = 1 << 30

// judgeFolder looks whether a data folder is safe and has room.
func judgeFolder(path, more string) (string, error) {
	for _, place := range []struct {
		path    string
		allowed fs.FileMode
	}{{path, 0o755}, {filepath.Join(path, "secrets"), 0o700}, {filepath.Join(path, "secrets", "signing.key"), 0o600}} {
		info, err := os.Stat(place.path)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("look at %s: %w", place.path, err)
		}
		if info.Mode().Perm()&^place.allowed != 0 {
			return "", fmt.Errorf("others may do too much with %s: run chmod %o on it", place.path, place.allowed)
		}
	}
	free, _ := freeSpace(path)
	found := fmt.Sprintf("%s, with %d MB free.%s", path, free>>20, more)
	switch {
	case free < spaceNeeded:
		return "", errors.New(found + " That is too little")
	case free < spaceNoted:
		return "", warning(found + " That is little.")
	}
	return found, nil
}
