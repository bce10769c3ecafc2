package operations_test

import (
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/operations"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) *time.Time {
	t := noon.Add(-d)
	return &t
}

// healthy is an installation in which all is well.
func healthy() operations.Report {
	return operations.Report{
		At:      noon,
		Numbers: operations.Numbers{Reconciled: ago(10 * time.Second), Connections: 20, MaxConnections: 100},
		Queues:  []operations.Queue{{Name: "email", Kind: "activities", Workers: []operations.Worker{{Identity: "7@host", Seen: noon.Add(-time.Minute)}}}},
		Process: operations.Process{Started: noon.Add(-time.Hour), Pool: operations.Pool{Used: 1, Max: 32}, DiskFree: 40 << 30},
	}
}

func TestEachPartIsJudged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change   func(r *operations.Report)
		part     string
		level    operations.Level
		sentence string
	}{
		"sending is paused": {func(r *operations.Report) { r.Numbers.Paused = "A backup was restored." }, "sending", operations.Act, "Nothing is sent: A backup was restored."},
		"a provider refuses since a minute": {
			func(r *operations.Report) { r.Numbers.Refused, r.Numbers.RefusedSince = 1, ago(time.Minute) }, "provider", operations.Watch,
			"1 message waits for a provider that refuses for now.",
		},
		"a provider refuses since an hour": {
			func(r *operations.Report) { r.Numbers.Refused, r.Numbers.RefusedSince = 7, ago(time.Hour) }, "provider", operations.Act,
			"7 messages wait for a provider that refuses for now.",
		},
		"a sender is paused": {
			func(r *operations.Report) { r.Stops = []operations.Stop{{Paused: true}, {}} }, "senders", operations.Act,
			"1 sender is paused, because too much came back or was called spam.",
		},
		"a sender is warned about": {
			func(r *operations.Report) { r.Stops = []operations.Stop{{}} }, "senders", operations.Watch,
			"1 sender comes near the limit at which they are paused.",
		},
		"unknown messages": {func(r *operations.Report) { r.Numbers.Unknown = 3 }, "unknown", operations.Watch, "Of 3 messages nobody knows whether the provider took it."},
		"Temporal is away": {func(r *operations.Report) { r.Temporal = "Temporal does not answer: timeout" }, "queues", operations.Act, "Temporal does not answer: timeout."},
		"nobody works":     {func(r *operations.Report) { r.Queues[0].Workers = nil }, "queues", operations.Act, "No worker asks for the activities of the queue email."},
		"a worker is gone": {
			func(r *operations.Report) { r.Queues[0].Workers[0].Seen = noon.Add(-5 * time.Minute) }, "queues", operations.Act,
			"No worker asks for the activities of the queue email.",
		},
		"a queue grows": {
			func(r *operations.Report) { r.Queues[0].Backlog, r.Queues[0].Age = 500, 2*time.Minute }, "queues", operations.Watch,
			"Tasks of the queue email wait for 2 minutes.",
		},
		"a queue stands": {
			func(r *operations.Report) { r.Queues[0].Backlog, r.Queues[0].Age = 500, time.Hour }, "queues", operations.Act,
			"The queue email has not been worked off for 1 hour.",
		},
		"starts under way": {func(r *operations.Report) { r.Numbers.Pending, r.Numbers.PendingSince = 5, ago(time.Second) }, "starts", operations.Fine, "5 journeys are being started."},
		"starts wait": {func(r *operations.Report) {
			r.Numbers.Pending, r.Numbers.PendingSince = operations.CountLimit, ago(5*time.Minute)
		}, "starts", operations.Watch, "More than 100,000 journeys wait to be started, the longest for 5 minutes."},
		"late":      {func(r *operations.Report) { r.Numbers.Overdue, r.Numbers.OverdueSince = 1, ago(2*time.Minute) }, "overdue", operations.Watch, "1 journey should have gone on and did not."},
		"very late": {func(r *operations.Report) { r.Numbers.Overdue, r.Numbers.OverdueSince = 2, ago(time.Hour) }, "overdue", operations.Act, "2 journeys should have gone on and did not."},
		"events late": {
			func(r *operations.Report) { r.Numbers.Missed = 4 }, "events", operations.Watch,
			"4 events are on the way to journeys, 4 late.",
		},
		"spooled clicks": {
			func(r *operations.Report) { r.Process.Spool = operations.Spool{Files: 2, Bytes: 3 << 20} }, "clicks", operations.Watch,
			"Opens and clicks are kept on the disk of this process: 2 files, 3 MB.",
		},
		"no reconciler yet":    {func(r *operations.Report) { r.Numbers.Reconciled = nil }, "reconciler", operations.Watch, "The reconciler has not completed a round yet."},
		"no reconciler":        {func(r *operations.Report) { r.Numbers.Reconciled = ago(3 * time.Hour) }, "reconciler", operations.Act, "The reconciler has not completed a round for 3 hours."},
		"few connections left": {func(r *operations.Report) { r.Numbers.Connections = 95 }, "database", operations.Act, "The database has hardly any connection left."},
		"pool in use":          {func(r *operations.Report) { r.Process.Pool.Used = 32 }, "database", operations.Watch, "All connections of this process are in use."},
		"clock an hour off":    {func(r *operations.Report) { r.Numbers.Clock = r.At.Add(time.Hour) }, "program", operations.Act, "This process's clock and the database's are 1 hour apart."},
		"disk nearly full":     {func(r *operations.Report) { r.Process.DiskFree = 500 << 20 }, "program", operations.Act, "The disk has only 500 MB left."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := healthy()
			test.change(&r)
			for _, f := range r.Findings() {
				switch {
				case f.Part != test.part && f.Level != operations.Fine:
					t.Errorf("%s is %s: %s", f.Part, f.Level, f.Sentence)
				case f.Part == test.part && (f.Level != test.level || f.Sentence != test.sentence):
					t.Errorf("got %s: %s\nwant %s: %s", f.Level, f.Sentence, test.level, test.sentence)
				case f.Level != operations.Fine && f.Advice == "":
					t.Errorf("%s is %s, and nobody says what to do", f.Part, f.Level)
				}
			}
		})
	}
}

func TestAHealthyInstallationNeedsNobody(t *testing.T) {
	t.Parallel()
	if worst := operations.Worst(healthy().Findings()); worst != operations.Fine {
		t.Errorf("got %s: %+v", worst, healthy().Findings())
	}
}
