package main

import (
	"context"
	"errors"
	"net"
	"syscall"

	"github.com/mauntic/mauntic/cmd/mauntic/metrics"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/workflows"
)

const (
	metricsOff = "off"
	// metricsDefault is MAUNTIC_METRICS_ADDR's default. Several processes on one machine share it,
	// so the second one does without metrics rather than not start.
	metricsDefault = "127.0.0.1:9464"
)

// startMetrics makes the metrics of this process and serves them. Nil without.
func startMetrics(ctx context.Context, cfg *Config, command string, s *stack) (*metrics.Metrics, error) {
	if cfg.MetricsAddr == metricsOff || cfg.MetricsAddr == "" {
		return nil, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.MetricsAddr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && cfg.MetricsAddr == metricsDefault:
		s.log.Warn(metricsDefault + " is in use, so this process has no metrics. Set MAUNTIC_METRICS_ADDR to another port, or to off.")
		return nil, nil
	case err != nil:
		return nil, domain.Unavailable("Metrics can't be served on %s (%v). Set MAUNTIC_METRICS_ADDR to a free port of this machine, or to off.", cfg.MetricsAddr, reason(err))
	}
	measured := metrics.New(version, command)
	s.push("metrics", measured.Serve(listener))
	return measured, nil
}

// watch has the metrics show what the installation is doing.
func (p *process) watch(a *app) error {
	spool := ""
	if p.listener != nil {
		var err error
		if spool, err = p.spoolFolder(); err != nil {
			return err
		}
	}
	p.metrics.Pool(p.db.Pool())
	p.metrics.Watch(metrics.State{
		Pool: p.db.Pool(), Temporal: a.Temporal.WorkflowService(), Namespace: p.cfg.Temporal.Namespace,
		Queues: workflows.Queues(), Spool: spool, Log: p.out.log,
	})
	return nil
}
