package ui_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/activities/provider/dns"
	"github.com/mauntic/mauntic/activities/provider/dns/dnstest"
	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/campaign"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/storetest/world"
)

// relay sends through one mail server.
type relay struct{ *world.Provider }

func (relay) Host() string { return "relay.example.com" }

// fillDomains adds sender domains whose records are wrong, each in another way, and says how many.
func fillDomains(ctx context.Context, t *testing.T, w *world.World) int {
	t.Helper()
	signer, err := messaging.NewSigner([]messaging.Key{{ID: 1, Secret: []byte("a secret of thirty-two bytes ...")}})
	if err != nil {
		t.Fatal(err)
	}
	zone := dnstest.New(t)
	service := messaging.New(messaging.Deps{
		Store: messagingstore.New(w.DB), Tx: w.DB, Contacts: w.CRM, Provider: relay{w.Provider}, SMS: w.Provider, Signer: signer,
		DNS: dns.New(zone.Address()), Log: slog.New(slog.DiscardHandler),
	})
	zone.A("relay.example.com", [4]byte{192, 0, 2, 9})
	zone.TXT("_dmarc.example.org", "v=DMARC1; p=reject; aspf=s")
	domains := []struct {
		name  string
		spf   []string
		dmarc string
	}{
		{"example.com", nil, ""},
		{"a.example.com", []string{"v=spf1 ip4:192.0.2.9 -all"}, "v=DMARC1; p=none"},
		{"b.example.com", []string{"v=spf1 ip4:192.0.2.1 -all"}, "v=DMARC1"},
		{"c.example.com", []string{"v=spf1 +all"}, ""},
		{"d.example.com", []string{"v=spf1 -all", "v=spf1 ~all"}, ""},
		{"e.example.com", []string{"v=spf1 a/99 -all"}, ""},
		{"f.example.com", []string{"v=spf1 include: -all"}, ""},
		{"g.example.com", []string{"v=spf1 include:none.example.com -all"}, ""},
		{"h.example.com", []string{"v=spf1 " + strings.Repeat("include:a.example.com ", 11)}, ""},
		{"i.example.com", []string{"v=spf1 ip4:300 -all"}, ""},
		{"j.example.org", []string{"v=spf1 είναι -all"}, ""},
	}
	for _, d := range domains {
		for _, text := range d.spf {
			zone.TXT(d.name, text)
		}
		if d.dmarc != "" {
			zone.TXT("_dmarc."+d.name, d.dmarc)
		}
		if d.name == "j.example.org" {
			zone.MX(d.name, 10, "relay.example.com")
		}
		if _, err := service.AddSenderDomain(ctx, w.Org, d.name, ""); err != nil {
			t.Fatal(err)
		}
	}
	return len(domains)
}

// nameless is a contact who has neither name nor email address, and what waits for them and another
// one: each of their journeys for something else.
func nameless(t *testing.T, w *world.World, known crm.ContactID, email messaging.EmailID) (pages []string) {
	t.Helper()
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(busy.Close)
	somebody := w.Contact(t, crm.ContactInput{Phone: new("+30 2107654321")})
	for _, waits := range []struct {
		who  crm.ContactID
		flow string
	}{
		{known, fmt.Sprintf(`{"id": "c1", "kind": "send_email", "settings": {"email": %d}}`, email)},
		{somebody.ID, `{"id": "c1", "kind": "wait", "settings": {"for": {"amount": 2, "unit": "days"}}}`},
		{somebody.ID, `{"id": "c1", "kind": "call_webhook", "settings": {"url": "` + busy.URL + `"}}`},
		{somebody.ID, `{"id": "c1", "kind": "notify_user", "settings": {"to": "addresses", "addresses": ["anna@example.com"], "subject": "Γεια", "text": "Γεια"}}`},
		{known, fmt.Sprintf(`{"id": "c1", "kind": "send_email", "settings": {"email": %d}}, {"id": "c2", "kind": "decision", "settings": {"did": "clicked", "step": "c1", "within": {"amount": 3, "unit": "hours"}}}`, email)},
		{somebody.ID, fmt.Sprintf(`{"id": "c1", "kind": "send_email", "settings": {"email": %d}}`, email)},
	} {
		made := w.Publish(t, "Αναμονή", `{"root": [`+waits.flow+`]}`)
		journey := w.Enter(t, made.ID, waits.who)[0]
		pages = append(pages, fmt.Sprintf("/app/journeys/%d", journey.ID), fmt.Sprintf("/app/campaigns/%d/people", made.ID))
		ask := campaign.Advance{Org: w.Org, Journey: journey.ID, Seq: 1, Now: time.Now(), Happened: campaign.Happened{What: campaign.HappenedStart}}
		doing, err := w.Campaign.Advance(w.Ctx(), ask)
		switch {
		case err != nil:
		case doing.Call != 0:
			if _, err = w.Campaign.MakeCall(w.Ctx(), w.Org, doing.Call); err == nil {
				t.Error("The webhook answered.")
			}
			err = nil
		case doing.Message != 0 && (strings.Contains(waits.flow, "decision") || waits.who == somebody.ID && strings.Contains(waits.flow, "send_email")):
			if _, err = w.Messaging.Deliver(w.Ctx(), w.Org, doing.Message); err == nil {
				ask.Seq, ask.Happened.What = 2, campaign.HappenedActivity
				_, err = w.Campaign.Advance(w.Ctx(), ask)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	gone := w.Contact(t, crm.ContactInput{Phone: new("+30 2107654322")})
	if err := w.CRM.DeleteContact(w.Ctx(), w.Org, gone.ID); err != nil {
		t.Fatal(err)
	}
	at := fmt.Sprintf("/app/contacts/%d", somebody.ID)
	return append(pages, at, at+"/edit", at+"/journeys", fmt.Sprintf("/app/why?contact=%d&about=campaign-1", somebody.ID),
		"/app/search?q=2107654321", "/app/contacts?search=2107654321")
}

// postbox takes the letters of the program.
type postbox []string

func (p *postbox) SendLetter(_ context.Context, _ domain.OrgID, l identity.Letter) error {
	*p = append(*p, l.Text)
	return nil
}

// ownLink finds the way into the program in a letter or a mail.
var ownLink = regexp.MustCompile(`(/(?:invite|reset|u)/[\w.~-]+)`)

// byLetter invites a colleague and forgets a password, and returns the pages to which their letters lead, and
// that of who wants no more mails.
func byLetter(ctx context.Context, t *testing.T, w *world.World) (pages []string) {
	t.Helper()
	var box postbox
	w.Identity.MailBy(&box)
	_, err := w.Identity.Invite(ctx, w.Org, identity.InvitationInput{Name: "Νίκος", Email: "nikos@example.com", Role: identity.RoleUser})
	if err == nil {
		err = w.Identity.RequestReset(ctx, "anna@example.com")
	}
	if err == nil {
		err = w.Identity.MailResets(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range w.Provider.Sent() {
		box = append(box, strings.ReplaceAll(string(sent.Raw), "\r\n ", ""))
	}
	for _, text := range box {
		if found := ownLink.FindStringSubmatch(text); found != nil {
			pages = append(pages, found[1])
		}
	}
	if len(pages) < 3 {
		t.Fatalf("Only %q are known from %d letters.", pages, len(box))
	}
	return pages
}

// fillCaught keeps a mail and SMS as if none were sent, with answers that close channels, and gives a contact a
// file. It returns the pages that show them.
func fillCaught(ctx context.Context, t *testing.T, w *world.World, contact crm.ContactID, email messaging.EmailID) []string {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	raw := "From: Άννα <anna@example.com>\r\nTo: eleni@example.com\r\nDate: Thu, 26 Nov 2026 09:00:00 +0000\r\n\r\nΓεια\r\n"
	caught := messagingstore.New(w.DB)
	_, err := caught.Capture(ctx, w.Org, messaging.Captured{Sid: "1", Sender: "anna@example.com", Recipient: "eleni@example.com", Subject: "Γεια", Raw: []byte(raw)})
	must(err)
	for n, incoming := range []bool{false, true} {
		_, err = caught.CaptureSMS(ctx, w.Org, messaging.CapturedSMS{Sid: fmt.Sprint(n), Number: "+302101234567", Body: "Γεια", Incoming: incoming})
		must(err)
	}
	for _, c := range []struct {
		of   crm.Channel
		said string
	}{{crm.Email, "Unsubscribed at the provider."}, {crm.SMS, "Wrote: “Όχι”"}} {
		must(w.CRM.ClearDoNotContact(ctx, w.Org, contact, c.of))
		must(w.CRM.SetDoNotContact(ctx, w.Org, contact, crm.DoNotContact{Channel: c.of, Reason: crm.Unsubscribed, Comment: c.said, Source: crm.ByReply}))
	}
	_, err = w.CRM.AddAttachment(ctx, w.Org, contact, "φίλοι.txt", strings.NewReader("Γεια"))
	must(err)
	at := fmt.Sprintf("/app/contacts/%d?tab=", contact)
	return []string{
		"/app/inbox", "/app/inbox/1", "/app/inbox/sms", "/app/inbox/sms/1", at + "files", at + "consent", at + "notes", at + "journeys",
		fmt.Sprintf("/app/emails/%d/messages", email),
	}
}

// bySegment puts a segment into a campaign, and returns the page of who came in that way.
func bySegment(ctx context.Context, t *testing.T, w *world.World, segment crm.Segment) string {
	t.Helper()
	made := w.Publish(t, "Για φίλους", `{"root": [{"id": "x", "kind": "exit"}]}`)
	if _, err := w.Campaign.AddContacts(ctx, w.Org, made.ID, campaign.Entry{Segment: segment.Alias, Source: "manual"}); err != nil {
		t.Fatal(err)
	}
	entered, err := w.Campaign.Journeys(w.Ctx(), w.Org, campaign.JourneyQuery{Campaign: made.ID})
	if err != nil || entered.Total != 1 {
		t.Fatalf("%d friends entered: %v", entered.Total, err)
	}
	return fmt.Sprintf("/app/journeys/%d", entered.Items[0].ID)
}
