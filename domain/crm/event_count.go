package crm

import (
	"context"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
)

// countedEvents are the types of which it is kept how often they happened. What a program did in a
// person's name does not count.
var countedEvents = []string{EventContactCreated, EventEmailSent, EventEmailOpened, EventEmailClicked, EventSMSSent}

// maxCountedDays bounds what is asked for at once.
const maxCountedDays = 366

// HourCount says how often events of a type happened in an hour.
type HourCount struct {
	Type string
	Hour time.Time
	N    int
}

// EventCounts keeps how often things happened.
type EventCounts interface {
	// CountEvents adds the events of these types that were written since the last count. When another
	// process counts just now, it does nothing.
	CountEvents(ctx context.Context, types []string) error
	// EventHours returns how often events of these types happened since an hour, those included that
	// CountEvents has not come to.
	EventHours(ctx context.Context, org domain.OrgID, types []string, since time.Time) ([]HourCount, error)
}

// CountEvents brings the counts of all organizations up to date. A loop calls it.
func (s *Service) CountEvents(ctx context.Context) error {
	return s.store.CountEvents(ctx, countedEvents)
}

// DailyEvents returns, for each type, how often it happened on each of the last days by the clock of
// zone, oldest first; the last one is today. Types that are not counted are an error of the program and
// stay 0. Where a zone is off by a part of an hour, so is the border between two days.
func (s *Service) DailyEvents(ctx context.Context, org domain.OrgID, zone *time.Location, days int, types ...string) (map[string][]int, error) {
	if err := identity.Require(ctx, org, identity.ViewContacts); err != nil {
		return nil, err
	}
	days = max(1, min(days, maxCountedDays))
	now := s.now().In(zone)
	first := time.Date(now.Year(), now.Month(), now.Day()-days+1, 0, 0, 0, 0, zone)
	hours, err := s.store.EventHours(ctx, org, types, first)
	if err != nil {
		return nil, err
	}
	counts := make(map[string][]int, len(types))
	for _, kind := range types {
		counts[kind] = make([]int, days)
	}
	for _, h := range hours {
		if day := dayOf(h.Hour.In(zone), first); day >= 0 && day < days {
			counts[h.Type][day] += h.N
		}
	}
	return counts, nil
}

// dayOf says how many midnights lie between; days in which clocks change are shorter or longer.
func dayOf(t, first time.Time) int {
	const day = 24 * time.Hour
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	start := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, time.UTC)
	return int(midnight.Sub(start) / day)
}
