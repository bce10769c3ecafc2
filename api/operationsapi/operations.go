// Package operationsapi tells programs that watch the installation how it is doing.
package operationsapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/mauntic/mauntic/api"
	"github.com/mauntic/mauntic/domain/operations"
)

type handler struct{ operations *operations.Service }

// Register adds the operation.
func Register(a huma.API, s *operations.Service) {
	h := &handler{operations: s}
	huma.Register(a, huma.Operation{
		Method: http.MethodGet, Path: "/api/operations", OperationID: "get-operations", Tags: []string{"Operations"},
		Summary: "Say how the installation is doing",
		Description: "The numbers of the operations page, across all organizations, each part with a judgement and advice. " +
			"Only for those who operate the installation. Counts end at 100,000.",
	}, h.report)
}

// Body is how the installation is doing.
type Body struct {
	At       time.Time            `json:"at"`
	Level    operations.Level     `json:"level" enum:"fine,watch,act" doc:"The most urgent level of all findings."`
	Findings []operations.Finding `json:"findings"`
	Journeys journeysBody         `json:"journeys"`
	Messages messagesBody         `json:"messages"`
	Queues   []queueBody          `json:"queues" doc:"Empty while Temporal does not answer."`
	Database databaseBody         `json:"database"`
	Process  processBody          `json:"process" doc:"The process that answers; others may run beside it."`
}

type journeysBody struct {
	Open         int        `json:"open" doc:"People inside campaigns."`
	Pending      int        `json:"pending" doc:"Waiting for their workflow to be started."`
	PendingSince *time.Time `json:"pendingSince,omitempty"`
	Overdue      int        `json:"overdue" doc:"Should have gone on at least a minute ago."`
	OverdueSince *time.Time `json:"overdueSince,omitempty"`
	Parked       int        `json:"parked" doc:"Standing still because their campaign is paused."`
	EventsLate   int        `json:"eventsLate" doc:"Events that have not reached the journey that waits for them."`
	Reconciled   *time.Time `json:"reconciled,omitempty" doc:"The reconciler's last complete round."`
}

type messagesBody struct {
	Ready          int        `json:"ready" doc:"Decided and not sent yet."`
	Refused        int        `json:"refused" doc:"Of these: refused for now by the provider."`
	RefusedSince   *time.Time `json:"refusedSince,omitempty"`
	RefusedReason  string     `json:"refusedReason,omitempty" doc:"The provider's last words."`
	Calling        int        `json:"calling"`
	Unknown        int        `json:"unknown" doc:"The provider's answer was lost."`
	SentLastMinute int        `json:"sentLastMinute"`
	StoppedSenders int        `json:"stoppedSenders" doc:"Paused by the program, or warned about."`
	Paused         string     `json:"paused,omitempty" doc:"Why nothing is sent at all."`
}

type queueBody struct {
	Name           string       `json:"name"`
	Kind           string       `json:"kind" enum:"workflows,activities"`
	Backlog        int64        `json:"backlog"`
	AgeSeconds     float64      `json:"ageSeconds" doc:"Of the oldest task."`
	AddedPerSecond float64      `json:"addedPerSecond"`
	DonePerSecond  float64      `json:"donePerSecond"`
	Workers        []workerBody `json:"workers"`
}

type workerBody struct {
	Identity string    `json:"identity"`
	Seen     time.Time `json:"seen"`
}

type databaseBody struct {
	Version        string `json:"version"`
	Schema         int64  `json:"schema"`
	Bytes          int64  `json:"bytes"`
	Connections    int    `json:"connections"`
	MaxConnections int    `json:"maxConnections"`
	PoolUsed       int    `json:"poolUsed"`
	PoolMax        int    `json:"poolMax"`
	PoolWaited     int64  `json:"poolWaited" doc:"How often somebody had to wait for a connection."`
}

type processBody struct {
	Version     string     `json:"version"`
	Temporal    string     `json:"temporal,omitempty" doc:"Version of the Temporal server."`
	Started     time.Time  `json:"started"`
	MemoryBytes int64      `json:"memoryBytes"`
	Goroutines  int        `json:"goroutines"`
	DiskFree    int64      `json:"diskFree,omitempty"`
	SpoolFiles  int        `json:"spoolFiles" doc:"Opens and clicks that wait on the disk for the database."`
	SpoolBytes  int64      `json:"spoolBytes"`
	SpoolSince  *time.Time `json:"spoolSince,omitempty"`
	Router      int        `json:"router" doc:"Batches of events that wait to be signalled."`
}

type output struct{ Body Body }

func (h *handler) report(ctx context.Context, _ *struct{}) (*output, error) {
	r, err := h.operations.Report(ctx)
	if err != nil {
		return nil, api.Problem(err)
	}
	findings := r.Findings()
	return &output{Body: Body{
		At: r.At, Level: operations.Worst(findings), Findings: findings, Queues: queues(r.Queues),
		Journeys: journeys(r.Numbers), Messages: messages(r), Database: database(r), Process: process(r.Process),
	}}, nil
}

func journeys(n operations.Numbers) journeysBody {
	return journeysBody{
		Open: n.Open, Pending: n.Pending, PendingSince: n.PendingSince, Overdue: n.Overdue, OverdueSince: n.OverdueSince,
		Parked: n.Parked, EventsLate: n.Missed, Reconciled: n.Reconciled,
	}
}

func messages(r operations.Report) messagesBody {
	n := r.Numbers
	return messagesBody{
		Ready: n.Ready, Refused: n.Refused, RefusedSince: n.RefusedSince, RefusedReason: n.RefusedReason, Calling: n.Calling,
		Unknown: n.Unknown, SentLastMinute: n.SentLastMinute, StoppedSenders: len(r.Stops), Paused: n.Paused,
	}
}

func queues(all []operations.Queue) []queueBody {
	bodies := make([]queueBody, len(all))
	for i, q := range all {
		bodies[i] = queueBody{
			Name: q.Name, Kind: q.Kind, Backlog: q.Backlog, AgeSeconds: q.Age.Seconds(), AddedPerSecond: q.Added, DonePerSecond: q.Done,
			Workers: make([]workerBody, len(q.Workers)),
		}
		for j, w := range q.Workers {
			bodies[i].Workers[j] = workerBody(w)
		}
	}
	return bodies
}

func database(r operations.Report) databaseBody {
	n, pool := r.Numbers, r.Process.Pool
	return databaseBody{
		Version: n.Database, Schema: n.Schema, Bytes: n.DatabaseBytes, Connections: n.Connections, MaxConnections: n.MaxConnections,
		PoolUsed: pool.Used, PoolMax: pool.Max, PoolWaited: pool.Waited,
	}
}

func process(p operations.Process) processBody {
	return processBody{
		Version: p.Version, Temporal: p.Temporal, Started: p.Started, MemoryBytes: p.Memory, Goroutines: p.Goroutines, DiskFree: p.DiskFree,
		SpoolFiles: p.Spool.Files, SpoolBytes: p.Spool.Bytes, SpoolSince: p.Spool.Since, Router: p.Router,
	}
}
