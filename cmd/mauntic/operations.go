package main

import (
	"runtime"
	"time"

	"github.com/mauntic/mauntic/api/trackapi"
	"github.com/mauntic/mauntic/domain/operations"
	"github.com/mauntic/mauntic/store/operationsstore"
	"github.com/mauntic/mauntic/temporal"
)

// observed is what operators look at.
type observed struct {
	operations *operations.Service
	recorder   *trackapi.Recorder // of opens and clicks; nil without web
}

// started is when this process began.
var started = time.Now()

func (a *app) wireOperations() *operations.Service {
	deps := operations.Deps{Store: operationsstore.New(a.DB), Messaging: a.messaging, Campaigns: a.campaign, Process: a.process}
	if a.Temporal != nil {
		deps.Temporal = temporal.NewObserver(a.Temporal, a.Config.Temporal.Namespace)
	}
	return operations.New(deps)
}

// process is what this process knows of itself.
func (a *app) process() operations.Process {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	pool := a.DB.Pool().Stat()
	p := operations.Process{
		Version: version, Started: started, Router: a.campaign.RouterBacklog(),
		Memory: int64(memory.Sys - memory.HeapReleased), Goroutines: runtime.NumGoroutine(), // #nosec G115 -- no machine has so much
		Pool: operations.Pool{
			Used: int(pool.AcquiredConns()), Idle: int(pool.IdleConns()), Max: int(pool.MaxConns()), Waited: pool.EmptyAcquireCount(),
		},
	}
	if a.recorder != nil {
		p.Spool = a.recorder.Spool()
	}
	if a.DataDir != nil {
		if free, ok := freeSpace(a.DataDir.path); ok {
			p.DiskFree = int64(free) // #nosec G115 -- no disk is so large
		}
	}
	return p
}
