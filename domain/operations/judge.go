package operations

import (
	"time"

	"github.com/mauntic/mauntic/domain"
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

	// What both were before they were put together.
	SaidSentence *domain.Phrase `json:"-"`
	SaidAdvice   *domain.Phrase `json:"-"`
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
	judge func(r Report) (level Level, sentence, advice *domain.Phrase)
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
		findings[i] = Finding{
			Part: j.part, Level: level, Sentence: sentence.String(), Advice: advice.String(), SaidSentence: sentence, SaidAdvice: advice,
		}
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

func judgeSending(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	if r.Numbers.Paused != "" {
		return Act, domain.Say("Nothing is sent: %s", r.Numbers.Paused.Phrase()),
			domain.Say("Campaigns go on and their messages wait. Compare with what was really sent, then resume.")
	}
	return Fine, domain.Say("Sending goes on: %s in the last minute, %s decided and not sent yet.",
		many(r.Numbers.SentLastMinute, "%s message", "%s messages"), count(r.Numbers.Ready)), nil
}

func judgeProvider(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	n := r.Numbers
	if n.Refused == 0 {
		return Fine, domain.Say("The providers take what they are given."), nil
	}
	level := Watch
	if since := n.RefusedSince; since != nil && r.At.Sub(*since) > verySlow {
		level = Act
	}
	return level, domain.Say("%s for a provider that refuses for now.", verb(n.Refused, "%s message waits", "%s messages wait")),
		domain.Say("Nothing is lost: each is tried again until it is taken. Read the provider's last words, and look at its own status page, its quota and the password.")
}

func judgeSenders(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	paused := 0
	for _, stop := range r.Stops {
		if stop.Paused {
			paused++
		}
	}
	switch {
	case paused > 0:
		return Act, domain.Say("%s, because too much came back or was called spam.", verb(paused, "%s sender is paused", "%s senders are paused")),
			domain.Say("Find out where the addresses came from and mend that first; then lift the pause.")
	case len(r.Stops) > 0:
		return Watch, domain.Say("%s near the limit at which they are paused.", verb(len(r.Stops), "%s sender comes", "%s senders come")),
			domain.Say("Look at what came back, and from which campaign.")
	}
	return Fine, domain.Say("No campaign and no sender domain is paused by the program."), nil
}

func judgeUnknown(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	if r.Numbers.Unknown == 0 {
		return Fine, domain.Say("It is known of every message whether the provider took it."), nil
	}
	return Watch, domain.Say("Of %s nobody knows whether the provider took it.", many(r.Numbers.Unknown, "%s message", "%s messages")),
		domain.Say("They are not sent again by themselves. The provider's reports settle most of them; settle the others after a look at the provider's log.")
}

func judgeQueues(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	if r.Temporal != "" {
		return Act, domain.Say("%s.", r.Temporal), domain.Say("Journeys stand still and go on by themselves when it is back. Look at the Temporal server and its database.")
	}
	worst, sentence, advice := Fine, domain.Say("Workers take the tasks as they come."), (*domain.Phrase)(nil)
	for _, q := range r.Queues {
		switch {
		case !q.worked(r.At):
			return Act, domain.Say("No worker asks for the %s of the queue %s.", q.Kind, q.Name), domain.Say("Start a worker: `mauntic worker`, or `mauntic up` for all in one.")
		case q.Backlog > 0 && q.Age > verySlow:
			worst, sentence, advice = Act, domain.Say("The queue %s has not been worked off for %s.", q.Name, span(q.Age)),
				domain.Say("Look into the workers' logs; if they are merely busy, start more of them.")
		case q.Backlog > 0 && q.Age > slow && worst == Fine:
			worst, sentence, advice = Watch, domain.Say("Tasks of the queue %s wait for %s.", q.Name, span(q.Age)),
				domain.Say("More comes in than the workers do. It passes after a big entry; if it does not, start more workers.")
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

func judgeStarts(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	n := r.Numbers
	switch {
	case n.Pending == 0:
		return Fine, domain.Say("Every journey that was entered has started."), nil
	case n.PendingSince != nil && r.At.Sub(*n.PendingSince) > slow:
		return Watch, domain.Say("%s to be started, the longest for %s.", verb(n.Pending, "%s journey waits", "%s journeys wait"), span(r.At.Sub(*n.PendingSince))),
			domain.Say("After a big entry this is normal: some hundreds start a second. If the number does not fall, no worker process runs or Temporal is away.")
	}
	return Fine, domain.Say("%s.", verb(n.Pending, "%s journey is being started", "%s journeys are being started")), nil
}

func judgeOverdue(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	n := r.Numbers
	if n.Overdue == 0 {
		return Fine, domain.Say("No journey is late."), nil
	}
	level := Watch
	if n.OverdueSince != nil && r.At.Sub(*n.OverdueSince) > verySlow {
		level = Act
	}
	return level, verb(n.Overdue, "%s journey should have gone on and did not.", "%s journeys should have gone on and did not."),
		domain.Say("The reconciler restarts those whose workflow is gone, within a minute. One that stays has a workflow that runs but does nothing: open it in Temporal, read its last events, then restart it.")
}

func judgeEvents(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	n := r.Numbers
	if n.Missed == 0 && r.Process.Router == 0 {
		return Fine, domain.Say("Opens, clicks and other events reach the journeys that wait for them at once."), nil
	}
	level := Fine
	if n.Missed > 0 || r.Process.Router > 1000 {
		level = Watch
	}
	return level, domain.Say("%s on the way to journeys, %s late.", verb(n.Missed+r.Process.Router, "%s event is", "%s events are"), count(n.Missed)),
		domain.Say("The reconciler delivers what is late, within half a minute. If it stays, look at the workers and at Temporal.")
}

func judgeClicks(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	if r.Process.Spool.Files == 0 {
		return Fine, domain.Say("Opens and clicks go straight into the database."), nil
	}
	return Watch, domain.Say("Opens and clicks are kept on the disk of this process: %s, %s.",
			many(r.Process.Spool.Files, "%s file", "%s files"), bytesWords(r.Process.Spool.Bytes)),
		domain.Say("Nothing is lost. They go into the database by themselves when it is back; if it is, look into the log for why not.")
}

func judgeImports(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	n := r.Numbers
	if n.Stuck == 0 {
		return Fine, domain.Say("Imports go on, as far as there are any."), nil
	}
	level := Watch
	if since := n.StuckSince; since != nil && r.At.Sub(*since) > verySlow {
		level = Act
	}
	return level, verb(n.Stuck, "%s import fails at the same place again and again.", "%s imports fail at the same place again and again."),
		domain.Say("Each is tried once a minute and goes on by itself when it can. Look for the error number in the workers' log: it says what is in the way.")
}

func judgeReconciler(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	last := r.Numbers.Reconciled
	switch {
	case last == nil:
		return Watch, domain.Say("The reconciler has not completed a round yet."), domain.Say("It runs in the worker processes. If this stays, none of them runs.")
	case r.At.Sub(*last) > roundLate:
		return Act, domain.Say("The reconciler has not completed a round for %s.", span(r.At.Sub(*last))), domain.Say("It runs in the worker processes: see whether one runs, and what its log says.")
	}
	return Fine, domain.Say("The reconciler looks after lost workflows and signals."), nil
}

func judgeDatabase(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	switch {
	case r.Numbers.MaxConnections > 0 && r.Numbers.Connections*10 > r.Numbers.MaxConnections*9:
		return Act, domain.Say("The database has hardly any connection left."), domain.Say("Lower MAUNTIC_DATABASE_POOL or raise max_connections.")
	case r.Process.Pool.Max > 0 && r.Process.Pool.Used == r.Process.Pool.Max:
		return Watch, domain.Say("All connections of this process are in use."), domain.Say("It passes after a peak. If it does not, look for slow statements, or raise MAUNTIC_DATABASE_POOL.")
	}
	return Fine, domain.Say("The database answers and has connections to spare."), nil
}

func judgeProgram(r Report) (Level, *domain.Phrase, *domain.Phrase) {
	if free := r.Process.DiskFree; free > 0 && free < leastDisk {
		return Act, domain.Say("The disk has only %s left.", bytesWords(free)), domain.Say("Make room before it is full: the database stops when it is.")
	}
	if apart := r.At.Sub(r.Numbers.Clock).Abs(); !r.Numbers.Clock.IsZero() && apart > clockWrong {
		return Act, domain.Say("This process's clock and the database's are %s apart.", span(apart)),
			domain.Say("Set both by NTP: quiet hours follow this clock, and reports of providers with a wrong time are refused.")
	}
	return Fine, domain.Say("This process has been running for %s.", span(r.At.Sub(r.Process.Started))), nil
}

// The words of numbers.

// count counts as far as anybody counts here.
func count(n int) any {
	if n >= CountLimit {
		return domain.Say("more than %s", domain.Number(CountLimit))
	}
	return domain.Number(n)
}

// many is a number of things; both texts have a place for it.
func many(n int, one, more string) *domain.Phrase {
	p := domain.SayN(n, one, more)
	if n >= CountLimit {
		p = domain.Say(more, count(n))
	}
	return p
}

// verb is many at the beginning of a sentence.
func verb(n int, one, more string) *domain.Phrase {
	if n >= CountLimit {
		return domain.Say(more, domain.Say("More than %s", domain.Number(CountLimit)))
	}
	return domain.SayN(n, one, more)
}

func span(d time.Duration) *domain.Phrase {
	switch {
	case d < time.Minute:
		return domain.SayN(int(d.Seconds()), "%s second", "%s seconds")
	case d < time.Hour:
		return domain.SayN(int(d.Minutes()), "%s minute", "%s minutes")
	case d < 48*time.Hour:
		return domain.SayN(int(d.Hours()), "%s hour", "%s hours")
	}
	return domain.SayN(int(d.Hours()/24), "%s day", "%s days")
}

func bytesWords(n int64) *domain.Phrase {
	switch {
	case n < 1<<20:
		return domain.Say("%d KB", n>>10)
	case n < 10<<30:
		return domain.Say("%d MB", n>>20)
	}
	return domain.Say("%d GB", n>>30)
}
