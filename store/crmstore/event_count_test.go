package crmstore_test

import (
	"slices"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain/crm"
)

// occurred stores events of a contact at times before today.
func (b bench) occurred(contact crm.ContactID, kind string, data map[string]any, ago ...time.Duration) {
	b.t.Helper()
	var events []crm.Event
	for _, d := range ago {
		events = append(events, crm.Event{Contact: contact, Type: kind, Data: data, OccurredAt: today.Add(-d)})
	}
	_, err := b.AppendEvents(b.ctx, b.org, events)
	b.must(err)
}

// countedUntil pretends that the count has come to some time before now.
func (b bench) countedUntil(ago string) {
	b.t.Helper()
	_, err := b.db.Pool().Exec(b.ctx, "update crm.events_counted set until = now() - $1::text::interval", ago)
	b.must(err)
}

func TestAnotherOrganizationsEventsAreNeitherCountedNorShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.occurred(b.contact("anna@example.com").ID, crm.EventEmailSent, nil, time.Hour)
	org, ctx := b.stranger()
	counts, err := b.DailyEvents(ctx, org, time.UTC, 3, crm.EventEmailSent)
	b.must(err)
	latest, err := b.LatestEvents(ctx, org, 10)
	b.must(err)
	if !slices.Equal(counts[crm.EventEmailSent], []int{0, 0, 0}) || len(latest) != 0 {
		t.Errorf("A stranger sees %v and %v.", counts, latest)
	}
	if _, err := b.LatestEvents(ctx, b.org, 10); err == nil {
		t.Error("A stranger may ask for the organization's events.")
	}
}

func TestEventsAreCountedByTheDaysOfAZone(t *testing.T) {
	t.Parallel()
	b := setup(t) // it is 9:00 UTC
	anna := b.contact("anna@example.com").ID
	b.occurred(anna, crm.EventEmailSent, nil, time.Hour, 8*time.Hour, 10*time.Hour, 40*time.Hour, 90*24*time.Hour)
	b.occurred(anna, crm.EventEmailOpened, map[string]any{"machine": true}, time.Hour)
	b.occurred(anna, crm.EventEmailOpened, nil, time.Hour)
	for zone, want := range map[*time.Location][]int{
		time.UTC:                             {1, 1, 2}, // 8:00, 1:00 | 23:00 | 17:00 two days ago
		time.FixedZone("America", -5*3600):   {1, 2, 1},
		time.FixedZone("Asia/Tokyo", 9*3600): {0, 1, 3},
	} {
		counts, err := b.DailyEvents(b.ctx, b.org, zone, 3, crm.EventEmailSent, crm.EventEmailOpened)
		b.must(err)
		if got := counts[crm.EventEmailSent]; !slices.Equal(got, want) {
			t.Errorf("%s: sent %v, want %v.", zone, got, want)
		}
		if got := counts[crm.EventEmailOpened]; got[2] != 1 {
			t.Errorf("%s: opened %v; a program's open must not count.", zone, got)
		}
	}
}

func TestCountingChangesNoFigure(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com").ID
	b.occurred(anna, crm.EventEmailSent, nil, time.Hour, 25*time.Hour)
	sent := func() []int {
		counts, err := b.DailyEvents(b.ctx, b.org, time.UTC, 2, crm.EventEmailSent)
		b.must(err)
		return counts[crm.EventEmailSent]
	}
	want := []int{1, 1}
	if got := sent(); !slices.Equal(got, want) {
		t.Fatalf("Before counting: %v.", got)
	}
	// What was written a while ago is moved into the hours, once.
	_, err := b.db.Pool().Exec(b.ctx, "update crm.events set created_at = now() - interval '5 minutes'")
	b.must(err)
	b.countedUntil("1 hour")
	for range 2 {
		b.must(b.CountEvents(b.ctx))
		if got := sent(); !slices.Equal(got, want) {
			t.Errorf("After counting: %v, want %v.", got, want)
		}
	}
	var hours int
	b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm.event_hours where type = $1", crm.EventEmailSent).Scan(&hours))
	if hours != 2 {
		t.Errorf("There are %d counted hours, want 2.", hours)
	}
}

func TestTheLatestEventsComeWithTheirContacts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, bert := b.contact("anna@example.com"), b.contact("bert@example.com")
	b.occurred(anna.ID, crm.EventEmailSent, nil, time.Hour)
	b.occurred(bert.ID, crm.EventEmailOpened, nil, time.Minute)
	latest, err := b.LatestEvents(b.ctx, b.org, 2)
	b.must(err)
	if len(latest) != 2 || latest[0].Name().String() != "bert@example.com" || latest[0].Type != crm.EventEmailOpened || latest[1].Name().String() != "anna@example.com" {
		t.Errorf("The latest are %v.", latest)
	}
	b.must(b.DeleteContact(b.ctx, b.org, bert.ID))
	latest, err = b.LatestEvents(b.ctx, b.org, 2)
	b.must(err)
	for _, event := range latest {
		if event.Contact == bert.ID {
			t.Error("A deleted contact is shown.")
		}
	}
}
