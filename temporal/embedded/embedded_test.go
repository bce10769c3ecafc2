package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdktemporal "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store/cluster"
	"github.com/mauntic/mauntic/temporal/embedded"
)

func TestWorkflowsOutliveTheServer(t *testing.T) {
	postgres := startPostgres(t)
	options := optionsOn(t, postgres)

	first := start(t, options)
	c := dial(t, first)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: "greeting", TaskQueue: "greetings",
		TypedSearchAttributes: sdktemporal.NewSearchAttributes(
			sdktemporal.NewSearchAttributeKeyKeyword("MaunticOrg").ValueSet("7")),
	}, greet, "Anna")
	if err != nil {
		t.Fatal(err)
	}
	stop(t, first)

	second := start(t, options)
	if second.NamespaceID() != first.NamespaceID() || second.NamespaceID() == "" {
		t.Errorf("namespace %q after the restart, %q before", second.NamespaceID(), first.NamespaceID())
	}
	c = dial(t, second)
	w := worker.New(c, "greetings", worker.Options{})
	w.RegisterWorkflow(greet)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	var said string
	if err := c.GetWorkflow(t.Context(), run.GetID(), run.GetRunID()).Get(t.Context(), &said); err != nil || said != "Hello, Anna." {
		t.Errorf("the workflow said %q, %v", said, err)
	}
	if n := count(t, c, "MaunticOrg = '7'"); n != 1 {
		t.Errorf("%d workflows found by organization, want 1", n)
	}
}

func TestAnUpgradeFindsTheIndexesItExpects(t *testing.T) {
	postgres := startPostgres(t)
	options := optionsOn(t, postgres)
	stop(t, start(t, options))
	if n := indexes(t, options.Visibility); n > 15 {
		t.Errorf("the visibility store has %d indexes, the unused ones are still there", n)
	}
	// As if an older server had run here.
	query(t, options.Visibility, "update schema_version set curr_version = '1.13'")
	stop(t, start(t, options))
	if got := query(t, options.Visibility, "select curr_version from schema_version"); got != "1.14" {
		t.Errorf("schema version %s after the upgrade, want 1.14", got)
	}
	if n := indexes(t, options.Visibility); n > 15 {
		t.Errorf("%d indexes after the upgrade", n)
	}
}

func TestATakenPortIsSaidInASentence(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	_, err = embedded.Start(t.Context(), embedded.Options{FrontendPort: port, Logger: slog.New(slog.DiscardHandler)})
	if domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(err.Error(), fmt.Sprintf("Port %d", port)) {
		t.Errorf("error = %v, want a sentence about the port", err)
	}
}

func TestTheUIKnowsItsPath(t *testing.T) {
	ui, err := embedded.StartUI(t.Context(), embedded.UIOptions{Frontend: "127.0.0.1:1", Namespace: "mauntic"})
	if err != nil {
		t.Fatal(err)
	}
	defer ui.Stop()
	response, err := http.Get("http://" + ui.Address() + embedded.UIPath + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || !strings.Contains(string(body), embedded.UIPath+"/_app/") {
		t.Errorf("the UI answered %d: %.200s", response.StatusCode, body)
	}
}

func greet(_ workflow.Context, name string) (string, error) { return "Hello, " + name + ".", nil }

func startPostgres(t *testing.T) *cluster.Cluster {
	t.Helper()
	postgres, err := cluster.Start(t.Context(), cluster.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = postgres.Stop(context.Background()) })
	return postgres
}

func optionsOn(t *testing.T, postgres *cluster.Cluster) embedded.Options {
	t.Helper()
	for _, name := range []string{"temporal", "temporal_visibility"} {
		if err := postgres.EnsureDatabase(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	return embedded.Options{
		Database:   postgres.URL("temporal"),
		Visibility: postgres.URL("temporal_visibility"),
		Namespace:  "mauntic",
		Logger:     slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
}

func indexes(t *testing.T, dsn string) int {
	t.Helper()
	n, err := strconv.Atoi(query(t, dsn, "select count(*)::text from pg_indexes where tablename = 'executions_visibility'"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// query runs a statement and returns the text in its first row, if it has one.
func query(t *testing.T, dsn, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var text string
	if err := conn.QueryRow(t.Context(), sql).Scan(&text); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatal(err)
	}
	return text
}

func start(t *testing.T, o embedded.Options) *embedded.Server {
	t.Helper()
	began := time.Now()
	s, err := embedded.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	t.Logf("ready after %v", time.Since(began).Round(time.Millisecond))
	return s
}

func stop(t *testing.T, s *embedded.Server) {
	t.Helper()
	began := time.Now()
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("stopped after %v", time.Since(began).Round(time.Millisecond))
}

func dial(t *testing.T, s *embedded.Server) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{HostPort: s.FrontendAddress(), Namespace: "mauntic"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// count counts workflows. The visibility store lags behind, so it waits for the first one.
func count(t *testing.T, c client.Client, query string) int64 {
	t.Helper()
	for {
		found, err := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
		if err != nil {
			t.Fatal(err)
		}
		if found.GetCount() > 0 {
			return found.GetCount()
		}
	}
}
