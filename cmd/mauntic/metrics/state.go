package metrics

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
)

const (
	// stateLife is how long what was read once is shown: scrapes must not become a load.
	stateLife = 10 * time.Second
	// stateTime bounds reading it.
	stateTime = 5 * time.Second
	// countedAtMost is where counting ends: beyond it the exact number changes nothing.
	countedAtMost = 100_000
)

// readState reads everything in one statement. Each part looks at one end of an index, or counts a
// partial index up to a limit.
const readState = `
with limits as (select $1::int as most)
select
    (select count(*) from (select from messaging.messages where state = 'unknown' limit (select most from limits)) m),
    (select count(*) from (select from messaging.messages where state = 'calling' limit (select most from limits)) m),
    coalesce((select extract(epoch from now() - due) from campaign.journeys where state = 'open' and due is not null order by due limit 1), 0)::float8,
    (select count(*) from (select from campaign.journeys where state = 'pending' limit (select most from limits)) j),
    (select count(*) from messaging.stops where lifted_at is null and level = 'paused'),
    exists (select from platform.facts where name = 'sending.paused'),
    (select extract(epoch from updated_at)::float8 from platform.facts where name = 'backup.last')`

var (
	unknownOpen   = state("messages_unknown", "Messages whose provider's answer was lost and that nothing has settled yet. Counted up to 100,000.")
	calling       = state("messages_calling", "Messages that are being handed to a provider. Counted up to 100,000.")
	overdue       = state("journey_oldest_overdue_seconds", "How long ago the most overdue journey should have gone on; 0 when all are in time.")
	pending       = state("journeys_pending", "Journeys whose workflow is yet to be started. Counted up to 100,000.")
	stops         = state("senders_stopped", "Campaigns and sender domains that a rule has stopped.")
	paused        = state("sending_paused", "1 while the whole installation sends nothing.")
	lastBackup    = state("last_backup_timestamp_seconds", "When the last backup was complete. Absent when there is none.")
	databaseUp    = state("database_up", "1 when the database answered the last question.")
	temporalUp    = state("temporal_up", "1 when Temporal answered the last question.")
	backlog       = state("queue_backlog_tasks", "Tasks that wait for a worker, about.", "queue", "kind")
	backlogAge    = state("queue_backlog_age_seconds", "How long the oldest of them waits, about.", "queue", "kind")
	spooledBytes  = state("click_spool_bytes", "Opens and clicks that wait on this machine for the database.")
	queueKinds    = map[string]enumspb.TaskQueueType{"workflow": enumspb.TASK_QUEUE_TYPE_WORKFLOW, "activity": enumspb.TASK_QUEUE_TYPE_ACTIVITY}
	allStateDescs = []*prometheus.Desc{
		unknownOpen, calling, overdue, pending, stops, paused, lastBackup, databaseUp, temporalUp, backlog, backlogAge, spooledBytes,
	}
)

func state(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "", name), help, labels, nil)
}

// State is what the installation as a whole is doing, as any of its processes sees it.
type State struct {
	Pool      *pgxpool.Pool
	Temporal  workflowservice.WorkflowServiceClient // nil: not asked
	Namespace string
	Queues    []string
	Spool     string // folder of hits that wait for the database; "" without web
	Log       *slog.Logger
}

// Watch adds what the installation is doing.
func (m *Metrics) Watch(s State) {
	if m != nil {
		m.registry.MustRegister(&stateCollector{State: s})
	}
}

type stateCollector struct {
	State
	mu    sync.Mutex
	until time.Time
	known []prometheus.Metric
}

// Describe implements prometheus.Collector.
func (*stateCollector) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range allStateDescs {
		to <- desc
	}
}

// Collect implements prometheus.Collector.
func (c *stateCollector) Collect(to chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Now().After(c.until) {
		ctx, cancel := context.WithTimeout(context.Background(), stateTime)
		defer cancel()
		c.known = append(c.database(ctx), c.queues(ctx)...)
		if c.Spool != "" {
			c.known = append(c.known, gauge(spooledBytes, float64(size(c.Spool))))
		}
		c.until = time.Now().Add(stateLife)
	}
	for _, metric := range c.known {
		to <- metric
	}
}

func gauge(desc *prometheus.Desc, value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
}

func (c *stateCollector) database(ctx context.Context) []prometheus.Metric {
	var unknown, underWay, waiting, stopped int64
	var late float64
	var isPaused bool
	var backup *float64
	err := c.Pool.QueryRow(ctx, readState, countedAtMost).Scan(&unknown, &underWay, &late, &waiting, &stopped, &isPaused, &backup)
	if err != nil {
		c.Log.DebugContext(ctx, "read state for metrics", "error", err)
		return []prometheus.Metric{gauge(databaseUp, 0)}
	}
	found := []prometheus.Metric{
		gauge(databaseUp, 1), gauge(unknownOpen, float64(unknown)), gauge(calling, float64(underWay)), gauge(overdue, max(0, late)),
		gauge(pending, float64(waiting)), gauge(stops, float64(stopped)), gauge(paused, number(isPaused)),
	}
	if backup != nil {
		found = append(found, gauge(lastBackup, *backup))
	}
	return found
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func (c *stateCollector) queues(ctx context.Context) []prometheus.Metric {
	if c.Temporal == nil {
		return nil
	}
	up := 1.0
	var found []prometheus.Metric
	for _, queue := range c.Queues {
		for kind, number := range queueKinds {
			described, err := c.Temporal.DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
				Namespace: c.Namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: queue, Kind: enumspb.TASK_QUEUE_KIND_NORMAL},
				TaskQueueType: number, ReportStats: true,
			})
			if err != nil {
				c.Log.DebugContext(ctx, "read backlog for metrics", "queue", queue, "error", err)
				up = 0
				continue
			}
			stats := described.GetStats()
			found = append(found, gauge(backlog, float64(stats.GetApproximateBacklogCount()), queue, kind),
				gauge(backlogAge, stats.GetApproximateBacklogAge().AsDuration().Seconds(), queue, kind))
		}
	}
	return append(found, gauge(temporalUp, up))
}

// size adds up the files in a folder.
func size(folder string) int64 {
	var sum int64
	files, _ := filepath.Glob(filepath.Join(folder, "*")) // the only error is a bad pattern
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			sum += info.Size()
		}
	}
	return sum
}
