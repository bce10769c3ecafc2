package messagingstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store/searchsql/searchtest"
	"github.com/mauntic/mauntic/store/storetest"
)

func TestMessagesAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	others := storetest.Org(t, s.db, "Globex")
	welcome, err := s.InsertEmail(s.ctx, s.org, messaging.EmailInput{Name: "Welcome"})
	s.must(err)
	reminder, err := s.InsertSMS(s.ctx, s.org, messaging.SMSInput{Name: "Reminder"})
	s.must(err)
	s.exec(`insert into crm.contacts (id, org_id, email) overriding system value values (4711, $1, 'ann@example.org')`)
	// Each is named by the local part of its address.
	const add = `insert into messaging.messages (org_id, sid, key, channel, class, state, address, reason, delivery, provider_id, contact_id, email_id, sms_id, campaign_id, created_at, sent_at, call_deadline)
		values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now() - $14 * interval '1 day', now() - $15::int * interval '1 day', now() - interval '1 hour')`
	kept := string(domain.Keep("The quota of %s is used up.", "Amazon SES"))
	s.exec(add, "sid-ann", "email", "marketing", "sent", "ann@example.org", "", "delivered", "", 4711, welcome.ID, nil, 7, 10, 10)
	s.exec(add, "sid-bea", "email", "transactional", "failed", "bea@example.org", kept, "", "", nil, welcome.ID, nil, 8, 0, nil)
	s.exec(add, "sid-cem", "sms", "marketing", "unknown", "cem@phone.example", "Lost.", "", "", nil, nil, reminder.ID, nil, 0, nil)
	s.exec(add, "sid-dan", "email", "test", "sent", "dan@Shop.example", "", "bounced", "0102-ABC", nil, nil, nil, nil, 0, 0)
	s.exec(add, "sid-eve", "email", "internal", "skipped", "eve@example.net", "Nobody may write to them.", "", "", nil, nil, nil, 7, 0, nil)
	s.exec(add, "sid-fay", "email", "marketing", "calling", "fay@example.net", "", "", "", nil, nil, nil, 7, 0, nil)
	s.exec(add, "sid-gil", "email", "marketing", "ready", "gil@example.net", "", "", "", nil, nil, nil, 7, 0, nil)
	s.org, others = others, s.org
	s.exec(add, "sid-zoe", "email", "marketing", "failed", "ann@example.org", kept, "bounced", "0102-ABC", nil, nil, nil, 7, 0, nil)
	s.org = others

	find := func(text string) ([]string, error) {
		q := messaging.MessageQuery{PageQuery: domain.PageQuery{Search: text}, Windows: messaging.UnknownWindows{Marketing: time.Minute, Transactional: time.Minute}}
		q.Campaigns = messaging.Named{{Command: "campaign", Value: "spring"}: {7}}
		found, err := s.Messages(s.ctx, s.org, q)
		names := make([]string, len(found.Items))
		for i, m := range found.Items {
			names[i] = m.Address[:3]
		}
		return names, err
	}
	searchtest.Run(t, messaging.MessageCommands, find, []searchtest.Case{
		{Search: "", Want: "ann bea cem dan eve fay gil"},
		{Search: "EXAMPLE.ORG", Want: "ann bea"},
		{Search: "+exam", Want: ""},
		{Search: "to:ann@example.org", Want: "ann"},
		{Search: "to:*@shop.example", Want: "dan"},
		{Search: "state:failed", Want: "bea"},
		{Search: "state:unknown", Want: "cem"},
		{Search: "state:skipped", Want: "eve"},
		{Search: "state:ready", Want: "gil"},
		{Search: "state:calling", Want: "fay"},
		{Search: "!state:sent to:example.org", Want: "bea"},
		{Search: "delivery:bounced", Want: "dan"},
		{Search: "!delivery:*", Want: "bea cem eve fay gil"},
		{Search: "reason:quota", Want: "bea"},
		{Search: `reason:"Amazon SES is"`, Want: "bea"},
		{Search: `reason:"%s"`, Want: ""}, // how a phrase is kept is not what it says
		{Search: "reason:*", Want: "bea cem eve"},
		{Search: "campaign:spring", Want: "ann eve fay gil"},
		{Search: "campaign:autumn", Want: ""},
		{Search: "campaign:*", Want: "ann bea eve fay gil"},
		{Search: "email:welc", Want: "ann bea"},
		{Search: fmt.Sprintf("email:%d", welcome.ID), Want: "ann bea"},
		{Search: "!email:*", Want: "cem dan eve fay gil"},
		{Search: "sms:reminder", Want: "cem"},
		{Search: "contact:4711", Want: "ann"},
		{Search: "channel:sms", Want: "cem"},
		{Search: "is:overdue", Want: "cem"},
		{Search: "is:transactional", Want: "bea"},
		{Search: "is:test", Want: "dan"},
		{Search: "is:internal", Want: "eve"},
		{Search: "sent:today", Want: "dan"},
		{Search: "sent:<-7d", Want: "ann"},
		{Search: "created:<=-7d", Want: "ann"},
		{Search: "provider_id:0102-ABC", Want: "dan"},
		{Search: "provider_id:0102", Want: ""},
		{Search: "sid:sid-eve", Want: "eve"},
		{Search: "ids:1,2", Want: "ann bea"},
		{Search: "state:failed OR delivery:bounced", Want: "bea dan"},
	})
}
