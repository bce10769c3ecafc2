package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/cluster"
	"github.com/mauntic/mauntic/temporal"
	"github.com/mauntic/mauntic/workflows"
)

const (
	// clockNoted and clockWrong are how far this machine's clock may be from the database's.
	clockNoted = 5 * time.Second
	clockWrong = time.Minute
	// backupNoted is the age of the last backup that is worth a word.
	backupNoted = 48 * time.Hour
)

// onDatabase looks at everything that the database can tell, which is started for the while if need
// be. When it can't be reached, that is the only finding.
func (d doctor) onDatabase(ctx context.Context) []finding {
	var all []finding
	quiet := slog.New(slog.DiscardHandler)
	err := oneShot(quiet, func(stopped context.Context, s *stack) error {
		on, err := findDatabase(stopped, d.cfg, s, console{log: quiet, steps: quiet})
		if err != nil {
			return err
		}
		pool, err := on.connect(ctx, d.cfg)
		if err != nil {
			return err
		}
		defer pool.Close()
		for _, c := range []struct {
			name string
			look func(ctx context.Context, pool *pgxpool.Pool) (string, error)
		}{
			{"Database", d.schema},
			{"Clock", d.clock},
			{"Signing key", d.signingKey},
			{"Workflows", d.namespace},
			{"Sending", d.sending},
			{"Backup", d.backup},
			{"Backup tools", d.backupTools},
		} {
			found, err := c.look(ctx, pool)
			if found != "" || err != nil {
				all = append(all, finding{c.name, found, err})
			}
		}
		return nil
	})
	if err != nil {
		all = append(all, finding{"Database", "", err})
	}
	return all
}

// clock compares the clocks: times of journeys come from Temporal's and the workers' machines, leases
// from the database's.
func (d doctor) clock(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	var there time.Time
	before := time.Now()
	if err := pool.QueryRow(ctx, "select clock_timestamp()").Scan(&there); err != nil {
		return "", fmt.Errorf("ask for the database's time: %w", err)
	}
	took := time.Since(before)
	return judgeClocks(before.Add(took/2).Sub(there), took)
}

// judgeClocks judges how far ahead our clock is, give or take the time of asking.
func judgeClocks(ahead, took time.Duration) (string, error) {
	apart, word := ahead.Abs(), "ahead of"
	if ahead < 0 {
		word = "behind"
	}
	sentence := fmt.Sprintf("This machine's clock is %s %s the database's. Set both by NTP, or messages go out at wrong times",
		apart.Round(time.Second), word)
	switch {
	case apart-took > clockWrong:
		return "", errors.New(sentence)
	case apart-took > clockNoted:
		return "", warning(sentence + ".")
	}
	return "Agrees with the database's.", nil
}

// signingKey compares the key that is set, or kept, with the one that the database knows.
func (d doctor) signingKey(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	known, err := d.fact(ctx, pool, store.FactSigningKey)
	if err != nil || known == nil {
		return "", err
	}
	key := d.cfg.SigningKey
	if key == "" {
		path, err := d.cfg.dataDirPath()
		if err != nil {
			return "", err
		}
		kept, err := os.ReadFile(filepath.Join(path, "secrets", "signing.key"))
		if err != nil {
			return "", fmt.Errorf("the signing key can't be read (%w). Set MAUNTIC_SIGNING_KEY, or bring secrets/signing.key back from a backup", err)
		}
		key = strings.TrimSpace(string(kept))
	}
	if fingerprint([]byte(key)) != known.Value {
		return "", errOtherKey
	}
	return "Is the one that the database was used with.", nil
}

// fact reads a fact; nil too when the database has never been used.
func (d doctor) fact(ctx context.Context, pool *pgxpool.Pool, name string) (*store.Fact, error) {
	var used bool
	err := pool.QueryRow(ctx, "select to_regclass('platform.facts') is not null").Scan(&used)
	if err != nil || !used {
		return nil, err
	}
	return store.New(pool).Fact(ctx, name)
}

func (d doctor) sending(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	pause, err := d.fact(ctx, pool, store.FactSendingPaused)
	switch {
	case err != nil:
		return "", err
	case pause != nil:
		return "", warning(fmt.Sprintf("Paused since %s. %s Resume with `mauntic admin resume-sending`.",
			pause.UpdatedAt.Format("2 Jan 15:04"), domain.Kept(pause.Value)))
	}
	return "Not paused.", nil
}

func (d doctor) backup(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	last, err := d.fact(ctx, pool, store.FactBackup)
	switch {
	case err != nil:
		return "", err
	case last == nil:
		return "", warning("None was made with `mauntic backup` yet.")
	}
	age := time.Since(last.UpdatedAt)
	found := fmt.Sprintf("The last one is %s old: %s.", age.Round(time.Minute), last.Value)
	if age > backupNoted {
		return "", warning(found)
	}
	return found, nil
}

func (d doctor) backupTools(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	var major int
	if err := pool.QueryRow(ctx, "select current_setting('server_version_num')::int / 10000").Scan(&major); err != nil {
		return "", fmt.Errorf("read version of server: %w", err)
	}
	folder, err := cluster.DumpPrograms(d.cfg.PostgresBin, major)
	if err != nil {
		return "", err
	}
	return "pg_dump and pg_restore are in " + folder + ".", nil
}

// namespace looks whether the workflows are where the journeys left them, and can be searched for.
func (d doctor) namespace(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	if !answers(ctx, d.temporalAddress()) {
		return "", nil // the check of Temporal says so
	}
	secure, err := d.cfg.Temporal.tlsConfig()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	name := d.cfg.Temporal.Namespace
	connected, err := temporal.Dial(ctx, temporal.Connection{
		Address: d.temporalAddress(), Namespace: name, TLS: secure, APIKey: d.cfg.Temporal.APIKey, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return "", fmt.Errorf("Temporal at %s answers, but not to us: %w", d.temporalAddress(), err) //nolint:staticcheck // a name
	}
	defer connected.Close()
	if err := temporalIsThere(connected, name)(ctx); err != nil {
		return "", fmt.Errorf("the namespace %s can't be used: %w", name, err)
	}
	query := fmt.Sprintf("%s = '0' and %s = '0' and %s = '0' and %s = '0'",
		workflows.SearchOrg, workflows.SearchCampaign, workflows.SearchContact, workflows.SearchEntrySource)
	_, err = connected.WorkflowService().CountWorkflowExecutions(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: name, Query: query})
	if err != nil {
		return "", fmt.Errorf("workflows can't be started or found by our search attributes, see docs/deployment.md: %w", err)
	}
	known, err := d.fact(ctx, pool, store.FactNamespace)
	if err != nil {
		return "", err
	}
	described, err := connected.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: name})
	if err != nil {
		return "", fmt.Errorf("describe namespace: %w", err)
	}
	if id := described.GetNamespaceInfo().GetId(); known != nil && known.Value != id {
		return "", warning("The namespace " + name + " is not the one that the open journeys run in: all of them start again at their steps.")
	}
	return "Namespace " + name + " with our search attributes.", nil
}
