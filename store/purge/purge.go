// Package purge removes what has been kept long enough: in small batches along an index, and never
// what an open journey still needs.
package purge

import (
	"context"
	"fmt"
	"time"

	"github.com/mauntic/mauntic/domain"
	"github.com/mauntic/mauntic/store"
)

// Keep says for how many days each kind of record is kept; 0 is for ever.
type Keep struct {
	Events   int // what contacts did: timelines, behaviour filters and decisions read them
	Messages int // the ledger; with a message goes the unsubscribe link of its mail
	StepLogs int // what happened on journeys that have ended, and their webhook calls
	Inbox    int // mails and SMS that were captured in place of being sent
	Feedback int // what providers reported, as it came; what followed from it is kept
}

// Done is what one rule removed, or would remove.
type Done struct {
	What string
	Days int
	Rows int64
}

const (
	// undoDays is how long what people deleted can be brought back.
	undoDays = 30
	// fileDays is how long exported files are kept: crm.FileDays.
	fileDays = 7

	batchRows = 1000
	// batchPause leaves the database to others between two batches.
	batchPause = 50 * time.Millisecond
)

// rule removes old rows of one table. A walk follows its key from the oldest row on, which ends at
// the first batch without an old row.
type rule struct {
	what   string
	table  string
	days   int
	key    string // the column to walk along; rising with time
	time   string // the column that says how old a row is
	perOrg bool   // the key is unique, and indexed, within an organization
	keep   string // a condition under which an old row t is kept all the same
}

const (
	openJourneyOfContact = `exists (select from campaign.journeys j where j.org_id = t.org_id and j.contact_id = t.contact_id and j.state <> 'ended')`
	openJourney          = `exists (select from campaign.journeys j where j.org_id = t.org_id and j.id = t.journey_id
		and (j.state <> 'ended' or j.ended_at >= $3))`
)

func rules(keep Keep) []rule {
	return []rule{
		// A decision looks for events since its mail was sent; a wait, for any after it began.
		{what: "events", table: "crm.events", days: keep.Events, key: "id", time: "created_at", keep: openJourneyOfContact},
		{
			what: "messages", table: "messaging.messages", days: keep.Messages, key: "id", time: "created_at", perOrg: true,
			keep: `t.state not in ('sent', 'failed', 'skipped', 'unknown') or ` + openJourney,
		},
		{what: "step log entries", table: "campaign.step_log", days: keep.StepLogs, key: "id", time: "occurred_at", keep: openJourney},
		{what: "webhook calls", table: "campaign.calls", days: keep.StepLogs, key: "id", time: "created_at", perOrg: true, keep: openJourney},
		{what: "captured mails", table: "messaging.inbox", days: keep.Inbox, key: "id", time: "created_at", keep: `false`},
		{what: "captured SMS", table: "messaging.sms_inbox", days: keep.Inbox, key: "id", time: "created_at", keep: `false`},
		{what: "provider reports", table: "messaging.feedback", days: keep.Feedback, time: "created_at"},
		{what: "deleted views", table: "crm.views", days: undoDays, time: "deleted_at"},
		{what: "deleted notes", table: "crm.notes", days: undoDays, time: "deleted_at"},
		{what: "deleted files", table: "crm.attachments", days: undoDays, time: "deleted_at"},
		{what: "deleted tags", table: "crm.all_tags", days: undoDays, time: "deleted_at"},
		{what: "deleted contacts", table: "crm.all_contacts", days: undoDays, time: "deleted_at"}, // with all that is known of them
		{what: "background jobs", table: "crm.jobs", days: undoDays, time: "ended_at"},            // what they did can't be undone any more
		{what: "pieces of exported files", table: "crm.job_pieces", days: fileDays, time: "created_at"},
		{what: "deleted segments", table: "crm.all_segments", days: undoDays, time: "deleted_at"},
		{what: "reputation figures", table: "messaging.reputation", days: keep.Feedback, time: "minute"},
	}
}

// Run applies all rules. With dry, it counts what they would remove and removes nothing. Several may
// run at once. It returns what was done up to an error.
func Run(ctx context.Context, db *store.DB, keep Keep, dry bool) ([]Done, error) {
	orgs, err := store.Values[domain.OrgID](ctx, db.Pool(), store.SQL.Select("id").From("identity.organizations").OrderBy("id"))
	if err != nil {
		return nil, fmt.Errorf("list organizations: %w", err)
	}
	now, err := store.Value[time.Time](ctx, db.Pool(), store.SQL.Select("now()"))
	if err != nil {
		return nil, fmt.Errorf("read the database's clock: %w", err)
	}
	var all []Done
	for _, r := range rules(keep) {
		if r.days <= 0 {
			continue
		}
		done := Done{What: r.what, Days: r.days}
		for _, org := range orgs {
			n, err := r.run(ctx, db, org, now.AddDate(0, 0, -r.days), dry)
			done.Rows += n
			if err != nil {
				return append(all, done), fmt.Errorf("purge %s: %w", r.what, err)
			}
			if !r.perOrg {
				break // once for all organizations
			}
		}
		all = append(all, done)
	}
	return all, nil
}

func (r rule) run(ctx context.Context, db *store.DB, org domain.OrgID, before time.Time, dry bool) (int64, error) {
	if r.key == "" {
		return r.sweep(ctx, db, before, dry)
	}
	var removed, last int64
	args := []any{last, batchRows, before}
	if r.perOrg {
		args = append(args, org)
	}
	for {
		var seen, old, gone int64
		args[0] = last
		if err := db.Pool().QueryRow(ctx, r.walk(dry), args...).Scan(&last, &seen, &old, &gone); err != nil {
			return removed, err
		}
		removed += gone
		if old == 0 || seen < batchRows {
			return removed, nil
		}
		if err := rest(ctx); err != nil {
			return removed, err
		}
	}
}

// walk is one batch: it says up to which key, how many rows it saw, how many are old, and how many
// it removed. Rows that others hold are left for the next time.
func (r rule) walk(dry bool) string {
	where := "t." + r.key + " > $1"
	if r.perOrg {
		where += " and t.org_id = $4"
	}
	batch := fmt.Sprintf(`with batch as (
    select t.org_id, t.%[1]s as key, t.%[2]s < $3 as old, t.%[2]s < $3 and not (%[3]s) as gone
    from %[4]s t where %[5]s order by t.%[1]s limit $2)`, r.key, r.time, r.keep, r.table, where)
	removed := "select count(*) from batch where gone"
	if !dry {
		batch += fmt.Sprintf(`, removed as (
    delete from %[1]s t using batch b where t.org_id = b.org_id and t.%[2]s = b.key and b.gone returning 1)`, r.table, r.key)
		removed = "select count(*) from removed"
	}
	return batch + ` select coalesce(max(key), $1), count(*), count(*) filter (where old), (` + removed + `) from batch`
}

// sweep removes old rows of a table without a rising key. A block-range index on the time finds them.
func (r rule) sweep(ctx context.Context, db *store.DB, before time.Time, dry bool) (int64, error) {
	if dry {
		var n int64
		err := db.Pool().QueryRow(ctx, fmt.Sprintf("select count(*) from %s where %s < $1", r.table, r.time), before).Scan(&n)
		return n, err
	}
	statement := fmt.Sprintf(`delete from %[1]s where ctid = any(array(
    select ctid from %[1]s where %[2]s < $1 limit $2 for update skip locked))`, r.table, r.time)
	var removed int64
	for {
		tag, err := db.Pool().Exec(ctx, statement, before, batchRows)
		if err != nil {
			return removed, err
		}
		removed += tag.RowsAffected()
		if tag.RowsAffected() < batchRows {
			return removed, nil
		}
		if err := rest(ctx); err != nil {
			return removed, err
		}
	}
}

func rest(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(batchPause):
		return nil
	}
}
