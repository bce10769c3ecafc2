package purge_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
	"github.com/mauntic/mauntic/store/purge"
	"github.com/mauntic/mauntic/store/storetest"
)

func exec(t *testing.T, db *store.DB, sql string, args ...any) {
	t.Helper()
	if _, err := db.Pool().Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// fill makes a contact whose journey has ended and one whose journey is open, each with an old and a
// new row of everything.
func fill(t *testing.T, db *store.DB, org domain.OrgID) {
	t.Helper()
	exec(t, db, `
		with c as (insert into campaign.campaigns (org_id, name, draft) values ($1, 'C', '{}') returning org_id, id),
		v as (insert into campaign.versions (org_id, campaign_id, version, flow) select org_id, id, 1, '{}' from c returning org_id, campaign_id),
		p as (insert into crm.contacts (org_id, firstname) values ($1, 'ended'), ($1, 'open') returning id, firstname)
		insert into campaign.journeys (org_id, campaign_id, version, contact_id, workflow_id, engine, state, source, created_at, ended_at)
		select v.org_id, v.campaign_id, 1, p.id, 'w' || p.id, 1, p.firstname, 'manual', now() - interval '99 days',
			case p.firstname when 'ended' then now() - interval '50 days' end from v, p`, org)
	for _, age := range []string{"40 days", "1 hour"} {
		exec(t, db, `insert into crm.events (org_id, contact_id, type, occurred_at, created_at)
			select $1, contact_id, 'email.opened', now(), now() - $2::text::interval from campaign.journeys where org_id = $1`, org, age)
		exec(t, db, `insert into messaging.messages (org_id, sid, key, channel, class, state, contact_id, journey_id, created_at)
			select $1, 's' || id || $2::text || s, 'k' || id || $2::text || s, 'email', 'marketing', s, contact_id, id, now() - $2::text::interval
			from campaign.journeys, unnest(array['sent', 'ready']) s where org_id = $1`, org, age)
		exec(t, db, `insert into campaign.step_log (org_id, journey_id, seq, step_id, kind, label, outcome, occurred_at)
			select $1, id, 1, 's', 'wait', 'Wait', 'Waited.', now() - $2::text::interval from campaign.journeys where org_id = $1`, org, age)
		exec(t, db, `insert into campaign.calls (org_id, journey_id, step_id, visit, key, created_at)
			select $1, id, 's' || $2::text, 1, 'k', now() - $2::text::interval from campaign.journeys where org_id = $1`, org, age)
		exec(t, db, `insert into messaging.inbox (org_id, sid, sender, recipient, subject, raw, created_at)
			values ($1, $2::text, '', '', '', '', now() - $2::text::interval)`, org, age)
		exec(t, db, `insert into messaging.sms_inbox (org_id, sid, number, body, created_at) values ($1, $2::text, '', '', now() - $2::text::interval)`, org, age)
		exec(t, db, `insert into messaging.feedback (org_id, provider, key, message_id, kind, at, raw, created_at)
			values ($1, 'ses', $2::text, 1, 'delivered', now(), '{}', now() - $2::text::interval)`, org, age)
		exec(t, db, `insert into crm.notes (org_id, contact_id, type, text, happened_at, deleted_at)
			select $1, min(id), 'general', 'x', now(), now() - $2::text::interval from crm.contacts where org_id = $1`, org, age)
		exec(t, db, `insert into crm.attachments (org_id, contact_id, name, media_type, bytes, sha256, deleted_at)
			select $1, min(id), 'x', 'text/plain', 1, '', now() - $2::text::interval from crm.contacts where org_id = $1`, org, age)
		exec(t, db, `insert into crm.all_tags (org_id, name, deleted_at) values ($1, 'x', now() - $2::text::interval)`, org, age)
		exec(t, db, `insert into crm.all_contacts (org_id, firstname, deleted_at) values ($1, 'gone', now() - $2::text::interval)`, org, age)
		exec(t, db, `with j as (insert into crm.jobs (org_id, kind, title, state, settings, ended_at)
				values ($1, 'export', 'x', 'done', '{}', now() - $2::text::interval), ($1, 'export', 'y', 'running', '{}', null) returning org_id, id)
			insert into crm.job_pieces (org_id, job_id, no, data, created_at)
			select org_id, max(id), 1, '', now() - $2::text::interval from j group by org_id`, org, age)
		exec(t, db, `insert into crm.all_segments (org_id, name, alias, deleted_at) values ($1, 'x', 'x', now() - $2::text::interval)`, org, age)
		exec(t, db, `insert into messaging.reputation (org_id, scope, subject, minute) values ($1, 'domain', 'a.test', now() - $2::text::interval)`, org, age)
	}
}

var month = purge.Keep{Events: 30, Messages: 30, StepLogs: 30, Inbox: 30, Feedback: 30}

// removable is what fill made that nobody needs any more.
var removable = map[string]int64{
	"events": 1, "messages": 1, "step log entries": 1, "webhook calls": 1, "captured mails": 1, "captured SMS": 1, "provider reports": 1, "reputation figures": 1,
	"deleted notes": 1, "deleted files": 1, "deleted tags": 1, "deleted segments": 1, "deleted views": 0,
	"deleted contacts": 1, "background jobs": 1, "pieces of exported files": 1,
}

func TestWhatIsOldGoesExceptWhatAnOpenJourneyNeeds(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	orgs := []domain.OrgID{storetest.Org(t, db, "Acme"), storetest.Org(t, db, "Other")}
	for _, org := range orgs {
		fill(t, db, org)
	}
	for _, dry := range []bool{true, true, false} { // counting changes nothing
		done, err := purge.Run(t.Context(), db, month, dry)
		if err != nil {
			t.Fatal(err)
		}
		if len(done) != len(removable) {
			t.Fatalf("done = %+v", done)
		}
		for _, one := range done {
			if one.Rows != removable[one.What]*int64(len(orgs)) {
				t.Errorf("dry %v: %d %s, want %d.", dry, one.Rows, one.What, removable[one.What]*int64(len(orgs)))
			}
		}
	}
	done, err := purge.Run(t.Context(), db, month, false)
	for _, one := range done {
		if one.Rows != 0 || err != nil {
			t.Errorf("the second time: %d %s, %v", one.Rows, one.What, err)
		}
	}
	// The open journey has its old and its new rows still.
	for _, table := range []string{"campaign.step_log", "campaign.calls"} {
		var kept int
		err := db.Pool().QueryRow(t.Context(), `select count(*) from `+table+` l join campaign.journeys j on j.org_id = l.org_id and j.id = l.journey_id
			where j.state = 'open' and j.org_id = $1`, orgs[0]).Scan(&kept)
		if err != nil || kept != 2 {
			t.Errorf("%s: %d of the open journey are left, %v; want 2.", table, kept, err)
		}
	}
}

func TestZeroDaysIsForEver(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	fill(t, db, storetest.Org(t, db, "Acme"))
	done, err := purge.Run(t.Context(), db, purge.Keep{Inbox: 30}, false)
	done = slices.DeleteFunc(done, func(d purge.Done) bool { // for how long is not a setting
		return strings.HasPrefix(d.What, "deleted ") || d.What == "background jobs" || d.What == "pieces of exported files"
	})
	if err != nil || len(done) != 2 || done[0].What != "captured mails" || done[1].What != "captured SMS" {
		t.Errorf("done = %+v, %v; want the inbox only.", done, err)
	}
}

func TestManyRowsGoInBatches(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	org := storetest.Org(t, db, "Acme")
	exec(t, db, `insert into messaging.inbox (org_id, sid, sender, recipient, subject, raw, created_at)
		select $1, 's' || n, '', '', '', '', case when n <= 2500 then now() - interval '40 days' else now() end from generate_series(1, 4000) n`, org)
	exec(t, db, `insert into messaging.feedback (org_id, provider, key, message_id, kind, at, raw, created_at)
		select $1, 'ses', 'k' || n, 1, 'delivered', now(), '{}', now() - interval '40 days' from generate_series(1, 1500) n`, org)
	done, err := purge.Run(t.Context(), db, purge.Keep{Inbox: 30, Feedback: 30}, false)
	if err != nil || done[0].Rows != 2500 || done[2].Rows != 1500 {
		t.Errorf("done = %+v, %v", done, err)
	}
}
