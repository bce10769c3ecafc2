package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// partialSuffix is that of a file which is still written.
const partialSuffix = ".mauntic-partial"

// Source is what a backup is made of.
type Source struct {
	Server    Server
	Databases map[Role]string // their names; those of Temporal are absent when another cluster keeps them
	Secrets   string          // a folder; "" for none
	About     Manifest        // what the caller knows: versions, time, fingerprint
}

// Write makes a backup in file, which must not exist. The file appears when it is complete, on the
// disk, and has been read back; whatever happens before leaves nothing of that name. It streams:
// neither memory nor the disk holds a database a second time.
func Write(ctx context.Context, file string, from Source) (Manifest, error) {
	if _, err := os.Lstat(file); err == nil {
		return Manifest{}, errExists(file)
	}
	removeAbandoned(filepath.Dir(file))
	partial, err := createPartial(file)
	if err != nil {
		return Manifest{}, err
	}
	defer func() {
		_ = os.Remove(partial.Name())
		_ = partial.Close()
	}()
	manifest, err := write(ctx, partial, from)
	if err != nil {
		return manifest, explainDisk(file, err)
	}
	if err := partial.Sync(); err != nil {
		return manifest, explainDisk(file, err)
	}
	written, err := Open(partial.Name())
	if err != nil {
		return manifest, err
	}
	defer written.Close()
	if err := written.Verify(ctx, from.Server); err != nil {
		return manifest, fmt.Errorf("read the backup back: %w", err)
	}
	return manifest, publish(partial.Name(), file)
}

func errExists(file string) error {
	return domain.Conflict("%s exists, and a backup overwrites nothing. Choose another name.", file)
}

// createPartial makes the file to write to, which is locked for as long as we live.
func createPartial(file string) (*os.File, error) {
	partial, err := os.OpenFile(file+partialSuffix, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explainDisk(file, err)
	}
	if err := syscall.Flock(int(partial.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = partial.Close()
		return nil, domain.Conflict("Another backup is being written to %s.", file)
	}
	err = partial.Truncate(0)
	return partial, err
}

// removeAbandoned deletes what backups that were killed have left in a folder.
func removeAbandoned(folder string) {
	left, _ := filepath.Glob(filepath.Join(folder, "*"+partialSuffix)) // the only error is a bad pattern
	for _, name := range left {
		file, err := os.Open(name)
		if err != nil {
			continue
		}
		if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.Remove(name)
		}
		_ = file.Close()
	}
}

// publish gives the file its name, unless somebody else has taken it meanwhile.
func publish(partial, file string) error {
	err := os.Link(partial, file)
	switch {
	case errors.Is(err, fs.ErrExist):
		return errExists(file)
	case err != nil: // a file system without links
		err = os.Rename(partial, file)
	}
	if err != nil {
		return explainDisk(file, err)
	}
	folder, err := os.Open(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("open folder of the backup: %w", err)
	}
	defer folder.Close()
	return folder.Sync()
}

func write(ctx context.Context, to io.Writer, from Source) (Manifest, error) {
	w := writer{archive: zip.NewWriter(to), manifest: from.About}
	w.manifest.Format = format
	for _, role := range []Role{RoleTemporal, RoleVisibility, RoleOurs} {
		name, ok := from.Databases[role]
		if !ok {
			continue
		}
		entry := Entry{Name: string(role) + ".dump", Kind: KindDatabase, Of: string(role)}
		if err := w.add(entry, func(to io.Writer) error { return dump(ctx, from.Server, name, to) }); err != nil {
			return w.manifest, err
		}
	}
	if err := w.addSecrets(from.Secrets); err != nil {
		return w.manifest, err
	}
	return w.manifest, w.close()
}

type writer struct {
	archive  *zip.Writer
	manifest Manifest
}

// add writes one entry and notes its size and checksum.
func (w *writer) add(entry Entry, fill func(io.Writer) error) error {
	to, err := w.archive.CreateHeader(&zip.FileHeader{Name: entry.Name, Method: zip.Store, Modified: time.Now().UTC()})
	if err != nil {
		return err
	}
	hash, size := sha256.New(), new(counter)
	if err := fill(io.MultiWriter(to, hash, size)); err != nil {
		return err
	}
	entry.Bytes, entry.SHA256 = int64(*size), hex.EncodeToString(hash.Sum(nil))
	w.manifest.Entries = append(w.manifest.Entries, entry)
	return nil
}

func (w *writer) addSecrets(folder string) error {
	if folder == "" {
		return nil
	}
	files, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("list secrets: %w", err)
	}
	for _, file := range files {
		if !file.Type().IsRegular() {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			return fmt.Errorf("read secret: %w", err)
		}
		entry := Entry{Name: "secrets/" + file.Name(), Kind: KindSecret, Of: file.Name()}
		err = w.add(entry, func(to io.Writer) error {
			_, err := to.Write(content)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// close writes the manifest, last, because only now the checksums are known.
func (w *writer) close() error {
	data, err := json.MarshalIndent(w.manifest, "", "  ")
	if err != nil {
		return err
	}
	to, err := w.archive.Create(manifestName)
	if err != nil {
		return err
	}
	if _, err := to.Write(append(data, '\n')); err != nil {
		return err
	}
	return w.archive.Close()
}

// dump streams a database as one snapshot sees it. Others may write meanwhile.
func dump(ctx context.Context, server Server, database string, to io.Writer) error {
	cmd, err := server.connected(ctx, "pg_dump", database, "--format=custom", "--no-owner", "--no-privileges", "--no-comments")
	if err != nil {
		return err
	}
	cmd.Stdout = to
	return run(ctx, cmd)
}

// counter counts what is written to it.
type counter int64

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// explainDisk turns what people can mend into a sentence.
func explainDisk(file string, err error) error {
	folder := filepath.Dir(file)
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return domain.Unavailable("The disk that holds %s is full. Nothing was kept there.", folder)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return domain.Unavailable("%s can't be written. Make the folder writable, or choose another one.", file)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return domain.Unavailable("There is no folder %s.", folder)
	}
	return err
}
