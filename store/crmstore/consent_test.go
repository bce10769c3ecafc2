package crmstore_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/domain/crm"
	"github.com/mauntic/mauntic/domain/identity"
)

// consents returns a contact's log, newest first, as "state purpose by source: detail".
func (b bench) consents(contact crm.Contact) string {
	b.t.Helper()
	consents, err := b.Consents(b.ctx, b.org, contact.ID, 0, 100)
	b.must(err)
	lines := make([]string, len(consents))
	for i, c := range consents {
		lines[i] = strings.TrimSuffix(fmt.Sprintf("%s %s by %s: %s", c.State, c.Purpose, c.Source, c.Detail), ": ")
	}
	return strings.Join(lines, " | ")
}

func TestAnotherOrganizationsConsentsAreNotFound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	org, ctx := b.stranger()
	_, err := b.Consents(ctx, org, anna.ID, 0, 10)
	b.refused(err, domain.KindNotFound, "no contact")
	_, err = b.RecordConsent(ctx, org, anna.ID, crm.ConsentInput{Purpose: "email", State: crm.Granted})
	b.refused(err, domain.KindNotFound, "no contact")
	b.refused(b.WriteConsents(ctx, org, anna.ID, &bytes.Buffer{}), domain.KindNotFound, "no contact")
}

func TestMarksAreLoggedUnlessTheAddressMerelyBounced(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	stop := crm.DoNotContact{Channel: crm.Email, Reason: crm.Unsubscribed, Origin: "sid-1", Source: crm.ByLink}
	b.must(b.SetDoNotContact(b.ctx, b.org, anna.ID, stop))
	b.must(b.SetDoNotContact(b.ctx, b.org, anna.ID, stop))
	b.must(b.AllowChannel(b.ctx, b.org, anna.ID, crm.Allowance{Channel: crm.Email, Comment: "Asked by phone."}))
	b.must(b.ClearDoNotContact(b.ctx, b.org, anna.ID, crm.Email))
	if got := b.consents(anna); got != "granted email by campaign: Asked by phone. | withdrawn email by link: Message sid-1" {
		t.Errorf("the log is %s", got)
	}
	b.must(b.SetDoNotContact(b.ctx, b.org, ben.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Bounced}))
	b.must(b.ClearDoNotContact(b.ctx, b.org, ben.ID, crm.Email))
	if got := b.consents(ben); got != "" {
		t.Errorf("a bounce is logged as %s", got)
	}
}

func TestWithdrawingAChannelForbidsItAndGrantingLiftsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	record := func(purpose string, state crm.ConsentState) {
		t.Helper()
		_, err := b.RecordConsent(b.ctx, b.org, anna.ID, crm.ConsentInput{
			Purpose: purpose, State: state, Source: crm.ByForm, Wording: "Yes, <b>write</b> to me.", IP: "::ffff:192.0.2.7",
		})
		b.must(err)
	}
	record("Profiling", crm.Withdrawn)
	record("email", crm.Withdrawn)
	record("email", crm.Granted)
	read, err := b.Contact(b.ctx, b.org, anna.ID)
	b.must(err)
	if len(read.DoNotContact) != 1 || read.DoNotContact[0].Channel != crm.Email || read.DoNotContact[0].Reason != crm.Unsubscribed {
		t.Errorf("marks are %+v", read.DoNotContact)
	}
	consents, err := b.Consents(b.ctx, b.org, anna.ID, 0, 100)
	b.must(err)
	if len(consents) != 3 || consents[2].Purpose != "profiling" || consents[0].IP != "192.0.2.7" || consents[0].Wording != "Yes, <b>write</b> to me." {
		t.Errorf("the log is %+v", consents)
	}
}

func TestWhoEnteredAConsentIsKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	var user identity.UserID
	b.must(b.db.Pool().QueryRow(b.ctx, `insert into identity.users (email, name) values ('eva@example.com', 'Eva') returning id`).Scan(&user))
	_, err := b.db.Pool().Exec(b.ctx, `insert into identity.org_members (org_id, user_id, role) values ($1, $2, 'user')`, b.org, user)
	b.must(err)
	ctx := identity.WithActor(context.Background(), identity.Actor{Org: b.org, User: user, Name: "Eva", Role: identity.RoleUser})
	b.must(b.SetDoNotContact(ctx, b.org, anna.ID, crm.DoNotContact{Channel: crm.SMS, Reason: crm.Manual, Comment: "Told me so."}))
	consents, err := b.Consents(b.ctx, b.org, anna.ID, 0, 1)
	b.must(err)
	if consents[0].Source != crm.ByPerson || consents[0].User != "Eva" || *consents[0].UserID != user {
		t.Errorf("the entry is %+v", consents[0])
	}
	read, err := b.Contact(b.ctx, b.org, anna.ID)
	b.must(err)
	if read.DoNotContact[0].Origin != fmt.Sprintf("user %d", user) {
		t.Errorf("the mark comes from %q", read.DoNotContact[0].Origin)
	}
	names, err := b.ColleagueNames(b.ctx, b.org, []identity.UserID{user, 999})
	b.must(err)
	if len(names) != 1 || names[user] != "Eva" {
		t.Errorf("names are %v", names)
	}
}

func TestTheConsentLogIsNeverChangedAndGoesWithItsContact(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	_, err := b.RecordConsent(b.ctx, b.org, anna.ID, crm.ConsentInput{Purpose: "email", State: crm.Granted})
	b.must(err)
	if _, err := b.db.Pool().Exec(b.ctx, "update crm.consents set state = 'withdrawn'"); err == nil {
		t.Error("an entry was changed")
	}
	_, err = b.db.Pool().Exec(b.ctx, "delete from crm.all_contacts where id = $1", anna.ID)
	b.must(err)
	var left int
	b.must(b.db.Pool().QueryRow(b.ctx, "select count(*) from crm.consents").Scan(&left))
	if left != 0 {
		t.Errorf("%d entries outlive their contact", left)
	}
}

func TestTheConsentLogIsWrittenAsASafeCSV(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	for i := range 103 {
		_, err := b.RecordConsent(b.ctx, b.org, anna.ID, crm.ConsentInput{Purpose: "profiling", State: crm.Granted, Source: crm.ByForm, Detail: fmt.Sprintf("=cmd %d", i)})
		b.must(err)
	}
	var file bytes.Buffer
	b.must(b.WriteConsents(b.ctx, b.org, anna.ID, &file))
	lines := strings.Split(strings.TrimSpace(file.String()), "\n")
	if len(lines) != 104 || !strings.HasPrefix(lines[0], "When,Purpose,State") || !strings.Contains(lines[1], "profiling,granted,form,'=cmd 102") {
		t.Errorf("the file has %d lines and begins %q", len(lines), lines[:2])
	}
}

func TestUnclearConsentsAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna := b.contact("anna@example.com")
	for says, in := range map[string]crm.ConsentInput{
		"what the consent is about": {State: crm.Granted},
		"granted or withdrawn":      {Purpose: "email", State: "maybe"},
		"no source":                 {Purpose: "email", State: crm.Granted, Source: "rumour"},
		"not an IP address":         {Purpose: "email", State: crm.Granted, IP: "fe80::1%eth0"},
		"future":                    {Purpose: "email", State: crm.Granted, HappenedAt: today.Add(time.Hour)},
	} {
		_, err := b.RecordConsent(b.ctx, b.org, anna.ID, in)
		if domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want an error that says %q", in, err, says)
		}
	}
}

func TestStoppingManyIsLoggedForEachAndSoIsTakingItBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, ben := b.contact("anna@example.com"), b.contact("ben@example.com")
	b.must(b.SetDoNotContact(b.ctx, b.org, ben.ID, crm.DoNotContact{Channel: crm.Email, Reason: crm.Bounced}))
	job := b.bulk([]crm.ContactID{anna.ID, ben.ID}, crm.BulkChange{Action: crm.BulkForbid, Channel: crm.Email, Comment: "They called."})
	_, err := b.UndoJob(b.ctx, b.org, job.ID)
	b.must(err)
	if got := b.consents(anna); !strings.HasPrefix(got, "granted email by campaign: Action on many contacts") || !strings.HasSuffix(got, "withdrawn email by campaign: They called.") {
		t.Errorf("the log is %s", got)
	}
	if got := b.consents(ben); got != "" {
		t.Errorf("nothing changed, and the log says %s", got)
	}
}
