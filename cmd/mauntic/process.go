package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/mauntic/mauntic/api/trackapi"
	"github.com/mauntic/mauntic/store"
)

// process is what the parts of this program that hold our own code work with.
type process struct {
	cfg      *Config
	dir      *dataDir // nil where other machines run the same part: nothing is kept there
	db       *store.DB
	temporal string       // address of the frontend
	listener net.Listener // nil without web
	log      *slog.Logger
}

// wire connects to Temporal and puts the services together.
func (p *process) wire(ctx context.Context, s *stack) (*app, error) {
	connected, err := dialTemporal(ctx, p.cfg, p.temporal, s, p.log)
	if err != nil {
		return nil, err
	}
	key, err := p.cfg.signingKey(p.dir)
	if err != nil {
		return nil, err
	}
	a, err := wire(ctx, parts{Config: p.cfg, DB: p.db, Temporal: connected, SigningKey: key, DataDir: p.dir, Log: p.log})
	if err != nil {
		return nil, err
	}
	s.background("event router", a.campaign.RunRouter)
	return a, nil
}

// startWorkers starts what works without being asked: the workers and the loops beside them.
func (p *process) startWorkers(a *app, s *stack) error {
	workers := a.workers()
	if err := workers.Start(); err != nil {
		return err
	}
	s.push("workers", func(context.Context) error {
		workers.Stop()
		return nil
	})
	for _, loop := range a.loops() {
		s.background(loop.name, loop.run)
	}
	return nil
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
	site := newSite(p.cfg, p.log)
	if err := a.mount(site, recorder); err != nil {
		return err
	}
	mountTemporal(site, ui)
	serveSite(site, p.listener, s)
	return nil
}

// startRecorder makes opens and clicks durable. It stops after the web, which waits for it.
func (p *process) startRecorder(a *app, s *stack) (*trackapi.Recorder, error) {
	folder, err := p.spoolFolder()
	if err != nil {
		return nil, err
	}
	recorder, err := trackapi.NewRecorder(a.messaging, folder, p.log)
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
