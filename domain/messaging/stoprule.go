package messaging

import (
	"time"

	"github.com/mauntic/mauntic/domain"
)

// Level is how serious a stop is.
type Level string

// The levels.
const (
	LevelWarning Level = "warning" // somebody should look
	LevelPaused  Level = "paused"  // nothing of it goes out until somebody lifts it
)

// Measure is what a stop rule counts.
type Measure string

// The measures.
const (
	MeasureBounces       Measure = "bounces"
	MeasureComplaints    Measure = "complaints"
	MeasureSenderFaults  Measure = "sender_faults"
	MeasureMessageFaults Measure = "message_faults"
)

// stopRule is a row of the table of thresholds.
type stopRule struct {
	measure Measure
	scope   Scope
	level   Level
	above   float64       // share of what was sent
	least   int           // so many of them at least: one bounce of ten stops nothing
	sent    int           // so many sent at least
	window  time.Duration // 0: the larger of the last day and the last 1,000 sent
}

// stopRules is the table of thresholds, the serious ones first. Amazon SES reviews an account at 5 %
// bounces or 0.1 % complaints and stops it at 10 % or 0.5 %; Gmail wants less than 0.1 % complaints.
// These stop before that.
var stopRules = []stopRule{
	{MeasureSenderFaults, ScopeDomain, LevelPaused, 0.02, 20, 0, 10 * time.Minute},
	{MeasureBounces, ScopeDomain, LevelPaused, 0.05, 10, 100, 0},
	{MeasureComplaints, ScopeDomain, LevelPaused, 0.001, 3, 1_000, 0},
	{MeasureMessageFaults, ScopeCampaign, LevelPaused, 0.01, 5, 100, 0},
	{MeasureBounces, ScopeCampaign, LevelPaused, 0.04, 8, 100, 0},
	{MeasureComplaints, ScopeCampaign, LevelPaused, 0.0008, 3, 1_000, 0},
	{MeasureBounces, ScopeDomain, LevelWarning, 0.02, 5, 100, 0},
	{MeasureComplaints, ScopeDomain, LevelWarning, 0.0005, 2, 1_000, 0},
	{MeasureBounces, ScopeCampaign, LevelWarning, 0.02, 5, 100, 0},
	{MeasureComplaints, ScopeCampaign, LevelWarning, 0.0005, 2, 1_000, 0},
}

// The sliding window of rates.
const (
	windowTime  = 24 * time.Hour
	windowSends = 1_000
	// windowLimit is how far back the window may reach to find so many.
	windowLimit = 30 * 24 * time.Hour
)

// Minute is what was sent of a subject in a minute, and what came back.
type Minute struct {
	Minute time.Time
	Sent   int
	Faults
}

// Finding is what the rules find about a subject.
type Finding struct {
	Level   Level
	Measure Measure
	Reason  domain.Kept
	Sent    int // in the window
	Faults  int
}

// JudgeRates holds the minutes of a subject, newest first, against the rules of its scope and returns
// the most serious finding; none when it has no level.
func JudgeRates(scope Scope, minutes []Minute, now time.Time) Finding {
	for _, rule := range stopRules {
		if rule.scope != scope {
			continue
		}
		sent, faults := rule.sum(minutes, now)
		if faults >= rule.least && sent >= rule.sent && float64(faults) > rule.above*float64(sent) {
			return Finding{Level: rule.level, Measure: rule.measure, Reason: rule.reason(sent, faults), Sent: sent, Faults: faults}
		}
	}
	return Finding{}
}

// sum adds up the window of the rule.
func (r stopRule) sum(minutes []Minute, now time.Time) (sent, faults int) {
	for _, m := range minutes {
		age := now.Sub(m.Minute)
		if r.window > 0 && age > r.window || r.window == 0 && (age > windowLimit || age > windowTime && sent >= windowSends) {
			break
		}
		sent += m.Sent
		faults += m.of(r.measure)
	}
	return sent, faults
}

func (m Minute) of(measure Measure) int {
	return map[Measure]int{
		MeasureBounces: m.Bounces, MeasureComplaints: m.Complaints,
		MeasureSenderFaults: m.SenderFaults, MeasureMessageFaults: m.MessageFaults,
	}[measure]
}

// reason says what was found, and what to do about it.
func (r stopRule) reason(sent, faults int) domain.Kept {
	had, of, share := domain.Number(faults), domain.Number(sent), shareOf(faults, sent)
	switch r.measure {
	case MeasureBounces:
		return domain.Keep("%s of the %s messages of the last day (%s %%) came back because the address does not exist. "+
			"Such a rate ruins the reputation of the sender: clean the list first.", had, of, share)
	case MeasureComplaints:
		return domain.Keep("%s of the %s messages of the last day (%s %%) were called spam by their recipients. "+
			"Mailbox providers begin to refuse senders at such a rate.", had, of, share)
	case MeasureSenderFaults:
		return domain.Keep("%s of the %s messages of the last %d minutes (%s %%) were refused because of the sender: its authentication "+
			"(SPF, DKIM, DMARC), its reputation, or a policy. Check the domain's DNS records first.", had, of, int(r.window.Minutes()), share)
	default:
		return domain.Keep("%s of the %s messages of the last day (%s %%) were refused because of their content or size. Change the email first.", had, of, share)
	}
}

// shareOf is a share in percent, by its first two digits that tell something.
func shareOf(faults, sent int) domain.Decimal {
	share := 100.0
	if sent > 0 {
		share = min(100, 100*float64(faults)/float64(sent))
	}
	places := 3
	for least := 0.1; places > 0 && share >= least; least *= 10 {
		places--
	}
	return domain.Decimal{N: share, Places: places}
}
