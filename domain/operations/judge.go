package operations

import (
	"fmt"
	"time"
)

// Level says how urgent something is.
type Level string

// The levels.
const (
	Fine  Level = "fine"
	Watch Level = "watch" // it may pass; look again
	Act   Level = "act"   // it does not pass by itself
)

// Finding judges one part of a report: how it is, and what to do.
type Finding struct {
	Part     string `json:"part"` // queues, starts, overdue, …
	Level    Level  `json:"level"`
	Sentence string `json:"sentence"` // what it means
	Advice   string `json:"advice"`   // what to do, "" when nothing is to be done
}

// How long is too long.
const (
	slow       = time.Minute
	verySlow   = 10 * time.Minute
	roundLate  = 2 * time.Minute // of the reconciler, which goes round every 15 seconds
	seenLately = 3 * time.Minute // workers ask at least once a minute
	leastDisk  = 1 << 30
	clockWrong = time.Minute // apart from the database's, with the time that asking took
)

// judges look at the parts of a report, in the order in which a page shows them.
var judges = []struct {
	part  string
	judge func(r Report) (level Level, sentence, advice string)
}{
	{"sending", judgeSending},
	{"provider", judgeProvider},
	{"senders", judgeSenders},
	{"unknown", judgeUnknown},
	{"queues", judgeQueues},
	{"starts", judgeStarts},
	{"overdue", judgeOverdue},
	{"events", judgeEvents},
	{"clicks", judgeClicks},
	{"imports", judgeImports},
	{"reconciler", judgeReconciler},
	{"database", judgeDatabase},
	{"program", judgeProgram},
}

// Findings judges every part of the report.
func (r Report) Findings() []Finding {
	findings := make([]Finding, len(judges))
	for i, j := range judges {
		level, sentence, advice := j.judge(r)
		findings[i] = Finding{Part: j.part, Level: level, Sentence: sentence, Advice: advice}
	}
	return findings
}

// Worst is the most urgent level of all findings.
func Worst(findings []Finding) Level {
	worst := Fine
	for _, f := range findings {
		if f.Level == Act || f.Level == Watch && worst == Fine {
			worst = f.Level
		}
	}
	return worst
}

func judgeSending(r Report) (Level, string, string) {
	if r.Numbers.Paused != "" {
		return Act, "Nothing is sent: " + r.Numbers.Paused,
			"Campaigns go on and their messages wait. Compare with what was really sent, then resume."
	}
	return Fine, fmt.Sprintf("Sending goes on: %s in the last minute, %s decided and not sent yet.",
		many(r.Numbers.SentLastMinute, "message", "messages"), count(r.Numbers.Ready)), ""
}

func judgeProvider(r Report) (Level, string, string) {
	n := r.Numbers
	if n.Refused == 0 {
		return Fine, "The providers take what they are given.", ""
	}
	level := Watch
	if since := n.RefusedSince; since != nil && r.At.Sub(*since) > verySlow {
		level = Act
	}
	return level, fmt.Sprintf("%s for a provider that refuses for now.", verb(n.Refused, "message waits", "messages wait")),
		"Nothing is lost: each is tried again until it is taken. Read the provider's last words, and look at its own status page, its quota and the password."
}

func judgeSenders(r Report) (Level, string, string) {
	paused := 0
	for _, stop := range r.Stops {
		if stop.Paused {
			paused++
		}
	}
	switch {
	case paused > 0:
		return Act, verb(paused, "sender is paused", "senders are paused") + ", because too much came back or was called spam.",
			"Find out where the addresses came from and mend that first; then lift the pause."
	case len(r.Stops) > 0:
		return Watch, verb(len(r.Stops), "sender comes", "senders come") + " near the limit at which they are paused.",
			"Look at what came back, and from which campaign."
	}
	return Fine, "No campaign and no sender domain is paused by the program.", ""
}

func judgeUnknown(r Report) (Level, string, string) {
	if r.Numbers.Unknown == 0 {
		return Fine, "It is known of every message whether the provider took it.", ""
	}
	return Watch, fmt.Sprintf("Of %s nobody knows whether the provider took it.", many(r.Numbers.Unknown, "message", "messages")),
		"They are not sent again by themselves. The provider's reports settle most of them; settle the others after a look at the provider's log."
}

func judgeQueues(r Report) (Level, string, string) {
	if r.Temporal != "" {
		return Act, r.Temporal + ".", "Journeys stand still and go on by themselves when it is back. Look at the Temporal server and its database."
	}
	worst, sentence, advice := Fine, "Workers take the tasks as they come.", ""
	for _, q := range r.Queues {
		switch {
		case !q.worked(r.At):
			return Act, fmt.Sprintf("No worker asks for the %s of the queue %s.", q.Kind, q.Name), "Start a worker: `mauntic worker`, or `mauntic up` for all in one."
		case q.Backlog > 0 && q.Age > verySlow:
			worst, sentence, advice = Act, fmt.Sprintf("The queue %s has not been worked off for %s.", q.Name, span(q.Age)),
				"Look into the workers' logs; if they are merely busy, start more of them."
		case q.Backlog > 0 && q.Age > slow && worst == Fine:
			worst, sentence, advice = Watch, fmt.Sprintf("Tasks of the queue %s wait for %s.", q.Name, span(q.Age)),
				"More comes in than the workers do. It passes after a big entry; if it does not, start more workers."
		}
	}
	return worst, sentence, advice
}

// worked says whether a worker has asked for tasks lately.
func (q Queue) worked(now time.Time) bool {
	for _, w := range q.Workers {
		if now.Sub(w.Seen) < seenLately {
			return true
		}
	}
	return false
}

func judgeStarts(r Report) (Level, string, string) {
	n := r.Numbers
	switch {
	case n.Pending == 0:
		return Fine, "Every journey that was entered has started.", ""
	case n.PendingSince != nil && r.At.Sub(*n.PendingSince) > slow:
		return Watch, fmt.Sprintf("%s to be started, the longest for %s.", verb(n.Pending, "journey waits", "journeys wait"), span(r.At.Sub(*n.PendingSince))),
			"After a big entry this is normal: some hundreds start a second. If the number does not fall, no worker process runs or Temporal is away."
	}
	return Fine, verb(n.Pending, "journey is being started", "journeys are being started") + ".", ""
}

func judgeOverdue(r Report) (Level, string, string) {
	n := r.Numbers
	if n.Overdue == 0 {
		return Fine, "No journey is late.", ""
	}
	level := Watch
	if n.OverdueSince != nil && r.At.Sub(*n.OverdueSince) > verySlow {
		level = Act
	}
	return level, verb(n.Overdue, "journey should", "journeys should") + " have gone on and did not.",
		"The reconciler restarts those whose workflow is gone, within a minute. One that stays has a workflow that runs but does nothing: open it in Temporal, read its last events, then restart it."
}

func judgeEvents(r Report) (Level, string, string) {
	n := r.Numbers
	if n.Missed == 0 && r.Process.Router == 0 {
		return Fine, "Opens, clicks and other events reach the journeys that wait for them at once.", ""
	}
	level := Fine
	if n.Missed > 0 || r.Process.Router > 1000 {
		level = Watch
	}
	return level, fmt.Sprintf("%s on the way to journeys, %s late.", verb(n.Missed+r.Process.Router, "event is", "events are"), count(n.Missed)),
		"The reconciler delivers what is late, within half a minute. If it stays, look at the workers and at Temporal."
}

func judgeClicks(r Report) (Level, string, string) {
	if r.Process.Spool.Files == 0 {
		return Fine, "Opens and clicks go straight into the database.", ""
	}
	return Watch, fmt.Sprintf("Opens and clicks are kept on the disk of this process: %s, %s.",
			many(r.Process.Spool.Files, "file", "files"), bytesWords(r.Process.Spool.Bytes)),
		"Nothing is lost. They go into the database by themselves when it is back; if it is, look into the log for why not."
}

func judgeImports(r Report) (Level, string, string) {
	n := r.Numbers
	if n.Stuck == 0 {
		return Fine, "Imports go on, as far as there are any.", ""
	}
	level := Watch
	if since := n.StuckSince; since != nil && r.At.Sub(*since) > verySlow {
		level = Act
	}
	return level, verb(n.Stuck, "import fails", "imports fail") + " at the same place again and again.",
		"Each is tried once a minute and goes on by itself when it can. Look for the error number in the workers' log: it says what is in the way."
}

func judgeReconciler(r Report) (Level, string, string) {
	last := r.Numbers.Reconciled
	switch {
	case last == nil:
		return Watch, "The reconciler has not completed a round yet.", "It runs in the worker processes. If this stays, none of them runs."
	case r.At.Sub(*last) > roundLate:
		return Act, "The reconciler has not completed a round for " + span(r.At.Sub(*last)) + ".", "It runs in the worker processes: see whether one runs, and what its log says."
	}
	return Fine, "The reconciler looks after lost workflows and signals.", ""
}

func judgeDatabase(r Report) (Level, string, string) {
	switch {
	case r.Numbers.MaxConnections > 0 && r.Numbers.Connections*10 > r.Numbers.MaxConnections*9:
		return Act, "The database has hardly any connection left.", "Lower MAUNTIC_DATABASE_POOL or raise max_connections."
	case r.Process.Pool.Max > 0 && r.Process.Pool.Used == r.Process.Pool.Max:
		return Watch, "All connections of this process are in use.", "It passes after a peak. If it does not, look for slow statements, or raise MAUNTIC_DATABASE_POOL."
	}
	return Fine, "The database answers and has connections to spare.", ""
}

func judgeProgram(r Report) (Level, string, string) {
	if free := r.Process.DiskFree; free > 0 && free < leastDisk {
		return Act, "The disk has only " + bytesWords(free) + " left.", "Make room before it is full: the database stops when it is."
	}
	if apart := r.At.Sub(r.Numbers.Clock).Abs(); !r.Numbers.Clock.IsZero() && apart > clockWrong {
		return Act, "This process's clock and the database's are " + span(apart) + " apart.",
			"Set both by NTP: quiet hours follow this clock, and reports of providers with a wrong time are refused."
	}
	return Fine, "This process has been running for " + span(r.At.Sub(r.Process.Started)) + ".", ""
}

// The words of numbers.

func count(n int) string {
	if n >= CountLimit {
		return fmt.Sprintf("more than %d", CountLimit)
	}
	return fmt.Sprint(n)
}

func many(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + more
}

// verb is many at the beginning of a sentence.
func verb(n int, one, more string) string {
	if n >= CountLimit {
		return "More than " + fmt.Sprint(CountLimit) + " " + more
	}
	return many(n, one, more)
}

func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return many(int(d.Seconds()), "second", "seconds")
	case d < time.Hour:
		return many(int(d.Minutes()), "minute", "minutes")
	case d < 48*time.Hour:
		return many(int(d.Hours()), "hour", "hours")
	}
	return many(int(d.Hours()/24), "day", "days")
}

func bytesWords(n int64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d KB", n>>10)
	case n < 10<<30:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d GB", n>>30)
}
