package messagingstore_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/identity"
	"github.com/mauntic/mauntic/domain/messaging"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/messagingstore"
	"github.com/mauntic/mauntic/store/searchsql/searchtest"
	"github.com/mauntic/mauntic/store/storetest"
)

// shelf is an organization's emails and texts, looked at by Anna.
type shelf struct {
	*messagingstore.Store
	t    *testing.T
	db   *store.DB
	org  domain.OrgID
	anna identity.UserID
	ctx  context.Context
}

func setup(t *testing.T) shelf {
	t.Helper()
	db := storetest.New(t)
	s := shelf{Store: messagingstore.New(db), t: t, db: db, org: storetest.Org(t, db, "Acme"), ctx: context.Background()}
	s.must(db.Pool().QueryRow(s.ctx, "insert into identity.users (email, name, password_hash) values ('anna@example.com', 'Anna', '') returning id").Scan(&s.anna))
	s.ctx = identity.WithActor(s.ctx, identity.Actor{Org: s.org, User: s.anna, Role: identity.RoleSuperadmin})
	return s
}

func (s shelf) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// exec runs a statement whose $1 is the organization.
func (s shelf) exec(sql string, args ...any) {
	s.t.Helper()
	_, err := s.db.Pool().Exec(s.ctx, sql, append([]any{s.org}, args...)...)
	s.must(err)
}

func TestEmailsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	add := func(org domain.OrgID, in messaging.EmailInput) messaging.EmailID {
		email, err := s.InsertEmail(s.ctx, org, in)
		s.must(err)
		return email.ID
	}
	welcome := add(s.org, messaging.EmailInput{Name: "Welcome", Subject: "Nice to meet you", HTML: "<p>Take a discount</p>", CreatedBy: &s.anna})
	autumn := add(s.org, messaging.EmailInput{Name: "Autumn", Subject: "Spring colours", Preheader: "All in red", Text: "plain", FromName: "Berta", IsSample: true})
	add(s.org, messaging.EmailInput{Name: "Birthday", Subject: "Half price for you"})
	add(storetest.Org(t, s.db, "Globex"), messaging.EmailInput{Name: "Welcome of others", CreatedBy: &s.anna})
	s.exec("update messaging.emails set created_at = now() - interval '40 days', updated_at = now() - interval '30 days' where org_id = $1 and id = $2", autumn)
	const send = `insert into messaging.messages (org_id, key, sid, channel, class, email_id, address, state, sent_at) values ($1, $2, $2, 'email', $3, $4, 'a@example.com', 'sent', now())`
	s.exec(send, "0000000000000000000000000A", "marketing", welcome)
	s.exec(send, "0000000000000000000000000B", "test", autumn)

	find := func(text string) ([]string, error) {
		found, err := s.Emails(s.ctx, s.org, domain.PageQuery{Search: text})
		names := make([]string, len(found.Items))
		for i, one := range found.Items {
			names[i] = one.Name
		}
		return names, err
	}
	searchtest.Run(t, messaging.EmailCommands, find, []searchtest.Case{
		{Search: "", Want: "Autumn Birthday Welcome"},
		{Search: "COLOURS", Want: "Autumn"},
		{Search: `"half price"`, Want: "Birthday"},
		{Search: `"nice to meet" OR birthday`, Want: "Birthday Welcome"},
		{Search: "+colour", Want: ""},
		{Search: "name:welc", Want: "Welcome"},
		{Search: "subject:*you", Want: "Birthday Welcome"},
		{Search: "preheader:red", Want: "Autumn"},
		{Search: "body:discount", Want: "Welcome"},
		{Search: "!body:*", Want: "Birthday"},
		{Search: "from:berta", Want: "Autumn"},
		{Search: "is:mine", Want: "Welcome"},
		{Search: "is:sent", Want: "Welcome"},
		{Search: "is:unsent", Want: "Autumn Birthday"},
		{Search: "is:sample", Want: "Autumn"},
		{Search: "created:<-30d", Want: "Autumn"},
		{Search: "updated:today", Want: "Birthday Welcome"},
		{Search: fmt.Sprintf("ids:%d,999999", welcome), Want: "Welcome"},
	})
}

func TestTextsAreSearchedInTheLanguage(t *testing.T) {
	t.Parallel()
	s := setup(t)
	add := func(org domain.OrgID, in messaging.SMSInput) messaging.SMSID {
		text, err := s.InsertSMS(s.ctx, org, in)
		s.must(err)
		return text.ID
	}
	welcome := add(s.org, messaging.SMSInput{Name: "Welcome", Body: "Take a discount", CreatedBy: &s.anna})
	reminder := add(s.org, messaging.SMSInput{Name: "Reminder", Body: "Tomorrow at 9:30", IsSample: true})
	add(storetest.Org(t, s.db, "Globex"), messaging.SMSInput{Name: "Welcome of others", Body: "Hi", CreatedBy: &s.anna})
	s.exec("update messaging.sms set created_at = now() - interval '40 days', updated_at = now() - interval '30 days' where org_id = $1 and id = $2", reminder)
	s.exec(`insert into messaging.messages (org_id, key, sid, channel, class, sms_id, address, state, sent_at)
		values ($1, 'c', '0000000000000000000000000C', 'sms', 'marketing', $2, '+4915112345678', 'sent', now())`, welcome)

	find := func(text string) ([]string, error) {
		found, err := s.Texts(s.ctx, s.org, domain.PageQuery{Search: text})
		names := make([]string, len(found.Items))
		for i, one := range found.Items {
			names[i] = one.Name
		}
		return names, err
	}
	searchtest.Run(t, messaging.SMSCommands, find, []searchtest.Case{
		{Search: "", Want: "Reminder Welcome"},
		{Search: "9:30", Want: "Reminder"},
		{Search: "name:welc", Want: "Welcome"},
		{Search: "body:discount", Want: "Welcome"},
		{Search: "is:mine", Want: "Welcome"},
		{Search: "is:sent", Want: "Welcome"},
		{Search: "is:unsent", Want: "Reminder"},
		{Search: "is:sample", Want: "Reminder"},
		{Search: "created:<-30d", Want: "Reminder"},
		{Search: "updated:today", Want: "Welcome"},
		{Search: fmt.Sprintf("ids:%d", reminder), Want: "Reminder"},
	})
}
