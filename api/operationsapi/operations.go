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

// OperationsReport is how the installation is doing.
type OperationsReport struct {
	At       time.Time        `json:"at" example:"2026-11-26T10:02:00Z"`
	Level    operations.Level `json:"level" enum:"fine,watch,act" doc:"The most urgent level of all findings." example:"watch"`
	Findings []Finding        `json:"findings"`
	Journeys JourneyNumbers   `json:"journeys"`
	Messages MessageNumbers   `json:"messages"`
	Queues   []TaskQueue      `json:"queues" doc:"Empty while Temporal does not answer."`
	Database DatabaseNumbers  `json:"database"`
	Process  ProcessNumbers   `json:"process" doc:"The process that answers; others may run beside it."`
}

// Finding is a judgement about one part of the installation.
type Finding struct {
	Part     string           `json:"part" doc:"What it is about: queues, starts, overdue and so on." example:"queues"`
	Level    operations.Level `json:"level" enum:"fine,watch,act" example:"watch"`
	Sentence string           `json:"sentence" doc:"What it means." example:"The queue of emails is 2 minutes old."`
	Advice   string           `json:"advice" doc:"What to do; empty when nothing is to be done." example:"Start another worker if it keeps growing."`
}

func findingBodies(findings []operations.Finding) []Finding {
	bodies := make([]Finding, len(findings))
	for i, finding := range findings {
		bodies[i] = Finding{Part: finding.Part, Level: finding.Level, Sentence: finding.Sentence, Advice: finding.Advice}
	}
	return bodies
}

// JourneyNumbers are the people inside campaigns, and those that wait.
type JourneyNumbers struct {
	Open         int        `json:"open" doc:"People inside campaigns." example:"212"`
	Pending      int        `json:"pending" doc:"Waiting for their workflow to be started." example:"3"`
	PendingSince *time.Time `json:"pendingSince,omitempty" example:"2026-11-26T10:01:58Z"`
	Overdue      int        `json:"overdue" doc:"Should have gone on at least a minute ago." example:"0"`
	OverdueSince *time.Time `json:"overdueSince,omitempty" example:"2026-11-26T10:00:00Z"`
	Parked       int        `json:"parked" doc:"Standing still because their campaign is paused." example:"0"`
	EventsLate   int        `json:"eventsLate" doc:"Events that have not reached the journey that waits for them." example:"0"`
	Reconciled   *time.Time `json:"reconciled,omitempty" doc:"The reconciler's last complete round." example:"2026-11-26T10:00:00Z"`
}

// MessageNumbers are the messages that wait, and what keeps them.
type MessageNumbers struct {
	Ready          int        `json:"ready" doc:"Decided and not sent yet." example:"40"`
	Refused        int        `json:"refused" doc:"Of these: refused for now by the provider." example:"0"`
	RefusedSince   *time.Time `json:"refusedSince,omitempty" example:"2026-11-26T09:50:00Z"`
	RefusedReason  string     `json:"refusedReason,omitempty" doc:"The provider's last words." example:"Maximum sending rate exceeded."`
	Calling        int        `json:"calling" example:"2"`
	Unknown        int        `json:"unknown" doc:"The provider's answer was lost." example:"0"`
	SentLastMinute int        `json:"sentLastMinute" example:"380"`
	StoppedSenders int        `json:"stoppedSenders" doc:"Paused by the program, or warned about." example:"0"`
	Paused         string     `json:"paused,omitempty" doc:"Why nothing is sent at all." example:"Paused by Ada Lovelace on 26 Nov 2026."`
}

// TaskQueue is a queue of Temporal.
type TaskQueue struct {
	Name           string   `json:"name" example:"journeys"`
	Kind           string   `json:"kind" enum:"workflows,activities" example:"workflows"`
	Backlog        int64    `json:"backlog" example:"14"`
	AgeSeconds     float64  `json:"ageSeconds" doc:"Of the oldest task." example:"0.8"`
	AddedPerSecond float64  `json:"addedPerSecond" example:"21.5"`
	DonePerSecond  float64  `json:"donePerSecond" example:"21.7"`
	Workers        []Worker `json:"workers"`
}

// Worker takes tasks from a queue.
type Worker struct {
	Identity string    `json:"identity" example:"4242@app-1"`
	Seen     time.Time `json:"seen" example:"2026-11-26T10:01:55Z"`
}

// DatabaseNumbers say how full the database is.
type DatabaseNumbers struct {
	Version        string `json:"version" example:"15.8"`
	Schema         int64  `json:"schema" example:"61"`
	Bytes          int64  `json:"bytes" example:"2147483648"`
	Connections    int    `json:"connections" example:"18"`
	MaxConnections int    `json:"maxConnections" example:"100"`
	PoolUsed       int    `json:"poolUsed" example:"4"`
	PoolMax        int    `json:"poolMax" example:"20"`
	PoolWaited     int64  `json:"poolWaited" doc:"How often somebody had to wait for a connection." example:"0"`
}

// ProcessNumbers are of the process that answers.
type ProcessNumbers struct {
	Version     string     `json:"version" example:"1.4.0"`
	Temporal    string     `json:"temporal,omitempty" doc:"Version of the Temporal server." example:"1.29.1"`
	Started     time.Time  `json:"started" example:"2026-11-24T06:00:00Z"`
	MemoryBytes int64      `json:"memoryBytes" example:"314572800"`
	Goroutines  int        `json:"goroutines" example:"412"`
	DiskFree    int64      `json:"diskFree,omitempty" example:"85899345920"`
	SpoolFiles  int        `json:"spoolFiles" doc:"Opens and clicks that wait on the disk for the database." example:"0"`
	SpoolBytes  int64      `json:"spoolBytes" example:"0"`
	SpoolSince  *time.Time `json:"spoolSince,omitempty" example:"2026-11-26T10:01:00Z"`
	Router      int        `json:"router" doc:"Batches of events that wait to be signalled." example:"0"`
}

type output struct{ Body OperationsReport }

func (h *handler) report(ctx context.Context, _ *struct{}) (*output, error) {
	r, err := h.operations.Report(ctx)
	if err != nil {
		return nil, api.Problem(err)
	}
	findings := r.Findings()
	return &output{Body: OperationsReport{
		At: r.At, Level: operations.Worst(findings), Findings: findingBodies(findings), Queues: queues(r.Queues),
		Journeys: journeys(r.Numbers), Messages: messages(r), Database: database(r), Process: process(r.Process),
	}}, nil
}

func journeys(n operations.Numbers) JourneyNumbers {
	return JourneyNumbers{
		Open: n.Open, Pending: n.Pending, PendingSince: n.PendingSince, Overdue: n.Overdue, OverdueSince: n.OverdueSince,
		Parked: n.Parked, EventsLate: n.Missed, Reconciled: n.Reconciled,
	}
}

func messages(r operations.Report) MessageNumbers {
	n := r.Numbers
	return MessageNumbers{
		Ready: n.Ready, Refused: n.Refused, RefusedSince: n.RefusedSince, RefusedReason: n.RefusedReason.English(), Calling: n.Calling,
		Unknown: n.Unknown, SentLastMinute: n.SentLastMinute, StoppedSenders: len(r.Stops), Paused: n.Paused.English(),
	}
}

func queues(all []operations.Queue) []TaskQueue {
	bodies := make([]TaskQueue, len(all))
	for i, q := range all {
		bodies[i] = TaskQueue{
			Name: q.Name, Kind: q.Kind, Backlog: q.Backlog, AgeSeconds: q.Age.Seconds(), AddedPerSecond: q.Added, DonePerSecond: q.Done,
			Workers: make([]Worker, len(q.Workers)),
		}
		for j, w := range q.Workers {
			bodies[i].Workers[j] = Worker(w)
		}
	}
	return bodies
}

func database(r operations.Report) DatabaseNumbers {
	n, pool := r.Numbers, r.Process.Pool
	return DatabaseNumbers{
		Version: n.Database, Schema: n.Schema, Bytes: n.DatabaseBytes, Connections: n.Connections, MaxConnections: n.MaxConnections,
		PoolUsed: pool.Used, PoolMax: pool.Max, PoolWaited: pool.Waited,
	}
}

func process(p operations.Process) ProcessNumbers {
	return ProcessNumbers{
		Version: p.Version, Temporal: p.Temporal, Started: p.Started, MemoryBytes: p.Memory, Goroutines: p.Goroutines, DiskFree: p.DiskFree,
		SpoolFiles: p.Spool.Files, SpoolBytes: p.Spool.Bytes, SpoolSince: p.Spool.Since, Router: p.Router,
	}
}
