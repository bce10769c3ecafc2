package backup_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store/backup"
	"github.com/mauntic/mauntic/store/cluster"
	"github.com/mauntic/mauntic/store/storetest"
)

// place is a database with a contact, and everything needed to back it up.
type place struct {
	t    *testing.T
	url  string
	name string
	from backup.Source
	file string
}

func setup(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, url: storetest.URL(t), file: filepath.Join(t.TempDir(), "one.backup")}
	p.name = p.one(p.url, "select current_database()")
	major := 0
	if _, err := fmt.Sscan(p.one(p.url, "select (current_setting('server_version_num')::int / 10000)::text"), &major); err != nil {
		t.Fatal(err)
	}
	programs, err := cluster.DumpPrograms("", major)
	if err != nil {
		t.Fatal(err)
	}
	p.one(p.url, `with org as (insert into identity.organizations (name) values ('Acme') returning id)
		insert into crm.contacts (org_id, email) select id, 'anna@example.com' from org returning email`)
	secrets := t.TempDir()
	if err := os.WriteFile(filepath.Join(secrets, "signing.key"), []byte("the old key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.from = backup.Source{
		Server: backup.Server{URL: p.url, Programs: programs}, Secrets: secrets,
		Databases: map[backup.Role]string{backup.RoleOurs: p.name},
		About:     backup.Manifest{Program: "test", MadeAt: time.Now(), Postgres: major},
	}
	return p
}

// target names databases that only this test uses.
func (p *place) target() backup.Target {
	to := backup.Target{
		Server: p.from.Server, Secrets: p.t.TempDir(), Paused: "It was restored.",
		Databases: map[backup.Role]string{backup.RoleOurs: p.name + "_to", backup.RoleTemporal: p.name + "_temporal"},
	}
	p.t.Cleanup(func() {
		for _, name := range to.Databases {
			for _, suffix := range []string{"", "_restoring", "_replaced"} {
				p.exec(p.url, `drop database if exists "`+name+suffix+`" with (force)`)
			}
		}
	})
	return to
}

func (p *place) at(name string) string {
	p.t.Helper()
	url, err := cluster.WithDatabase(p.url, name)
	if err != nil {
		p.t.Fatal(err)
	}
	return url
}

func (p *place) exec(url, sql string) {
	p.t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), sql); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) one(url, sql string) string {
	p.t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var value string
	if err := conn.QueryRow(context.Background(), sql).Scan(&value); err != nil {
		p.t.Fatalf("%s: %v", sql, err)
	}
	return value
}

func (p *place) write() backup.Manifest {
	p.t.Helper()
	made, err := backup.Write(p.t.Context(), p.file, p.from)
	if err != nil {
		p.t.Fatal(err)
	}
	return made
}

func (p *place) restore(to backup.Target) error {
	p.t.Helper()
	archive, err := backup.Open(p.file)
	if err != nil {
		return err
	}
	defer archive.Close()
	if err := archive.Verify(p.t.Context(), p.from.Server); err != nil {
		return err
	}
	return archive.Restore(p.t.Context(), to)
}

func (p *place) databases(like string) string {
	return p.one(p.url, "select coalesce(string_agg(datname, ' ' order by datname), '') from pg_database where datname like '"+like+"'")
}

func TestARestoredInstallationHasEverythingAndIsPaused(t *testing.T) {
	t.Parallel()
	p := setup(t)
	if made := p.write(); len(made.Entries) != 2 || made.Bytes() == 0 {
		t.Errorf("manifest = %+v", made)
	}
	to := p.target()
	for _, name := range to.Databases { // what is replaced
		p.exec(p.url, `create database "`+name+`"`)
	}
	if err := os.WriteFile(filepath.Join(to.Secrets, "signing.key"), []byte("another key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.restore(to); err != nil {
		t.Fatal(err)
	}
	restored := p.at(to.Databases[backup.RoleOurs])
	for sql, want := range map[string]string{
		"select email from crm.contacts":                                         "anna@example.com",
		"select value from platform.facts where name = 'sending.paused'":         "It was restored.",
		"select (nextval('crm.contacts_id_seq') > 1000000)::text":                "true",
		"select count(*)::text from pg_extension where extname = 'pg_trgm'":      "1",
		"select count(*)::text from pg_trigger where tgname = 'uncount'":         "1",
		"select (max(version_id) >= 5)::text from goose_db_version":              "true",
		"select count(*)::text from pg_indexes where indexname = 'journeys_due'": "1",
	} {
		if got := p.one(restored, sql); got != want {
			t.Errorf("%s: %q, want %q.", sql, got, want)
		}
	}
	if got := p.databases(p.name + "\\_t%"); got != to.Databases[backup.RoleOurs] {
		t.Errorf("There are the databases %q: one that the backup does not hold, or one that was needed on the way, is left.", got)
	}
	for file, want := range map[string]string{"signing.key": "the old key\n", "signing.key.before-restore": "another key\n"} {
		if got, err := os.ReadFile(filepath.Join(to.Secrets, file)); string(got) != want {
			t.Errorf("%s holds %q, %v; want %q.", file, got, err, want)
		}
	}
}

func TestABackupOverwritesNothingAndCleansUpAfterKilledOnes(t *testing.T) {
	t.Parallel()
	p := setup(t)
	left := filepath.Join(filepath.Dir(p.file), "killed.backup.mauntic-partial")
	for _, name := range []string{p.file, left} {
		if err := os.WriteFile(name, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := backup.Write(t.Context(), p.file, p.from)
	if domain.KindOf(err) != domain.KindConflict {
		t.Errorf("error = %v, want a refusal.", err)
	}
	if got, _ := os.ReadFile(p.file); string(got) != "mine" {
		t.Error("The file was overwritten.")
	}
	p.file += "2"
	p.write()
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(p.file), "*"))
	if len(files) != 2 {
		t.Errorf("left in the folder: %q", files)
	}
	if info, err := os.Stat(p.file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the backup: %v, %v", info.Mode(), err)
	}
}

func TestABackupThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	p := setup(t)
	p.from.Databases[backup.RoleTemporal] = "there_is_no_such_database"
	_, err := backup.Write(t.Context(), p.file, p.from)
	if err == nil || !strings.Contains(err.Error(), "there_is_no_such_database") {
		t.Errorf("error = %v, want it to name the database.", err)
	}
	if files, _ := filepath.Glob(filepath.Join(filepath.Dir(p.file), "*")); len(files) != 0 {
		t.Errorf("left in the folder: %q", files)
	}
}

func TestADamagedBackupIsRefusedBeforeAnythingIsTouched(t *testing.T) {
	t.Parallel()
	p := setup(t)
	p.write()
	whole, err := os.ReadFile(p.file)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/3] ^= 1
	to := p.target()
	p.exec(p.url, `create database "`+to.Databases[backup.RoleOurs]+`"`)
	p.exec(p.at(to.Databases[backup.RoleOurs]), "create table precious (thing text)")
	for name, content := range map[string][]byte{
		"a flipped bit": flipped, "cut off": whole[:len(whole)-100], "half": whole[:len(whole)/2], "empty": nil, "no archive": []byte("hello"),
	} {
		if err := os.WriteFile(p.file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := p.restore(to); domain.KindOf(err) != domain.KindUnavailable && name != "a flipped bit" || err == nil {
			t.Errorf("%s: %v, want a sentence.", name, err)
		}
		if p.one(p.at(to.Databases[backup.RoleOurs]), "select count(*)::text from pg_tables where tablename = 'precious'") != "1" {
			t.Errorf("%s: the old database was touched.", name)
		}
	}
}

func TestNothingIsRestoredUnderARunningInstallation(t *testing.T) {
	t.Parallel()
	p := setup(t)
	p.write()
	to := p.target()
	p.exec(p.url, `create database "`+to.Databases[backup.RoleOurs]+`"`)
	conn, err := pgx.Connect(t.Context(), p.at(to.Databases[backup.RoleOurs]))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := p.restore(to); domain.KindOf(err) != domain.KindConflict || !strings.Contains(err.Error(), "Stop all processes") {
		t.Errorf("error = %v, want a refusal.", err)
	}
}
