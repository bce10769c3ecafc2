package messaging

import (
	"slices"
	"time"
)

// The rule for soft bounces: three on three different days with nothing delivered, opened or clicked
// between them suppress an address for thirty days; the third time in a row for good.
const (
	softBounceDays    = 3
	softBouncePause   = 30 * 24 * time.Hour
	softBouncePeriods = 3
	// softBounceMemory is how far the rule looks back.
	softBounceMemory = 400 * 24 * time.Hour
)

// Contacted is one thing that is known of how messages to an address fared.
type Contacted struct {
	At   time.Time
	Soft bool // it came back; otherwise it was delivered, opened or clicked
}

// SoftVerdict is what the soft bounces of an address come to. The zero verdict suppresses nothing.
type SoftVerdict struct {
	Forever bool
	Until   time.Time
}

// JudgeSoftBounces replays what is known of an address. It depends on the facts alone, not on the
// order in which they became known.
func JudgeSoftBounces(facts []Contacted) SoftVerdict {
	facts = slices.Clone(facts)
	slices.SortFunc(facts, func(a, b Contacted) int { return a.At.Compare(b.At) })
	var verdict SoftVerdict
	days, periods := map[string]bool{}, 0
	for _, fact := range facts {
		switch {
		case verdict.Forever:
			return verdict
		case !fact.Soft:
			clear(days)
			periods = 0
		case fact.At.Before(verdict.Until): // what was on its way when the pause began
		default:
			days[fact.At.UTC().Format(time.DateOnly)] = true
			if len(days) < softBounceDays {
				continue
			}
			clear(days)
			periods++
			verdict = SoftVerdict{Forever: periods == softBouncePeriods, Until: fact.At.Add(softBouncePause)}
		}
	}
	return verdict
}

// Suppression is the entry of the list that the verdict asks for; nil for none.
func (v SoftVerdict) Suppression(channel Channel, address string) *Suppression {
	if v.Until.IsZero() {
		return nil
	}
	entry := newSuppression(SuppressedSoftBounces, channel, address)
	if !v.Forever {
		entry.Until = &v.Until
	}
	return &entry
}
