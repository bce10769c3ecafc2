package cluster

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"github.com/mauntic/mauntic/domain"
)

// oldest is the oldest major version that our SQL runs on.
const oldest = 15

// binaries are the programs of one Postgres installation.
type binaries struct{ postgres, initdb string }

// installed are the places where packages put Postgres; the star is the major version.
var installed = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"}

// findBinaries returns the programs in folder or, when that is empty, the installed ones of the
// wanted major version; "" wants the newest.
func findBinaries(folder, version string) (binaries, error) {
	if folder != "" {
		if found, ok := binariesIn(folder); ok {
			return found, nil
		}
		return binaries{}, domain.Unavailable("There is no postgres and initdb in %s.", folder)
	}
	if found, ok := newest(version); ok {
		return found, nil
	}
	if version != "" {
		return binaries{}, domain.Unavailable("The database was written by PostgreSQL %[1]s, which is not installed. "+
			"Install it with: apt-get install -y --no-install-recommends postgresql-%[1]s", version)
	}
	return binaries{}, domain.Unavailable("PostgreSQL %d or newer is not installed. "+
		"Install it with: apt-get install -y --no-install-recommends postgresql", oldest)
}

// newest returns the programs of the highest installed version, or of the wanted one.
func newest(wanted string) (binaries, bool) {
	var best binaries
	highest := oldest - 1
	for _, pattern := range installed {
		folders, _ := filepath.Glob(pattern) // the only error is a bad pattern
		for _, folder := range folders {
			version := majorIn(folder)
			if wanted != "" && strconv.Itoa(version) != wanted || version <= highest {
				continue
			}
			if found, ok := binariesIn(folder); ok {
				best, highest = found, version
			}
		}
	}
	return best, best.postgres != ""
}

// majorIn reads the version from a folder such as /usr/lib/postgresql/15/bin.
func majorIn(folder string) int {
	name := filepath.Base(filepath.Dir(folder))
	digits := name[strings.LastIndexFunc(name, func(r rune) bool { return !unicode.IsDigit(r) })+1:]
	version, _ := strconv.Atoi(digits) // a folder without a number counts as too old
	return version
}

func binariesIn(folder string) (binaries, bool) {
	b := binaries{postgres: filepath.Join(folder, "postgres"), initdb: filepath.Join(folder, "initdb")}
	for _, program := range []string{b.postgres, b.initdb} {
		if _, err := exec.LookPath(program); err != nil {
			return binaries{}, false
		}
	}
	return b, true
}

// Installed returns the folder of the programs that Start would use for a durable cluster in dir,
// or the error that it would return. folder is Options.Binaries.
func Installed(folder, dir string) (string, error) {
	found, err := findBinaries(folder, writtenBy(filepath.Join(dir, "postgres")))
	return filepath.Dir(found.postgres), err
}

// DumpPrograms returns the folder of pg_dump and pg_restore for a server of a major version: folder,
// if it is not empty, else the installed ones of that version, else of the next higher one.
func DumpPrograms(folder string, major int) (string, error) {
	if folder != "" {
		if dumps(folder) {
			return folder, nil
		}
		return "", domain.Unavailable("There is no pg_dump and pg_restore in %s.", folder)
	}
	best, lowest := "", 0
	for _, pattern := range installed {
		folders, _ := filepath.Glob(pattern) // the only error is a bad pattern
		for _, folder := range folders {
			version := majorIn(folder)
			if version >= major && (best == "" || version < lowest) && dumps(folder) {
				best, lowest = folder, version
			}
		}
	}
	if best == "" {
		return "", domain.Unavailable("pg_dump and pg_restore for PostgreSQL %[1]d are not installed. "+
			"Install them with: apt-get install -y --no-install-recommends postgresql-client-%[1]d", major)
	}
	return best, nil
}

func dumps(folder string) bool {
	for _, program := range []string{"pg_dump", "pg_restore"} {
		if _, err := exec.LookPath(filepath.Join(folder, program)); err != nil {
			return false
		}
	}
	return true
}
