package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
)

func TestOnlyOneProcessUsesADataFolder(t *testing.T) {
	t.Parallel()
	cfg := &Config{DataDir: t.TempDir()}
	first, err := cfg.openDataDir()
	if err != nil {
		t.Fatal(err)
	}
	_, err = cfg.openDataDir()
	if !errors.Is(err, errRunning) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
		t.Errorf("error = %v, want a sentence with our process", err)
	}
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	again, err := cfg.openDataDir()
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	_ = again.close()
}

func TestASecretIsMadeOnce(t *testing.T) {
	t.Parallel()
	d := &dataDir{path: t.TempDir()}
	first, err := d.secret("key")
	if err != nil || len(first) < signingKeyLength {
		t.Fatalf("secret = %q, %v", first, err)
	}
	if again, err := d.secret("key"); err != nil || again != first {
		t.Errorf("second look at the secret: changed = %v, %v", again != first, err)
	}
	for name, want := range map[string]os.FileMode{"secrets": 0o700, "secrets/key": 0o600} {
		info, err := os.Stat(filepath.Join(d.path, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
		}
	}
}

func TestAFileInTheWayIsSaidInASentence(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := (&Config{DataDir: file}).openDataDir()
	if domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(err.Error(), "a file is in the way") {
		t.Errorf("error = %v", err)
	}
}
