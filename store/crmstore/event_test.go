package crmstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/store"
)

func TestAnEventUnderAKnownKeyIsTheFirstOneAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	open := crm.Event{Contact: contact.ID, Type: crm.EventEmailOpened, MessageID: new(int64(5)), Key: "open-5"}
	first, err := b.AppendEvents(b.ctx, b.org, []crm.Event{open})
	b.must(err)
	b.heard.events = nil
	again, err := b.AppendEvents(b.ctx, b.org, []crm.Event{open, {Contact: contact.ID, Type: crm.EventEmailClicked}})
	b.must(err)
	if again[0].ID != first[0].ID || again[0].Type != crm.EventEmailOpened || again[1].ID == 0 {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if len(b.heard.events) != 1 || b.heard.events[0].ID != again[1].ID {
		t.Errorf("the listener heard %+v", b.heard.events)
	}
}

func TestManyEventsAtOnceAreWhatOneAfterTheOtherAre(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	known, err := b.AppendEvents(b.ctx, b.org, []crm.Event{{Contact: contact.ID, Type: "visit", Key: "7", Data: map[string]any{"no": 0}}})
	b.must(err)
	b.heard.events = nil
	var events []crm.Event
	for i := range 50 { // every key comes twice
		events = append(events, crm.Event{Contact: contact.ID, Type: "visit", Key: fmt.Sprint(i / 2), Data: map[string]any{"no": float64(i)}, MessageID: new(int64(i))})
	}
	events = append(events, crm.Event{Contact: contact.ID, Type: "bye"})
	stored, err := b.AppendEvents(b.ctx, b.org, events)
	b.must(err)
	for i, event := range stored[:50] {
		first := stored[i-i%2]
		if event.ID != first.ID || i/2 == 7 && event.ID != known[0].ID || i/2 != 7 && event.Data["no"] != float64(i-i%2) || event.CreatedAt.IsZero() {
			t.Errorf("event %d is %+v", i, event)
		}
		if i >= 2 && i/2 != 7 && i/2 != 8 && event.ID < stored[i-2].ID {
			t.Errorf("event %d has the number %d, the one before it %d", i, event.ID, stored[i-2].ID)
		}
	}
	if bye := stored[50]; bye.ID <= stored[49].ID || bye.Data == nil {
		t.Errorf("the last is %+v", bye)
	}
	if len(b.heard.events) != 25 {
		t.Errorf("the listener heard of %d", len(b.heard.events))
	}
	events[3].Contact = 1 << 40
	events[3].Key = "new"
	_, err = b.AppendEvents(b.ctx, b.org, events)
	b.refused(err, domain.KindNotFound, "does not exist")
}

func TestEventsOfContactsThatAreGoneAreRefusedWithAllOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	foreign := b.in(t, "Other").contact("other@example.com")
	b.heard.events = nil
	for _, gone := range []crm.ContactID{foreign.ID, foreign.ID + 1} {
		_, err := b.AppendEvents(b.ctx, b.org, []crm.Event{
			{Contact: contact.ID, Type: crm.EventEmailOpened, Key: "open"}, {Contact: gone, Type: crm.EventEmailOpened, Key: "other"},
		})
		b.refused(err, domain.KindNotFound, "")
		if got := b.events(contact.ID); got != "contact.created" || len(b.heard.events) != 0 {
			t.Errorf("events are %s, heard %v", got, b.heard.events)
		}
	}
}

func TestEventsAndTagsGoWithTheirContactAndTagsWithTheirTag(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	b.tagged(anna, "vip", "new")
	b.tagged(ben, "vip", "new")
	_, err := b.db.Pool().Exec(b.ctx, "delete from crm.all_contacts where id = $1", anna.ID)
	b.must(err)
	_, err = b.db.Pool().Exec(b.ctx, "delete from crm.all_tags where name = 'vip'")
	b.must(err)
	var events, tags int
	b.must(b.db.Pool().QueryRow(b.ctx, `select (select count(*) from crm.events where contact_id = $1),
		(select count(*) from crm.contact_tags)`, anna.ID).Scan(&events, &tags))
	if events != 0 || tags != 1 {
		t.Errorf("%d events and %d tags are left, want the other contact's other tag", events, tags)
	}
	_, err = b.db.Pool().Exec(b.ctx, "insert into crm.contact_tags (org_id, contact_id, tag_id) values ($1, $2, 987654)", b.org, ben.ID)
	if !store.IsForeignKey(err) {
		t.Errorf("a tag that is not there: %v", err)
	}
}

func TestListenersHearAfterTheCommitOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	b.heard.events = nil
	change := errors.New("a change of mind")
	err := b.db.InTx(b.ctx, b.org, func(ctx context.Context) error {
		_, err := b.AppendEvents(ctx, b.org, []crm.Event{{Contact: contact.ID, Type: crm.EventEmailOpened}})
		b.must(err)
		if len(b.heard.events) != 0 {
			t.Error("heard before the commit")
		}
		return change
	})
	if !errors.Is(err, change) || len(b.heard.events) != 0 {
		t.Errorf("error %v, heard %v of what was rolled back", err, b.heard.events)
	}
}

func TestFindEventReturnsTheFirstMatch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact, other := b.contact("anna@example.com"), b.contact("ben@example.com")
	since, err := b.LastEventID(b.ctx, b.org)
	b.must(err)
	stored, err := b.AppendEvents(b.ctx, b.org, []crm.Event{
		{Contact: other.ID, Type: crm.EventEmailOpened, MessageID: new(int64(5))},
		{Contact: contact.ID, Type: crm.EventEmailClicked, MessageID: new(int64(5))},
		{Contact: contact.ID, Type: crm.EventEmailOpened, MessageID: new(int64(5)), Data: map[string]any{"machine": true}},
		{Contact: contact.ID, Type: crm.EventEmailOpened, MessageID: new(int64(6))},
		{Contact: contact.ID, Type: crm.EventEmailOpened, MessageID: new(int64(5))},
		{Contact: contact.ID, Type: crm.EventEmailOpened, MessageID: new(int64(5))},
	})
	b.must(err)
	for want, match := range map[int]crm.EventMatch{
		4: {Contact: contact.ID, Type: crm.EventEmailOpened, MessageID: new(int64(5)), Since: since},
		3: {Contact: contact.ID, Type: crm.EventEmailOpened, Since: since},
		5: {Contact: contact.ID, Type: crm.EventEmailOpened, Since: stored[4].ID},
	} {
		found, ok, err := b.FindEvent(b.ctx, b.org, match)
		b.must(err)
		if !ok || found.ID != stored[want].ID {
			t.Errorf("%+v: found %+v, want number %d", match, found, want)
		}
	}
	_, ok, err := b.FindEvent(b.ctx, b.org, crm.EventMatch{Contact: contact.ID, Type: crm.EventEmailOpened, Since: stored[5].ID})
	b.must(err)
	if ok {
		t.Error("found an event that has not come")
	}
}

func TestCustomEventsAreRecordedAllOrNone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("Anna@example.com")
	paid := crm.EventInput{Email: "anna@EXAMPLE.com", Type: "order.paid", Data: map[string]any{"total": 12.5}, Key: "order-1"}
	stored, err := b.RecordEvents(b.ctx, b.org, []crm.EventInput{paid, {Contact: contact.ID, Type: "login"}})
	b.must(err)
	if stored[0].Contact != contact.ID || !stored[1].OccurredAt.Equal(today) {
		t.Errorf("stored %+v", stored)
	}
	_, err = b.RecordEvents(b.ctx, b.org, []crm.EventInput{paid, {Email: "nobody@example.com", Type: "login"}})
	b.refused(err, domain.KindInvalid, "events[1].email")
	if got := b.events(contact.ID); got != "contact.created order.paid login" {
		t.Errorf("events are %s", got)
	}
}

func TestBadCustomEventsAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	for field, bad := range map[string]crm.EventInput{
		"events[0].type: Types that begin with email.": {Contact: contact.ID, Type: "email.opened"},
		"events[0].type: A type is":                    {Contact: contact.ID, Type: "Order Paid"},
		"events[0].contactId: Say whose":               {Type: "login"},
		"events[0].occurredAt":                         {Contact: contact.ID, Type: "login", OccurredAt: today.Add(6 * time.Minute)},
		"events[0].data: The data of":                  {Contact: contact.ID, Type: "login", Data: map[string]any{"x": strings.Repeat("x", 17<<10)}},
		"events[0].data: The data holds a NUL":         {Contact: contact.ID, Type: "login", Data: map[string]any{"x": []any{"a\x00"}}},
	} {
		_, err := b.RecordEvents(b.ctx, b.org, []crm.EventInput{bad})
		b.refused(err, domain.KindInvalid, field)
	}
	_, err := b.RecordEvents(b.ctx, b.org, make([]crm.EventInput, 101))
	b.refused(err, domain.KindInvalid, "between 1 and 100")
}

func TestTheTimelineGoesBackPageByPage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	contact := b.contact("anna@example.com")
	for range 4 {
		_, err := b.RecordEvents(b.ctx, b.org, []crm.EventInput{{Contact: contact.ID, Type: "login"}})
		b.must(err)
	}
	var seen []crm.EventID
	for before := crm.EventID(0); ; before = seen[len(seen)-1] {
		page, err := b.Timeline(b.ctx, b.org, contact.ID, before, 2)
		b.must(err)
		if len(page) == 0 {
			break
		}
		for _, event := range page {
			seen = append(seen, event.ID)
		}
	}
	if len(seen) != 5 {
		t.Errorf("saw %v", seen)
	}
}
