// Package backup keeps all databases of an installation, with the secrets of its data folder, in one
// file, and puts them back. The file is a zip archive: Postgres's own dumps, which compress
// themselves, and a manifest that says what they are.
package backup

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/mauntic/mauntic/domain"
)

// format is raised when an older program could not read the file any more.
const format = 1

const manifestName = "manifest.json"

// Manifest says what a backup holds.
type Manifest struct {
	Format     int       `json:"format"`
	Program    string    `json:"program"`    // the version that made it
	MadeAt     time.Time `json:"madeAt"`     // what was acknowledged later is not in it, by the database's clock
	Postgres   int       `json:"postgres"`   // major version of the server
	Schema     int64     `json:"schema"`     // version of our database
	SigningKey string    `json:"signingKey"` // fingerprint of the key that signs public links
	// Entries are in the order in which they were made: Temporal's databases first, ours last.
	Entries []Entry `json:"entries"`
}

// Entry is one file in the archive.
type Entry struct {
	Name   string `json:"name"` // in the archive
	Kind   Kind   `json:"kind"`
	Of     string `json:"of"` // the database, or the secret's file name
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Kind says what an entry is.
type Kind string

// The kinds of entries.
const (
	KindDatabase Kind = "database" // a dump in pg_dump's custom format
	KindSecret   Kind = "secret"   // a file of the data folder's secrets
)

// Role says what a database is for. It is what an entry is Of: names of databases differ.
type Role string

// The databases of an installation, in the order in which they are dumped.
//
// The order is what makes three dumps one backup. Temporal's is a little older than ours, so after a
// restore its workflows ask questions that our journeys have answered already, and get the stored
// answers, the newest of which tells them how far the journey really is. The other way round they
// would ask about steps that our journeys have not come to. What Temporal does not know at all, the
// reconciler starts again.
const (
	RoleTemporal   Role = "temporal"
	RoleVisibility Role = "temporal_visibility"
	RoleOurs       Role = "mauntic"
)

// Databases returns the roles of the databases that the backup holds.
func (m Manifest) Databases() []Role {
	var roles []Role
	for _, e := range m.Entries {
		if e.Kind == KindDatabase {
			roles = append(roles, Role(e.Of))
		}
	}
	return roles
}

// Bytes is the size of everything in the backup.
func (m Manifest) Bytes() int64 {
	var sum int64
	for _, e := range m.Entries {
		sum += e.Bytes
	}
	return sum
}

func readManifest(archive *zip.Reader) (Manifest, error) {
	var m Manifest
	file, err := archive.Open(manifestName)
	if err != nil {
		return m, errNoBackup
	}
	defer file.Close()
	const longest = 1 << 20
	data, err := io.ReadAll(io.LimitReader(file, longest))
	if err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, errNoBackup
	}
	if m.Format > format {
		return m, domain.Unavailable("A newer Mauntic (%s) made this backup. Restore it with that one.", m.Program)
	}
	return m, nil
}

var errNoBackup = domain.Unavailable("This file is not a backup of Mauntic, or it was cut off.")
