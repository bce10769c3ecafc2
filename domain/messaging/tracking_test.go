package messaging_test

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/messaging"
)

var publicToken = regexp.MustCompile(`https://mail\.example\.com/(t/o|t/c|u|v)/([\w-]+)`)

// tokens delivers the welcome email to a contact and returns the tokens in the mail by path.
func (b *bench) tokens(contact crm.Contact) (messaging.Outgoing, map[string]string) {
	b.t.Helper()
	in := welcome()
	in.HTML += `<a href="{{ view_url }}">view</a>`
	out, _, parts := b.sendTo(contact, in)
	found := map[string]string{}
	for _, match := range publicToken.FindAllStringSubmatch(parts.HTML, -1) {
		found[match[1]] = match[2]
	}
	return out, found
}

func TestOpensAndClicksBecomeEvents(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	out, tokens := b.tokens(anna)
	if got, ok := b.ReadOpen(tokens["t/o"]); !ok || got != out.Sid {
		t.Errorf("open token: %q, %v", got, ok)
	}
	got, target, err := b.another().ReadClick(b.ctx, tokens["t/c"])
	if err != nil || got != out.Sid || target != "https://example.com/start?a=1&b=2" {
		t.Errorf("click token: %q, %q, %v", got, target, err)
	}
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	hits := []messaging.Hit{
		{ID: "1", Kind: messaging.HitOpen, Sid: out.Sid, At: at},
		{ID: "2", Kind: messaging.HitOpen, Sid: out.Sid, At: at.Add(30 * time.Second)}, // same minute
		{ID: "3", Kind: messaging.HitOpen, Sid: out.Sid, At: at.Add(5 * time.Second), Machine: true},
		{ID: "4", Kind: messaging.HitOpen, Sid: out.Sid, At: at.Add(time.Minute)},
		{ID: "5", Kind: messaging.HitClick, Sid: out.Sid, URL: target, At: at},
		{ID: "6", Kind: messaging.HitClick, Sid: out.Sid, URL: target, At: at},
		{ID: "7", Kind: messaging.HitOpen, Sid: sid, At: at}, // no such message
	}
	for range 2 { // a spool that is replayed twice
		b.must(b.RecordHits(b.ctx, hits))
	}
	opened, clicked := b.events(anna.ID, crm.EventEmailOpened), b.events(anna.ID, crm.EventEmailClicked)
	if len(opened) != 3 || len(clicked) != 2 {
		t.Fatalf("%d opens, %d clicks", len(opened), len(clicked))
	}
	if e := clicked[0]; e.Data["url"] != target || *e.CampaignID != 5 || e.MessageID == nil || e.Data["email"] != "Welcome" || !e.OccurredAt.Equal(at) {
		t.Errorf("%+v", e)
	}
}

func TestHitsOfDeletedContactsAreDropped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	out, _ := b.tokens(b.anna())
	gone := b.contact(crm.ContactInput{Email: new("gone@example.com")})
	goneOut, _ := b.tokens(gone)
	b.must(b.crm.DeleteContact(b.ctx, b.org, gone.ID))
	b.must(b.RecordHits(b.ctx, []messaging.Hit{
		{ID: "1", Kind: messaging.HitOpen, Sid: goneOut.Sid, At: time.Now()},
		{ID: "2", Kind: messaging.HitOpen, Sid: out.Sid, At: time.Now()},
	}))
}

func TestForgedTokensLeadNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, tokens := b.tokens(b.anna())
	for _, token := range []string{"", "x", tokens["t/o"], tokens["u"], tokens["t/c"] + "A"} {
		if _, _, err := b.ReadClick(b.ctx, token); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("click by %q: %v", token, err)
		}
	}
	for _, token := range []string{"", "x", tokens["t/o"], tokens["t/c"], tokens["v"]} {
		if err := b.Unsubscribe(b.ctx, token); !errors.Is(err, domain.ErrNotFound) {
			t.Errorf("unsubscribe by %q: %v", token, err)
		}
	}
	if _, err := b.View(b.ctx, tokens["u"]); !errors.Is(err, domain.ErrNotFound) {
		t.Errorf("view: %v", err)
	}
}

func TestUnsubscribingIsEffectiveAtOnceAndCanBeUndone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	out, tokens := b.tokens(anna)
	anonymous := t.Context()
	for range 2 {
		b.must(b.Unsubscribe(anonymous, tokens["u"]))
	}
	shown, err := b.Subscription(anonymous, tokens["u"])
	if err != nil || shown.Subscribed || shown.Organization != "Acme" {
		t.Errorf("%+v, %v", shown, err)
	}
	contact, err := b.crm.Contact(b.ctx, b.org, anna.ID)
	b.must(err)
	if len(contact.DoNotContact) != 1 || contact.DoNotContact[0].Origin != out.Sid || contact.DoNotContact[0].Reason != crm.Unsubscribed {
		t.Errorf("%+v", contact.DoNotContact)
	}
	if events := b.events(anna.ID, crm.EventUnsubscribed); len(events) != 1 || *events[0].CampaignID != 5 {
		t.Errorf("%+v", events)
	}
	delivery, err := b.Deliver(b.ctx, b.org, b.decide(anna.ID, b.email(welcome()).ID).ID)
	if err != nil || delivery.State != messaging.StateSkipped {
		t.Errorf("%+v, %v", delivery, err)
	}
	b.must(b.Resubscribe(anonymous, tokens["u"]))
	if shown, err = b.Subscription(anonymous, tokens["u"]); err != nil || !shown.Subscribed {
		t.Errorf("%+v, %v", shown, err)
	}
	consents, err := b.crm.Consents(b.ctx, b.org, anna.ID, 0, 10)
	b.must(err)
	if len(consents) != 2 || consents[0].State != crm.Granted || consents[1].State != crm.Withdrawn || consents[1].Source != crm.ByLink || consents[1].Detail != "Message "+out.Sid {
		t.Errorf("the consent log is %+v", consents)
	}
	found, err := b.MessagesBySid(b.ctx, b.org, []string{out.Sid, "unknown"})
	b.must(err)
	if len(found) != 1 || found[out.Sid].Named() == "" {
		t.Errorf("by its public id: %+v", found)
	}
}

func TestUndoDoesNotLiftWhatOthersForbade(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.anna()
	_, tokens := b.tokens(anna)
	b.must(b.crm.SetDoNotContact(b.ctx, b.org, anna.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Bounced}))
	b.must(b.Resubscribe(t.Context(), tokens["u"]))
	if shown, err := b.Subscription(t.Context(), tokens["u"]); err != nil || shown.Subscribed {
		t.Errorf("%+v, %v", shown, err)
	}
}

func TestTheBrowserViewShowsTheMailWithDirectLinks(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, tokens := b.tokens(b.anna())
	html, err := b.View(t.Context(), tokens["v"])
	b.must(err)
	for _, want := range []string{"Hi Anna", "https://example.com/start"} {
		if !regexp.MustCompile(regexp.QuoteMeta(want)).MatchString(html) {
			t.Errorf("lacks %q: %s", want, html)
		}
	}
	if regexp.MustCompile(`/t/[oc]/`).MatchString(html) {
		t.Errorf("it tracks: %s", html)
	}
}
