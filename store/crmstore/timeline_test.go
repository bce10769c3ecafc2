package crmstore_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
)

func (b bench) timeline(q crm.TimelineQuery) crm.Timeline {
	b.t.Helper()
	found, err := b.FindTimeline(b.ctx, b.org, q)
	b.must(err)
	return found
}

// happened stores an event of a contact.
func (b bench) happened(contact crm.Contact, kind string, at time.Time, data map[string]any) {
	b.t.Helper()
	_, err := b.AppendEvents(b.ctx, b.org, []crm.Event{{Contact: contact.ID, Type: kind, OccurredAt: at, Data: data}})
	b.must(err)
}

func typesOf(events []crm.Event) string {
	types := make([]string, len(events))
	for i, event := range events {
		types[i] = event.Type
	}
	return strings.Join(types, " ")
}

func TestAnotherOrganizationsTimelineIsNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	org, ctx := b.stranger()
	_, err := b.FindTimeline(ctx, org, crm.TimelineQuery{Contact: anna.ID})
	b.refused(err, domain.KindNotFound, "no contact")
}

func TestATimelineIsReadInStretchesByWhenThingsHappened(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	b.contact("ben@example.com")
	for i := range 5 { // the later stored, the earlier it happened, two at a time
		b.happened(anna, fmt.Sprintf("order.n%d", i), today.Add(-time.Duration(i/2)*time.Hour), nil)
	}
	var got []string
	q := crm.TimelineQuery{Contact: anna.ID, Limit: 2}
	for {
		stretch := b.timeline(q)
		got = append(got, typesOf(stretch.Events))
		if q.Before = stretch.Next; q.Before.ID == 0 {
			break
		}
		read, err := crm.ParseTimelineCursor(q.Before.String())
		b.must(err)
		if read != q.Before {
			t.Fatalf("the cursor %v reads as %v", q.Before, read)
		}
	}
	if all := strings.Join(got, " | "); all != "order.n1 order.n0 | contact.created order.n3 | order.n2 order.n4" {
		t.Errorf("read %s", all)
	}
}

func TestATimelineIsNarrowedByKindTextAndTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	b.happened(anna, crm.EventEmailSent, today.Add(-5*time.Hour), map[string]any{"email": "Welcome"})
	b.happened(anna, crm.EventEmailClicked, today.Add(-4*time.Hour), map[string]any{"url": "https://example.com/Shoes"})
	b.happened(anna, crm.EventContactUpdated, today.Add(-3*time.Hour), map[string]any{"origin": "import", "importId": 7})
	b.happened(anna, "order.paid", today.Add(-2*time.Hour), map[string]any{"lines": []any{map[string]any{"name": "Blue 100% hat"}}})
	b.note(anna, "Asked about SHOES.", today.Add(-time.Hour))
	for name, c := range map[string]struct {
		q    crm.TimelineQuery
		want string
	}{
		"messages":         {crm.TimelineQuery{Kinds: []crm.EventKind{crm.KindMessages}}, "email.sent"},
		"activity":         {crm.TimelineQuery{Kinds: []crm.EventKind{crm.KindActivity}}, "email.clicked"},
		"imports":          {crm.TimelineQuery{Kinds: []crm.EventKind{crm.KindImports}}, "contact.updated"},
		"changes":          {crm.TimelineQuery{Kinds: []crm.EventKind{crm.KindChanges}}, "contact.created contact.updated"},
		"custom and notes": {crm.TimelineQuery{Kinds: []crm.EventKind{crm.KindCustom, crm.KindNotes}}, "contact.note_added order.paid"},
		"campaign":         {crm.TimelineQuery{Kinds: []crm.EventKind{crm.KindCampaign}}, ""},
		"text of all":      {crm.TimelineQuery{Search: "shoes"}, "contact.note_added email.clicked"},
		"text inside":      {crm.TimelineQuery{Search: "100% h"}, "order.paid"},
		"words of types":   {crm.TimelineQuery{Search: "Order paid"}, "order.paid"},
		"names of fields":  {crm.TimelineQuery{Search: "lines"}, ""},
		"times":            {crm.TimelineQuery{From: today.Add(-4 * time.Hour), To: today.Add(-2 * time.Hour)}, "contact.updated email.clicked"},
		"all at once":      {crm.TimelineQuery{Search: "shoes", From: today.Add(-2 * time.Hour), Kinds: []crm.EventKind{crm.KindNotes, crm.KindActivity}}, "contact.note_added"},
	} {
		c.q.Contact = anna.ID
		if got := typesOf(b.timeline(c.q).Events); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAWholeTimelineIsReadStretchByStretch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	events := make([]crm.Event, 250)
	for i := range events {
		events[i] = crm.Event{Contact: anna.ID, Type: "order.paid"}
	}
	_, err := b.AppendEvents(b.ctx, b.org, events)
	b.must(err)
	seen := map[crm.EventID]bool{}
	b.must(b.EachTimeline(b.ctx, b.org, crm.TimelineQuery{Contact: anna.ID}, func(stretch crm.Timeline) error {
		for _, event := range stretch.Events {
			seen[event.ID] = true
		}
		return nil
	}))
	if len(seen) != 251 {
		t.Errorf("read %d events, want 251", len(seen))
	}
}

func TestBadTimelineQueriesAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	_, err := b.FindTimeline(b.ctx, b.org, crm.TimelineQuery{Contact: anna.ID, Kinds: []crm.EventKind{"gossip"}})
	b.refused(err, domain.KindInvalid, "gossip")
	_, err = b.FindTimeline(b.ctx, b.org, crm.TimelineQuery{Contact: anna.ID, From: today, To: today})
	b.refused(err, domain.KindInvalid, "after the beginning")
	for _, text := range []string{"x", "1-", "-1", "1-0", "1-x", "99999999999999999999-1"} {
		_, err := crm.ParseTimelineCursor(text)
		b.refused(err, domain.KindInvalid, "no place in a timeline")
	}
}
