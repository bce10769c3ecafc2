package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/mauntic/mauntic/api/trackapi"
	"github.com/mauntic/mauntic/cmd/mauntic/metrics"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/temporal"
)

// process is what the parts of this program that hold our own code work with.
type process struct {
	cfg      *Config
	dir      *dataDir // nil where other machines run the same part: nothing is kept there
	db       *store.DB
	temporal string           // address of the frontend
	listener net.Listener     // nil without web
	anteroom *anteroom        // nil where nobody calls before the web is ready
	metrics  *metrics.Metrics // nil: nothing is measured
	out      console
}

// wire connects to Temporal and puts the services together.
func (p *process) wire(ctx context.Context, s *stack) (*app, error) {
	connected, err := dialTemporal(p.cfg, p.temporal, s, p.out.log)
	if err != nil {
		return nil, err
	}
	key, err := p.cfg.signingKey(p.dir)
	if err != nil {
		return nil, err
	}
	if err := settleSigningKey(ctx, p.db, key); err != nil {
		return nil, err
	}
	a, err := wire(ctx, parts{Config: p.cfg, DB: p.db, Temporal: connected, SigningKey: key, DataDir: p.dir, Metrics: p.metrics, Log: p.out.log})
	if err != nil {
		return nil, err
	}
	if err := p.watch(a); err != nil {
		return nil, err
	}
	s.background("event router", a.campaign.RunRouter)
	return a, nil
}

// awaitTemporal waits until workflows can run.
func (p *process) awaitTemporal(ctx context.Context, a *app) error {
	return waitFor(ctx, p.out.steps, "Temporal at "+p.temporal, temporalIsThere(a.Temporal, p.cfg.Temporal.Namespace))
}

// startWorkers starts what works without being asked: the workers and the loops beside them.
func (p *process) startWorkers(ctx context.Context, a *app, s *stack) error {
	feedback, err := a.feedbackLoops()
	if err != nil {
		return err
	}
	workers, err := p.employ(ctx, a)
	if err != nil {
		return err
	}
	s.background("workers", func(ctx context.Context) { p.keepWorking(ctx, a, workers) })
	for _, loop := range append(a.loops(), feedback...) {
		s.background(loop.name, loop.run)
	}
	return nil
}

// keepWorking runs the workers until ctx ends. Workers give up when their namespace is unknown, which
// it is for a while after Temporal has lost its databases: then new ones take their place.
func (p *process) keepWorking(ctx context.Context, a *app, workers *temporal.Workers) {
	for {
		select {
		case <-ctx.Done():
			workers.Stop()
			return
		case err := <-workers.Failed():
			p.out.log.WarnContext(ctx, "the workers gave up and start again", "error", err)
			workers.Stop()
		}
		var err error
		for workers, err = p.employ(ctx, a); err != nil; workers, err = p.employ(ctx, a) {
			if ctx.Err() != nil {
				return
			}
			p.out.log.ErrorContext(ctx, "start workers", "error", err)
			pause(ctx, lookPause)
		}
	}
}

// employ waits for Temporal and starts workers, which may find it gone again.
func (p *process) employ(ctx context.Context, a *app) (*temporal.Workers, error) {
	for {
		if err := p.awaitTemporal(ctx, a); err != nil {
			return nil, err
		}
		workers := a.workers()
		err := workers.Start()
		if err == nil {
			return workers, nil
		}
		p.out.log.WarnContext(ctx, "start workers", "error", err)
		pause(ctx, lookPause)
	}
}

// startWeb serves pages, API and public links on the listener.
func (p *process) startWeb(ctx context.Context, a *app, s *stack) error {
	ui, err := startTemporalUI(ctx, p.cfg, p.temporal, s)
	if err != nil {
		return err
	}
	recorder, err := p.startRecorder(a, s)
	if err != nil {
		return err
	}
	site := newSite(p.cfg, p.out.log, p.metrics)
	if err := a.mount(site, recorder); err != nil {
		return err
	}
	mountTemporal(site, ui)
	if p.anteroom != nil {
		if err := p.anteroom.close(ctx); err != nil {
			return fmt.Errorf("hand over the listener: %w", err)
		}
	}
	serveSite(site, p.listener, s)
	return nil
}

// startRecorder makes opens and clicks durable. It stops after the web, which waits for it.
func (p *process) startRecorder(a *app, s *stack) (*trackapi.Recorder, error) {
	folder, err := p.spoolFolder()
	if err != nil {
		return nil, err
	}
	recorder, err := trackapi.NewRecorder(a.messaging, folder, p.out.log)
	if err != nil {
		return nil, explainFolder(folder, err)
	}
	s.background("recorder of opens and clicks", recorder.Run)
	return recorder, nil
}

// spoolFolder is where hits wait while the database is away. Several web processes on one machine
// must not share it; what tells them apart is the port.
func (p *process) spoolFolder() (string, error) {
	if p.dir != nil {
		return p.dir.folder("spool")
	}
	path, err := p.cfg.dataDirPath()
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(p.listener.Addr().String())
	if err != nil {
		return "", fmt.Errorf("name spool folder: %w", err)
	}
	path = filepath.Join(path, "spool-"+port)
	if err := os.MkdirAll(path, 0o700); err != nil {
		return "", explainFolder(path, err)
	}
	return path, nil
}
