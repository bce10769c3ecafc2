package messagingstore_test

import (
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/searchsql/searchtest"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestCapturedMailsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	add := func(org domain.OrgID, sid, sender, recipient, subject string, private bool) {
		_, err := s.Capture(s.ctx, org, messaging.Captured{Sid: sid, Sender: sender, Recipient: recipient, Subject: subject, Raw: []byte("raw"), Private: private})
		s.must(err)
	}
	add(s.org, "a", "hello@acme.example", "ann@example.org", "Welcome", false)
	add(s.org, "b", "news@acme.example", "ann@example.org", "Birthday of a friend", false)
	add(s.org, "c", "news@acme.example", "hello@shop.example", "Reminder", false)
	add(s.org, "d", "hello@acme.example", "ben@example.org", "Password", true)
	add(storetest.Org(t, s.db, "Globex"), "e", "hello@acme.example", "ann@example.org", "Welcome of others", false)
	s.exec("update messaging.inbox set created_at = now() - interval '40 days' where org_id = $1 and sid = 'b'")

	find := func(text string) ([]string, error) {
		found, err := s.InboxPage(s.ctx, s.org, domain.PageQuery{Search: text}, false)
		names := make([]string, len(found.Items))
		for i, mail := range found.Items {
			names[i], _, _ = strings.Cut(mail.Subject, " ")
		}
		return names, err
	}
	searchtest.Run(t, messaging.InboxCommands, find, []searchtest.Case{
		{Search: "", Want: "Birthday Reminder Welcome"},
		{Search: "ANN@example welc", Want: "Welcome"},
		{Search: `"of a friend"`, Want: "Birthday"},
		{Search: "hello", Want: "Reminder Welcome"},
		{Search: "to:hello", Want: "Reminder"},
		{Search: "to:ann*", Want: "Birthday Welcome"},
		{Search: "from:hello@acme.example", Want: "Welcome"},
		{Search: "subject:*end", Want: "Birthday"},
		{Search: "!subject:welcome", Want: "Birthday Reminder"},
		{Search: "created:<-30d", Want: "Birthday"},
		{Search: "ids:1,3", Want: "Reminder Welcome"},
		{Search: "password", Want: ""}, // who may not operate the installation does not learn that there is one
	})
}

func TestCapturedSMSAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	add := func(org domain.OrgID, sid, number, body string, incoming bool) {
		_, err := s.CaptureSMS(s.ctx, org, messaging.CapturedSMS{Sid: sid, Number: number, Body: body, Incoming: incoming})
		s.must(err)
	}
	add(s.org, "a", "+491511", "Sale begins", false)
	add(s.org, "b", "+491511", "STOP", true)
	add(s.org, "c", "+431512", "Hello there", false)
	add(s.org, "d", "+491513", "Good day", false)
	add(storetest.Org(t, s.db, "Globex"), "e", "+491514", "STOP", true)
	s.exec("update messaging.sms_inbox set created_at = now() - interval '40 days' where org_id = $1 and sid = 'd'")

	find := func(text string) ([]string, error) {
		found, err := s.Conversations(s.ctx, s.org, domain.PageQuery{Search: text})
		names := make([]string, len(found.Items))
		for i, sms := range found.Items {
			names[i] = sms.Number
		}
		return names, err
	}
	searchtest.Run(t, messaging.SMSInboxCommands, find, []searchtest.Case{
		{Search: "", Want: "+431512 +491511 +491513"},
		{Search: "there", Want: "+431512"},
		{Search: "sale", Want: ""}, // said before the last
		{Search: "number:+49", Want: "+491511 +491513"},
		{Search: "text:stop", Want: "+491511"},
		{Search: "is:answered", Want: "+491511"},
		{Search: "is:unanswered", Want: "+431512 +491513"},
		{Search: "created:<-30d", Want: "+491513"},
		{Search: "ids:2,3", Want: "+431512 +491511"},
	})
}

func TestSuppressionsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	const add = `insert into messaging.suppressions (org_id, channel, address, hash, reason, weight, stops, comment, origin, until, created_at)
		values ($1, $2, $3, $4, $5, 1, $6, $7, $8, now() + $9::int * interval '1 day', now() - $10::int * interval '1 day')`
	s.exec(add, "email", "ann@example.org", nil, "hard_bounce", "all", "", "0f3a", nil, 40)
	s.exec(add, "email", "ben@example.net", nil, "manual", "marketing", "Asked by phone", "user 7", nil, 0)
	s.exec(add, "sms", "+491511", nil, "soft_bounces", "marketing", "", "", 5, 0)
	s.exec(add, "email", nil, []byte("x"), "erased", "all", "", "", nil, 0)
	s.exec(add, "email", "old@example.org", nil, "soft_bounces", "marketing", "", "", -5, 0) // run out
	s.org, s.anna = storetest.Org(t, s.db, "Globex"), 0
	s.exec(add, "email", "ann@example.org", nil, "complaint", "all", "Asked by phone", "list.csv", nil, 0)
	s.org = 1

	find := func(text string) ([]string, error) {
		found, err := s.Suppressions(s.ctx, s.org, messaging.SuppressionQuery{PageQuery: domain.PageQuery{Search: text}})
		names := make([]string, len(found.Items))
		for i, one := range found.Items {
			if names[i], _, _ = strings.Cut(one.Address, "@"); one.Address == "" {
				names[i] = "erased"
			}
		}
		return names, err
	}
	searchtest.Run(t, messaging.SuppressionCommands, find, []searchtest.Case{
		{Search: "", Want: "+491511 ann ben erased"},
		{Search: "EXAMPLE", Want: "ann ben"},
		{Search: "address:*@example.org", Want: "ann"},
		{Search: "!address:*", Want: "erased"},
		{Search: "reason:hard_bounce", Want: "ann"},
		{Search: "reason:erased OR reason:soft_bounces", Want: "+491511 erased"},
		{Search: "reason:complaint", Want: ""},
		{Search: "channel:sms", Want: "+491511"},
		{Search: "stops:all", Want: "ann erased"},
		{Search: "comment:phone", Want: "ben"},
		{Search: `origin:"user 7"`, Want: "ben"},
		{Search: "until:*", Want: "+491511"},
		{Search: "!until:* channel:email stops:marketing", Want: "ben"},
		{Search: "created:<-30d", Want: "ann"},
		{Search: "ids:1,2", Want: "ann ben"},
	})
}
