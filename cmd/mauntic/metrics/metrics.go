// Package metrics tells Prometheus how the program is doing. docs/metrics.md lists what there is, with
// the alerts that belong to it.
package metrics

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// namespace is the first word of every metric of ours.
const namespace = "mauntic"

// Metrics are those of one process. The zero value is of no use; a nil *Metrics measures nothing.
type Metrics struct {
	registry *prometheus.Registry

	requests    *prometheus.HistogramVec
	calls       *prometheus.HistogramVec
	transitions *prometheus.CounterVec
	reports     *prometheus.HistogramVec
}

// seconds are the bounds for everything that should be fast and may wait for somebody outside.
var seconds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20}

// lags are the bounds for reports, which come after seconds or after days.
var lags = []float64{1, 5, 15, 60, 300, 900, 3600, 6 * 3600, 24 * 3600, 3 * 24 * 3600}

// New makes the metrics of a process. command is what it runs: up, serve, worker.
func New(version, command string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "http_request_duration_seconds", Buckets: seconds,
			Help: "Time to answer requests, by the pattern of their route.",
		}, []string{"method", "route", "status"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "provider_call_duration_seconds", Buckets: seconds,
			Help: "Calls that hand a message to a provider. Outcomes: accepted, refused (for now), rejected (for good), lost (nobody knows).",
		}, []string{"provider", "outcome"}),
		transitions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "message_transitions_total",
			Help: "Messages that came into a state of the ledger.",
		}, []string{"state"}),
		reports: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "feedback_lag_seconds", Buckets: lags,
			Help: "From what a provider reports until we know it.",
		}, []string{"provider", "kind"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: namespace, Name: "build_info", Help: "The version that runs, and as what. Always 1.",
	}, []string{"version", "command"})
	build.WithLabelValues(version, command).Set(1)
	m.registry.MustRegister(m.requests, m.calls, m.transitions, m.reports, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Request observes a request that was answered. The route is its pattern, never its path.
func (m *Metrics) Request(method, route string, status int, took time.Duration) {
	if m != nil {
		m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
	}
}

// Pool adds the use of a pool of database connections.
func (m *Metrics) Pool(pool *pgxpool.Pool) {
	if m == nil {
		return
	}
	gauge := func(name, help string, value func(*pgxpool.Stat) float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Namespace: namespace, Subsystem: "database_pool", Name: name, Help: help},
			func() float64 { return value(pool.Stat()) }))
	}
	gauge("connections", "Open connections.", func(s *pgxpool.Stat) float64 { return float64(s.TotalConns()) })
	gauge("acquired_connections", "Connections in use.", func(s *pgxpool.Stat) float64 { return float64(s.AcquiredConns()) })
	gauge("max_connections", "Connections at most.", func(s *pgxpool.Stat) float64 { return float64(s.MaxConns()) })
	counter := func(name, help string, value func(*pgxpool.Stat) float64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(
			prometheus.CounterOpts{Namespace: namespace, Subsystem: "database_pool", Name: name, Help: help},
			func() float64 { return value(pool.Stat()) }))
	}
	counter("waits_total", "How often somebody had to wait for a connection.", func(s *pgxpool.Stat) float64 { return float64(s.EmptyAcquireCount()) })
	counter("wait_seconds_total", "How long they waited.", func(s *pgxpool.Stat) float64 { return s.EmptyAcquireWaitTime().Seconds() })
}

// Serve answers Prometheus on a listener until the returned function is called.
func (m *Metrics) Serve(listener net.Listener) (stop func(context.Context) error) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 3, Timeout: 10 * time.Second}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 15 * time.Second}
	go func() {
		// It ends by being stopped; if it breaks, its silence is what an alert is for.
		_ = server.Serve(listener)
	}()
	return func(ctx context.Context) error {
		if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return server.Close()
	}
}
