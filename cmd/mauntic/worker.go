package main

import "context"

// workerCommand runs only the workers. Several may run.
type workerCommand struct{}

// Run works until it is told to stop. It waits for the database and for Temporal.
func (workerCommand) Run(cfg *Config) error {
	if err := cfg.requireCluster("worker"); err != nil {
		return err
	}
	if err := cfg.check(context.Background()); err != nil {
		return err
	}
	out := newConsole(cfg.LogLevel)
	return supervise(out.steps, func(ctx context.Context, s *stack) error {
		measured, err := startMetrics(ctx, cfg, "worker", s)
		if err != nil {
			return err
		}
		p := process{cfg: cfg, temporal: cfg.Temporal.Address, metrics: measured, out: out}
		app, err := p.join(ctx, s)
		if err != nil {
			return err
		}
		if err := p.startWorkers(ctx, app, s); err != nil {
			return err
		}
		say("The workers are ready.")
		return nil
	})
}
