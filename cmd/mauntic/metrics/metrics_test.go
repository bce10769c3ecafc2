package metrics_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/cmd/mauntic/metrics"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest"
)

// serve returns what Prometheus would read.
func serve(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := m.Serve(listener)
	defer stop(context.Background())
	response, err := http.Get("http://" + listener.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v\n%s", response.Status, err, body)
	}
	return string(body)
}

func expect(t *testing.T, got string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains("\n"+got, "\n"+line+"\n") {
			t.Errorf("There is no line %q. Of this metric there is:\n%s", line, named(got, line))
		}
	}
}

func named(got, line string) string {
	name, _, _ := strings.Cut(line, "{")
	name, _, _ = strings.Cut(name, " ")
	var found []string
	for one := range strings.Lines(got) {
		if strings.HasPrefix(one, name) {
			found = append(found, one)
		}
	}
	return strings.Join(found, "")
}

func exec(t *testing.T, db *store.DB, sql string, args ...any) {
	t.Helper()
	if _, err := db.Pool().Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestTheStateOfTheInstallationIsRead(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	exec(t, db, `insert into messaging.messages (org_id, sid, key, channel, class, state)
		select $1, 's' || n, 'k' || n, 'email', 'marketing', case when n <= 3 then 'unknown' else 'calling' end from generate_series(1, 5) n`, org)
	exec(t, db, `insert into platform.facts (name, value) values ('sending.paused', 'Because.')`)
	exec(t, db, `insert into platform.facts (name, value, updated_at) values ('backup.last', 'x', to_timestamp(1700000000))`)
	exec(t, db, `with c as (insert into campaign.campaigns (org_id, name, draft) values ($1, 'C', '{}') returning org_id, id),
		v as (insert into campaign.versions (org_id, campaign_id, version, flow) select org_id, id, 1, '{}' from c returning org_id, campaign_id),
		p as (insert into crm.contacts (org_id) select $1 from generate_series(1, 4) returning id)
		insert into campaign.journeys (org_id, campaign_id, version, contact_id, workflow_id, engine, state, source, due)
		select v.org_id, v.campaign_id, 1, p.id, 'w' || p.id, 1, case when p.id % 2 = 0 then 'pending' else 'open' end, 'manual', now() - interval '1 hour'
		from v, p`, org)
	spool := t.TempDir()
	if err := os.WriteFile(filepath.Join(spool, "hits-1.jsonl"), []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	m := metrics.New("v1", "up")
	m.Pool(db.Pool())
	m.Watch(metrics.State{Pool: db.Pool(), Spool: spool, Log: slog.New(slog.DiscardHandler)})
	got := serve(t, m)
	expect(t, got, "mauntic_messages_unknown 3", "mauntic_messages_calling 2", "mauntic_journeys_pending 2", "mauntic_sending_paused 1",
		"mauntic_last_backup_timestamp_seconds 1.7e+09", "mauntic_database_up 1", "mauntic_click_spool_bytes 5",
		`mauntic_build_info{command="up",version="v1"} 1`)
	if !strings.Contains(got, "mauntic_journey_oldest_overdue_seconds 36") {
		t.Errorf("overdue: %s", named(got, "mauntic_journey_oldest_overdue_seconds"))
	}
	if !strings.Contains(got, "\ngo_goroutines ") || !strings.Contains(got, "\nmauntic_database_pool_max_connections ") {
		t.Error("Metrics of Go or of the pool are missing.")
	}
}

func TestScrapesAreNoLoad(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	m := metrics.New("v1", "up")
	m.Watch(metrics.State{Pool: db.Pool(), Log: slog.New(slog.DiscardHandler)})
	expect(t, serve(t, m), "mauntic_messages_unknown 0", "mauntic_journey_oldest_overdue_seconds 0")
	exec(t, db, `insert into messaging.messages (org_id, sid, key, channel, class, state) values ($1, 's', 'k', 'email', 'marketing', 'unknown')`, org)
	expect(t, serve(t, m), "mauntic_messages_unknown 0") // what was read a moment ago
}

func TestADatabaseThatIsAwayIsShown(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	m := metrics.New("v1", "up")
	m.Watch(metrics.State{Pool: db.Pool(), Log: slog.New(slog.DiscardHandler)})
	db.Pool().Close()
	got := serve(t, m)
	expect(t, got, "mauntic_database_up 0")
	if strings.Contains(got, "\nmauntic_messages_unknown") {
		t.Error("What is not known is shown as a number.")
	}
}

func TestEveryMoveOfAMessageIsCountedOnce(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	m := metrics.New("v1", "worker")
	ledger := m.Ledger(messagingstore.New(db), db)
	insert := func(key, sid string) messaging.Message {
		decision := messaging.Decision{Key: key, Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing}
		message, err := ledger.InsertMessage(t.Context(), org, messaging.NewMessage{Decision: decision, Sid: sid})
		if err != nil {
			t.Fatal(err)
		}
		return message
	}
	first := insert("k1", "s1")
	insert("k1", "s2") // is there
	insert("k2", "s3")
	for range 2 { // the second time, it has moved already
		if _, err := ledger.Settle(t.Context(), org, messaging.Settlement{Message: first.ID, From: messaging.StateReady, State: messaging.StateSkipped, Reason: "No."}); err != nil {
			t.Fatal(err)
		}
	}
	broken := errors.New("broken")
	err := db.InTx(t.Context(), org, func(ctx context.Context) error {
		decision := messaging.Decision{Key: "k3", Channel: messaging.ChannelEmail, Class: messaging.ClassMarketing}
		if _, err := ledger.InsertMessage(ctx, org, messaging.NewMessage{Decision: decision, Sid: "s4"}); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	expect(t, serve(t, m), `mauntic_message_transitions_total{state="ready"} 2`, `mauntic_message_transitions_total{state="skipped"} 1`)
}

type provider struct{ err error }

func (provider) Name() string { return "test" }

func (p provider) Send(context.Context, messaging.Outgoing) (string, error) { return "", p.err }

type limitedProvider struct{ provider }

func (limitedProvider) Quota(context.Context) (messaging.Quota, error) {
	return messaging.Quota{PerSecond: 7}, nil
}

func TestCallsToProvidersAreMeasuredByOutcome(t *testing.T) {
	t.Parallel()
	m := metrics.New("v1", "worker")
	for _, err := range []error{nil, nil, &messaging.Refused{}, &messaging.Refused{Permanent: true}, errors.New("reset")} {
		_, _ = m.Provider(provider{err}).Send(t.Context(), messaging.Outgoing{})
	}
	got := serve(t, m)
	for outcome, n := range map[string]string{"accepted": "2", "refused": "1", "rejected": "1", "lost": "1"} {
		expect(t, got, `mauntic_provider_call_duration_seconds_count{outcome="`+outcome+`",provider="test"} `+n)
	}
	if limited, ok := messaging.Ability[messaging.Limited](m.Provider(limitedProvider{})); !ok {
		t.Error("A provider that knows its quota does not tell it any more.")
	} else if quota, _ := limited.Quota(t.Context()); quota.PerSecond != 7 {
		t.Errorf("quota = %+v", quota)
	}
	if _, ok := messaging.Ability[messaging.Limited](m.Provider(provider{})); ok {
		t.Error("A provider without a quota claims to know one.")
	}
}

func TestWithoutMetricsNothingIsMeasured(t *testing.T) {
	t.Parallel()
	var m *metrics.Metrics
	m.Request("GET", "/", 200, time.Second)
	m.Watch(metrics.State{})
	m.Pool(nil)
	if p := m.Provider(provider{}); p != (provider{}) {
		t.Errorf("provider = %T", p)
	}
	var tx domain.Tx
	if m.Ledger(nil, tx) != nil {
		t.Error("The ledger is wrapped.")
	}
}
