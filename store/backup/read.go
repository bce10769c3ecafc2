package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/mauntic/mauntic/domain"
)

// Archive is a backup that is open for reading.
type Archive struct {
	Manifest Manifest
	file     *zip.ReadCloser
}

// Open reads what a backup holds. A file that is none, or was cut off, is refused with a sentence.
func Open(file string) (*Archive, error) {
	reader, err := zip.OpenReader(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, domain.Unavailable("There is no file %s.", file)
	case errors.Is(err, fs.ErrPermission):
		return nil, domain.Unavailable("%s can't be read by this user.", file)
	case errors.Is(err, zip.ErrFormat), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errNoBackup
	case err != nil:
		return nil, fmt.Errorf("open backup: %w", err)
	}
	manifest, err := readManifest(&reader.Reader)
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}
	return &Archive{Manifest: manifest, file: reader}, nil
}

// Close closes the file.
func (a *Archive) Close() error { return a.file.Close() }

// Verify reads everything: checksums must agree, and pg_restore must be able to unpack each dump.
func (a *Archive) Verify(ctx context.Context, with Server) error {
	for _, entry := range a.Manifest.Entries {
		var err error
		if entry.Kind == KindDatabase {
			err = a.use(entry, func(dump io.Reader) error { return unpack(ctx, with, dump) })
		} else {
			err = a.use(entry, func(io.Reader) error { return nil })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// use gives an entry to fn and checks that it is whole.
func (a *Archive) use(entry Entry, fn func(io.Reader) error) error {
	file, err := a.file.Open(entry.Name)
	if err != nil {
		return damaged(entry)
	}
	defer file.Close()
	hash := sha256.New()
	source := io.TeeReader(file, hash)
	err = fn(source)
	switch {
	case errors.Is(err, zip.ErrChecksum):
		return damaged(entry)
	case err != nil:
		return fmt.Errorf("%s: %w", entry.Name, err)
	}
	if _, err := io.Copy(io.Discard, source); err != nil { // what fn did not need
		return damaged(entry)
	}
	if hex.EncodeToString(hash.Sum(nil)) != entry.SHA256 {
		return damaged(entry)
	}
	return nil
}

func damaged(entry Entry) error {
	return domain.Unavailable("The backup is damaged: %s is not what was written. Use another backup.", entry.Name)
}

// unpack turns a dump into statements that nobody executes.
func unpack(ctx context.Context, with Server, dump io.Reader) error {
	cmd := with.command(ctx, "pg_restore", "--file=/dev/null")
	cmd.Stdin = dump
	return run(ctx, cmd)
}

// secret returns a secret's content.
func (a *Archive) secret(entry Entry) ([]byte, error) {
	var content []byte
	err := a.use(entry, func(r io.Reader) (err error) {
		const longest = 1 << 20
		content, err = io.ReadAll(io.LimitReader(r, longest))
		return err
	})
	return content, err
}
