package messaging

import (
	"context"
	"hash/fnv"
	"strings"
	"sync"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

// RuleGate returns the gate that keeps the organizations' rules: quiet hours first, then caps.
func (s *Service) RuleGate() Gate { return ruleGate{s} }

type ruleGate struct{ s *Service }

// Judge implements Gate.
func (g ruleGate) Judge(ctx context.Context, org domain.OrgID, m Message, contact crm.Contact) (Verdict, error) {
	if m.Class != ClassMarketing {
		return Verdict{}, nil
	}
	known, err := g.s.rules.of(ctx, org, g.s)
	if err != nil || len(known.rules) == 0 {
		return Verdict{}, err
	}
	now, zone := g.s.now(), zoneOf(contact, known.zone)
	if verdict := judgeQuiet(quietHours(known.rules, m.Channel), m, now, zone); verdict != (Verdict{}) {
		return verdict, nil
	}
	return g.judgeCaps(ctx, org, caps(known.rules, m.Channel), m, now, zone)
}

// spread is over how long messages go out that all waited for the same end of quiet hours.
const spread = 15 * time.Minute

func judgeQuiet(quiet []RuleInput, m Message, now time.Time, zone *time.Location) Verdict {
	rule, left := quietNow(quiet, now.In(zone))
	switch {
	case left == 0:
		return Verdict{}
	case rule.Action == ActionSkip:
		return Verdict{Skip: true, Reason: domain.Keep("It was %s for the contact: quiet hours.", domain.Moment{At: now.In(zone).Truncate(time.Minute), Layout: "15:04"})}
	}
	end := quietUntil(quiet, now, zone)
	until := end.Add(jitter(m.Sid, spread))
	if _, again := quietNow(quiet, until.In(zone)); again > 0 {
		until = end // there is little time before it gets quiet again
	}
	return Verdict{Hold: true, Until: until, Reason: domain.Keep("Held until %s: quiet hours.", clockAt(end, now, zone))}
}

func (g ruleGate) judgeCaps(ctx context.Context, org domain.OrgID, rules []RuleInput, m Message, now time.Time, zone *time.Location) (Verdict, error) {
	if len(rules) == 0 || m.Contact == nil {
		return Verdict{}, nil
	}
	q := CapQuery{Contact: *m.Contact, Except: m.ID, Now: now}
	for _, rule := range rules {
		q.Caps = append(q.Caps, rule.cap())
	}
	reached, err := g.s.store.CapsReached(ctx, org, q)
	if err != nil {
		return Verdict{}, err
	}
	var verdict Verdict
	for i, rule := range rules {
		if reached[i] == nil {
			continue
		}
		had := domain.Say("The contact has had %s within %s, which is the limit.", rule.counted(), periods[rule.Per].words)
		if rule.Action == ActionSkip {
			return Verdict{Skip: true, Reason: had.Kept()}, nil
		}
		// A second more: at the very moment it would still be counted.
		if until := reached[i].Add(periods[rule.Per].span + time.Second); until.After(verdict.Until) {
			verdict = Verdict{Hold: true, Until: until, Reason: domain.Keep("Held until %s: %s.", clockAt(until, now, zone), domain.Clause{Of: had})}
		}
	}
	return verdict, nil
}

// clockAt is a time as people in a zone call it: "08:00 Berlin time". It goes by the minute, so that what
// waits for the same one has the same reason.
func clockAt(until, now time.Time, zone *time.Location) *domain.Phrase {
	local, today := until.In(zone), now.In(zone)
	layout := "15:04"
	switch tomorrow := today.AddDate(0, 0, 1); {
	case local.Sub(today) > 6*24*time.Hour:
		layout = domain.Mark("2 January 15:04")
	case local.YearDay() != today.YearDay() && (local.YearDay() != tomorrow.YearDay() || local.Sub(today) > 18*time.Hour):
		layout = domain.Mark("Monday 15:04")
	}
	moment, name := domain.Moment{At: local.Truncate(time.Minute), Layout: layout}, zone.String()
	if name == "UTC" {
		return domain.Say("%s UTC", moment)
	}
	city := name[strings.LastIndexByte(name, '/')+1:]
	return domain.Say("%s %s time", moment, strings.ReplaceAll(city, "_", " "))
}

// zoneOf is the contact's own time zone, else fallback.
func zoneOf(contact crm.Contact, fallback *time.Location) *time.Location {
	if contact.TimeZone != nil && *contact.TimeZone != "" {
		if zone, err := time.LoadLocation(*contact.TimeZone); err == nil {
			return zone
		}
	}
	return fallback
}

// zone is the contact's time zone, else the organization's.
func (s *Service) zone(ctx context.Context, org domain.OrgID, contact crm.Contact) (*time.Location, error) {
	known, err := s.rules.of(ctx, org, s)
	return zoneOf(contact, known.zone), err
}

// jitter is a span below limit that is always the same for a message.
func jitter(sid string, limit time.Duration) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(sid))
	return time.Duration(h.Sum64()%uint64(limit/time.Second)) * time.Second
}

// ruleTime is how long a process goes by the rules that it has read.
const ruleTime = 5 * time.Second

// ruleBook remembers the rules of organizations for a few seconds: they are asked for before each
// send, and seldom change.
type ruleBook struct {
	mu    sync.Mutex
	known map[domain.OrgID]knownRules
}

type knownRules struct {
	rules []RuleInput
	zone  *time.Location
	read  time.Time
}

func (b *ruleBook) of(ctx context.Context, org domain.OrgID, s *Service) (knownRules, error) {
	b.mu.Lock()
	known, ok := b.known[org]
	b.mu.Unlock()
	if ok && time.Since(known.read) < ruleTime {
		return known, nil
	}
	known = knownRules{read: time.Now(), zone: time.UTC} // the clock of the rules may be a test's
	all, err := s.store.Rules(ctx, org)
	if err != nil {
		return knownRules{}, err
	}
	for _, rule := range all {
		known.rules = append(known.rules, rule.RuleInput)
	}
	sender, err := s.store.Sender(ctx, org)
	if err != nil {
		return knownRules{}, err
	}
	if zone, err := time.LoadLocation(sender.TimeZone); err == nil {
		known.zone = zone
	}
	b.mu.Lock()
	b.known[org] = known
	b.mu.Unlock()
	return known, nil
}

func (b *ruleBook) forget(org domain.OrgID) {
	b.mu.Lock()
	delete(b.known, org)
	b.mu.Unlock()
}
